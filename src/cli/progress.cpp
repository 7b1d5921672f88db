// Bars, plain progress lines, warnings and errors.
#include "cli/progress.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/text_report.h"
#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

constexpr double k_redraw_seconds = 0.1;
constexpr double k_plain_seconds = 5;            // time between plain lines
constexpr double k_plain_milestone_seconds = 1;  // the same, after another 10 percent
constexpr int k_margin = 3;                      // a full line would wrap, and so would the "^C" that a terminal shows
constexpr std::string_view k_red = "\x1b[1;31m";
constexpr std::string_view k_yellow = "\x1b[1;33m";
constexpr std::string_view k_plain_colour = "\x1b[0m";
constexpr std::string_view k_erase_line = "\r\x1b[K";

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::clamp(std::ceil(seconds), 0.0, 359999.0));
  const auto two = [](std::uint64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  const std::string minutes = whole < 3600 ? std::to_string(whole / 60) : two(whole / 60 % 60);
  return (whole < 3600 ? "" : std::to_string(whole / 3600) + ":") + minutes + ":" + two(whole % 60);
}

std::uint64_t percent(const PhaseState& phase) {
  return phase.total == 0 ? 0 : std::min<std::uint64_t>(100, phase.done * 100 / phase.total);
}

std::string rate_text(const PhaseState& phase) {
  constexpr double k_shortest = 0.2;  // too short for a useful rate
  if (phase.seconds < k_shortest || phase.done == 0) return {};
  const double rate = static_cast<double>(phase.done) / phase.seconds;
  const auto tenths = static_cast<std::uint64_t>(rate * 10 + 0.5);
  std::string text = ", " + std::to_string(tenths / 10);
  if (tenths < 100) text += "." + std::to_string(tenths % 10);
  return text + "/s";
}

std::string left_text(const PhaseState& phase) {
  constexpr double k_shortest = 1;
  if (phase.total == 0 || phase.done == 0 || phase.done >= phase.total || phase.seconds < k_shortest) return {};
  const double each = phase.seconds / static_cast<double>(phase.done);
  return ", " + clock_text(each * static_cast<double>(phase.total - phase.done)) + " left";
}

std::string failed_text(const PhaseState& phase) {
  return phase.failed == 0 ? "" : ", " + std::to_string(phase.failed) + " failed";
}

std::string count_text(const PhaseState& phase) {
  return std::to_string(phase.done) + (phase.total == 0 ? "" : "/" + std::to_string(phase.total));
}

/// Without a total: a block that goes to and fro, so that one sees it move.
std::string bar(const PhaseState& phase, std::size_t width) {
  constexpr std::size_t k_block = 4;
  constexpr double k_steps_per_second = 10;
  std::string text(width, '-');
  if (phase.total > 0) {
    std::fill_n(text.begin(), width * percent(phase) / 100, '#');
  } else {
    const std::size_t way = width - k_block;
    const std::size_t step = static_cast<std::size_t>(phase.seconds * k_steps_per_second) % (2 * way);
    text.replace(step <= way ? step : 2 * way - step, k_block, k_block, '#');
  }
  return "[" + text + "] ";
}

/// " 50% ", as wide as "100% ".
std::string share_text(const PhaseState& phase) {
  const std::string share = std::to_string(percent(phase)) + "% ";
  return std::string(share.size() < 5 ? 5 - share.size() : 0, ' ') + share;
}

}  // namespace

std::string bar_text(const PhaseState& phase, int columns) {
  constexpr std::size_t k_widest_bar = 40, k_shortest_bar = 8, k_frame = 3;
  const std::size_t room = columns > 1 ? static_cast<std::size_t>(columns) : 0;
  const std::string name = std::string(phase.name) + " ";
  const std::string count =
      phase.total > 0 ? share_text(phase) + count_text(phase) : count_text(phase) + " " + std::string(phase.unit);
  std::size_t used = name.size() + count.size();
  const auto fitting = [&](std::string part) {
    if (used + part.size() > room) return std::string();
    used += part.size();
    return part;
  };
  // What matters most takes its place first.
  const std::string failed = fitting(failed_text(phase));
  const std::string left = fitting(left_text(phase));
  const bool has_bar = used + k_frame + k_shortest_bar <= room;
  if (has_bar) used += k_frame + k_shortest_bar;
  const std::string rate = fitting(rate_text(phase));
  std::string text = name;
  if (has_bar) text += bar(phase, std::min(k_widest_bar, room - used + k_shortest_bar));
  return (text + count + rate + left + failed).substr(0, room);
}

