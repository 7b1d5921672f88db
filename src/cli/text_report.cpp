// Summaries of commands, and lines about outputs.
#include "cli/text_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <utility>

#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

std::string fixed(double value, int decimals) {
  std::array<char, 64> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  return {buffer.data(), std::min(static_cast<std::size_t>(std::max(length, 0)), buffer.size() - 1)};
}

/// The output's name; source and variant while its {hash} is unknown.
std::string name_of(const Item& item) {
  if (item.output) return display_name(*item.output);
  return display_name(item.source) + " (" + printable(item.variant) + ", name not known yet)";
}

std::string thumbnails(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " thumbnail" : " thumbnails");
}

/// Joins non-empty parts: "a, b, c".
class List {
 public:
  List& add(const std::string& part) {
    if (!part.empty()) text_ += (text_.empty() ? "" : ", ") + part;
    return *this;
  }
  List& count(std::uint64_t count, const std::string& before, const std::string& after = {}) {
    return count == 0 ? *this : add(before + std::to_string(count) + after);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::uint64_t unfinished(const Summary& s) {
  const std::uint64_t done = s.fresh + s.built + s.copied + s.failed;
  return s.outputs > done ? s.outputs - done : 0;
}

std::string orphan_hint(const Report& report) {
  if (report.summary.orphans == 0) return {};
  const bool one = report.summary.orphans == 1;
  return std::to_string(report.summary.orphans) + (one ? " orphan" : " orphans") +
         " left; run `thumbs prune` to remove " + (one ? "it" : "them") + "\n";
}

/// The end of a summary line: names sets without sources, which must not look like success.
std::string line_end(const Report& report) {
  constexpr std::size_t k_most = 3;
  const std::vector<std::string>& sets = report.sets_without_source;
  if (sets.empty()) return "\n";
  List names;
  for (std::size_t i = 0; i < std::min(sets.size(), k_most); ++i) names.add("\"" + printable(sets[i]) + "\"");
  names.count(sets.size() - std::min(sets.size(), k_most), "", " more");
  return (sets.size() == 1 ? "; set " : "; sets ") + names.text() + (sets.size() == 1 ? " has" : " have") +
         " no source\n";
}

std::string how_much(const Summary& s) {
  return " in " + duration_text(s.seconds) + " (" + size_text(s.bytes_read) + " read, " + size_text(s.bytes_written) +
         " written)";
}

/// What became of the index, or would; "" where it stays as it is.
std::string index_says(const Report& report) {
  if (!report.index || report.index->status == Status::fresh || report.index->status == Status::failed) return {};
  return report.index->status == Status::built ? "index written" : "index out of date";
}

/// How many of those that were built the store had.
std::string store_says(const Summary& s) {
  return s.store && s.store->hits > 0 ? " (" + std::to_string(s.store->hits) + " from the store)" : std::string();
}

std::string build_summary(const Report& report) {
  const Summary& s = report.summary;
  if (report.ok() && s.built + s.copied + s.failed + s.pruned + s.stale == 0 && index_says(report).empty()) {
    return "nothing to do: " + std::to_string(s.fresh) + " thumbnails up to date" + line_end(report) +
           orphan_hint(report);
  }
  List list;
  list.add("built " + std::to_string(s.built) + store_says(s)).count(s.copied, "copied ").count(s.pruned, "pruned ");
  list.count(s.failed, "failed ").count(s.fresh, "", " up to date").count(unfinished(s), "", " not done");
  list.add(index_says(report));
  return (report.interrupted ? "interrupted: " : "") + list.text() + how_much(s) + line_end(report) +
         orphan_hint(report);
}

/// Only files without a record have no source.
bool is_unrecorded(const Item& item) { return item.status == Status::orphan && item.source.empty(); }

/// A line for each file that `prune --unrecorded` found.
std::string unrecorded_lines(const Report& report) {
  std::string text;
  for (const Item& item : report.items)
    if (is_unrecorded(item)) text += "unrecorded " + name_of(item) + "\n";
  return text;
}

std::uint64_t count_unrecorded(const Report& report) {
  return static_cast<std::uint64_t>(std::count_if(report.items.begin(), report.items.end(), is_unrecorded));
}

std::string unrecorded_hint(std::uint64_t count, const TextOptions& options) {
  return count == 0 || options.yes ? "" : "run `thumbs prune --unrecorded --yes` to remove unrecorded files, too\n";
}

bool would_remove(const Report& report, const Item& item, const TextOptions& options) {
  if (is_unrecorded(item)) return options.yes;
  const bool removes = report.command == "prune" || report.command == "clean" || options.prune;
  return item.status == Status::pruned || (removes && item.status == Status::orphan);
}

/// The text of `-n` for commands that build or remove files.
std::string dry_run_text(const Report& report, const TextOptions& options) {
  std::string text;
  const bool builds = report.command == "build";
  std::uint64_t removals = 0;
  for (const Item& item : report.items) {
    if (item.status == Status::stale && builds) {
      text += "would build " + (options.explain ? reason_line(item) : name_of(item)) + "\n";
    } else if (would_remove(report, item, options)) {
      text += "would remove " + name_of(item) + "\n";
      ++removals;
    } else if (is_unrecorded(item)) {
      text += "unrecorded " + name_of(item) + "\n";
    }
  }
  const Summary& s = report.summary;
  if (s.stale + removals == 0 && builds && index_says(report).empty()) {
    return text + "nothing to do: " + std::to_string(s.fresh) + " thumbnails up to date" + line_end(report) +
           orphan_hint(report);
  }
  List list;
  const std::uint64_t unrecorded = options.yes ? 0 : count_unrecorded(report);
  list.count(builds ? s.stale : 0, "would build ").count(removals, "would remove ");
  list.count(unrecorded, "", " unrecorded").count(s.fresh, "", " up to date");
  list.add(builds ? index_says(report) : "");
  return text + (list.text().empty() ? "nothing to do" : list.text()) + line_end(report) +
         unrecorded_hint(unrecorded, options);
}

std::string removal_summary(const Report& report, const TextOptions& options) {
  const Summary& s = report.summary;
  const std::uint64_t unrecorded = count_unrecorded(report);
  List list;
  list.add("removed " + thumbnails(s.pruned)).count(s.failed, "failed ").count(s.orphans - unrecorded, "kept ");
  list.count(unrecorded, "", " unrecorded");
  const bool idle = report.command == "prune" && report.ok() && s.pruned + s.orphans == 0;
  return unrecorded_lines(report) + (idle ? "nothing to prune" : list.text()) + line_end(report) +
         unrecorded_hint(unrecorded, options);
}

bool is_stale(const Item& item) { return item.status == Status::stale || item.status == Status::failed; }

constexpr std::size_t k_reason_width = 15;  // the length of "output-modified"

/// A table of counts by set and reason.
std::string table(const Report& report) {
  std::map<std::pair<std::string, Reason>, std::uint64_t> counts;
  for (const Item& item : report.items) {
    if (is_stale(item) || item.status == Status::orphan) ++counts[{printable(item.set), item.reason}];
  }
  std::size_t set_width = 3;
  for (const auto& [key, count] : counts) set_width = std::max(set_width, key.first.size());
  const auto row = [set_width](std::string set, std::string reason, const std::string& count) {
    set.resize(set_width, ' ');
    reason.resize(std::max(reason.size(), k_reason_width), ' ');
    const std::string padding(count.size() < 10 ? 10 - count.size() : 0, ' ');
    return set + "  " + reason + "  " + padding + count + "\n";
  };
  std::string text = counts.empty() ? "" : row("set", "reason", "thumbnails");
  for (const auto& [key, count] : counts) {
    text += row(key.first, std::string(to_string(key.second)), std::to_string(count));
  }
  return text;
}

std::string state_summary(const Report& report, const TextOptions& options) {
  const Summary& s = report.summary;
  const bool forgiven = options.dry_run && !report.interrupted;
  if (s.stale + s.failed + s.orphans == 0 && index_says(report).empty() && (report.ok() || forgiven)) {
    return "all " + thumbnails(s.fresh) + " up to date" + line_end(report);
  }
  List list;
  list.count(s.stale, "", " stale").count(s.failed, "", " failed");
  list.count(s.orphans, "", s.orphans == 1 ? " orphan" : " orphans").count(s.fresh, "", " up to date");
  list.add(index_says(report));
  const std::string counts = table(report);
  const std::string last = list.text().empty() ? "" : list.text() + line_end(report);
  return counts + (counts.empty() || last.empty() ? "" : "\n") + last;
}

std::string reason_lines(const Report& report) {
  std::string text;
  for (const Item& item : report.items) {
    if (item.status != Status::fresh && item.reason != Reason::none) text += reason_line(item) + "\n";
  }
  if (!index_says(report).empty())
    text += display_name(report.index->file) + ": " + std::string(to_string(Reason::index)) + "\n";
  return text;
}

/// The text of `explain`: each output with its state, and the details below it, one on a line.
std::string explain_text(const Report& report) {
  std::string text;
  for (const Item& item : report.items) {
    text += name_of(item) + ": ";
    text += item.status == Status::fresh ? "up to date" : std::string(to_string(item.status));
    if (item.reason != Reason::none && item.status != Status::orphan) {
      text += ": " + std::string(to_string(item.reason));
    }
    text += "\n";
    if (!item.source.empty()) text += "    made from " + display_name(item.source) + "\n";
    if (item.error) text += "    error: " + printable(item.error->message) + "\n";
    for (const Change& change : item.changes) text += "    " + printable(to_string(change)) + "\n";
  }
  return text;
}

/// For `-v`: lines for outputs that had no progress line.
std::string quiet_items(const Report& report, const TextOptions& options) {
  std::string text;
  for (const Item& item : report.items) {
    const bool unsaid = item.status == Status::fresh || item.status == Status::orphan || item.status == Status::stale ||
                        item.status == Status::pruned;
    const bool said = options.dry_run && item.status != Status::fresh;
    const bool explained = options.explain && item.status != Status::fresh;
    if (unsaid && !said && !explained && !is_unrecorded(item)) text += outcome_line(item) + "\n";
  }
  return text;
}

}  // namespace

std::string text_report(const Report& report, const TextOptions& options) {
  if (report.command == "explain") return explain_text(report);
  const bool state = report.command == "check" || report.command == "status";
  std::string text = options.verbose ? quiet_items(report, options) : "";
  if (options.explain && (state || !options.dry_run)) text += reason_lines(report);
  if (state) return text + state_summary(report, options);
  if (options.dry_run) return text + dry_run_text(report, options);
  return text + (report.command == "build" ? build_summary(report) : removal_summary(report, options));
}

std::string reason_line(const Item& item) {
  std::string text = name_of(item) + ": " + std::string(to_string(item.reason));
  std::string changes;
  for (const Change& change : item.changes) changes += (changes.empty() ? "" : "; ") + to_string(change);
  if (!changes.empty()) text += " (" + printable(changes) + ")";
  return text;
}

std::string outcome_line(const Item& item) {
  List list;
  list.add(std::string(to_string(item.reason == Reason::orphan ? Reason::none : item.reason)));
  if (item.width > 0) list.add(std::to_string(item.width) + "x" + std::to_string(item.height));
  if (item.bytes > 0) list.add(size_text(item.bytes));
  if (item.milliseconds > 0) list.add(fixed(item.milliseconds, item.milliseconds < 10 ? 1 : 0) + " ms");
  const std::string details = list.text().empty() ? "" : " (" + list.text() + ")";
  return std::string(to_string(item.status)) + " " + name_of(item) + details;
}

std::string failure_line(const Item& item) {
  const std::string message = item.error ? item.error->message : "failed";
  const std::string& subject = !item.source.empty() ? item.source : item.output.value_or("");
  if (subject.empty() || message.starts_with(subject + ":")) return printable(message);
  return display_name(subject) + ": " + printable(message);
}

}  // namespace thumbs::cli