std::string plain_text(const PhaseState& phase) {
  const std::string share = phase.total == 0 ? "" : std::to_string(percent(phase)) + "% ";
  return std::string(phase.name) + " " + share + count_text(phase) + " " + std::string(phase.unit) + rate_text(phase) +
         left_text(phase) + failed_text(phase);
}

Progress::Progress(ProgressStyle style) : style_(std::move(style)) {}

Progress::~Progress() {
  erase();
  end_group();
}

void Progress::scanning(std::uint64_t files) {
  if (phase_.name != "scan") enter("scan", "files", 0);
  advance(files);
}

void Progress::hashing(std::uint64_t done, std::uint64_t total) {
  if (phase_.name != "hash" || phase_.total != total) enter("hash", "files", total);
  advance(done);
}

void Progress::building(std::uint64_t total) {
  if (total == 0) return;
  enter("build", "thumbnails", total);
  advance(0);
}

void Progress::finished(const Item& item) {
  const bool failed = item.status == Status::failed;
  if (failed) {
    ++phase_.failed;
    error(failure_line(item));  // prints the same message of several variants only once
  } else if (style_.verbose) {
    line(outcome_line(item));
  }
  if (item.status != Status::pruned) advance(phase_.done + 1);
}

void Progress::warning(const std::string& text) {
  if (!style_.quiet && said_.insert(text).second) say("warning: ", k_yellow, text);
}

void Progress::error(const std::string& text) {
  if (said_.insert(text).second) say("error: ", k_red, text);
}

void Progress::close() {
  end_phase();
  erase();
  end_group();
}

void Progress::enter(std::string_view name, std::string_view unit, std::uint64_t total) {
  end_phase();
  erase();
  const std::uint64_t failed = phase_.failed;
  phase_ = {.name = name, .unit = unit, .done = 0, .total = total, .failed = failed, .seconds = 0};
  began_ = style_.now();
  if (style_.mode == ProgressMode::plain) shown_ = began_;
  milestone_ = 0;
  told_ = 0;
}

void Progress::advance(std::uint64_t done) {
  phase_.done = std::max(phase_.done, done);
  if (style_.quiet || style_.mode == ProgressMode::none) return;
  const double now = style_.now();
  phase_.seconds = now - began_;
  if (style_.mode == ProgressMode::bar) {
    show_bar(now, phase_.total > 0 && phase_.done >= phase_.total);
  } else {
    show_plain(now);
  }
}

void Progress::show_bar(double now, bool must) {
  if (!must && now - shown_ < k_redraw_seconds) return;
  shown_ = now;
  const int columns = style_.columns();
  const std::string text = bar_text(phase_, columns - k_margin);
  style_.write(erasure(columns) + text);
  drawn_ = text.size();
}

void Progress::show_plain(double now) {
  if (phase_.done == 0) return;
  const std::uint64_t milestone = percent(phase_) / 10;
  const double waited = now - shown_;
  const bool due = waited >= k_plain_seconds || (milestone > milestone_ && waited >= k_plain_milestone_seconds);
  if (!due) return;
  shown_ = now;
  milestone_ = milestone;
  told_ = phase_.done;
  line(plain_text(phase_));
}

/// If --progress=plain was given, even a short phase gets a line.
void Progress::end_phase() {
  if (style_.mode != ProgressMode::plain || !style_.asked || style_.quiet || phase_.done == told_) return;
  told_ = phase_.done;
  line(plain_text(phase_));
}

void Progress::say(std::string_view label, std::string_view colour, const std::string& text) {
  std::string out = "thumbs: ";
  if (style_.colour) out += colour;
  out += label;
  if (style_.colour) out += k_plain_colour;
  line(out + printable(text));
}

void Progress::end_group() {
  if (in_group_) style_.write("::endgroup::\n");
  in_group_ = false;
}

void Progress::line(const std::string& text) {
  erase();
  if (!style_.group.empty() && !in_group_) style_.write("::group::" + style_.group + "\n");
  in_group_ = !style_.group.empty();
  style_.write(text + "\n");
}

void Progress::erase() {
  if (drawn_ > 0) style_.write(erasure(style_.columns()));
  drawn_ = 0;
}

/// A terminal that became narrower has wrapped the bar: the rows above are erased, too.
std::string Progress::erasure(int columns) const {
  const std::size_t width = columns > 0 ? static_cast<std::size_t>(columns) : 1;
  const std::size_t above = drawn_ > 0 ? (drawn_ - 1) / width : 0;
  if (above == 0) return std::string(k_erase_line);
  return "\r\x1b[" + std::to_string(above) + "A\x1b[J";
}

}  // namespace thumbs::cli
