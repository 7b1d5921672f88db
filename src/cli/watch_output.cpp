// What stays wrong from build to build is told once.
#include "cli/watch_output.h"

#include <ctime>
#include <utility>
#include <vector>

#include "cli/report_file.h"
#include "cli/text_report.h"
#include "cli/watch_text.h"
#include "thumbs/report_json.h"
#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

std::tm time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return local;
}

std::string reasons_of(const Report& report) {
  std::string text;
  for (const Item& item : report.items)
    if (item.reason != Reason::none && item.reason != Reason::orphan) text += reason_line(item) + "\n";
  return text;
}

}  // namespace

WatchOutput::WatchOutput(const CommandLine& line, std::function<std::string(const Report&)> first_text)
    : line_(line), first_text_(std::move(first_text)), console_(std::in_place, line) {}

void WatchOutput::began(std::uint64_t number) {
  number_ = number;
  console_.emplace(line_);
}

void WatchOutput::finished(const Item& item) {
  if (item.status == Status::failed && is_told(failure_line(item))) return;
  progress().finished(item);
}

void WatchOutput::warning(const std::string& text) {
  if (!is_told(text)) progress().warning(text);
}

void WatchOutput::error(const std::string& text) {
  if (!is_told(text)) progress().error(text);
}

// Whether there is a fault that the build before had not.
bool WatchOutput::tell_faults(const Report& report, bool whole) {
  std::set<std::string> now;
  for (const std::string& text : report.warnings) warning(*now.insert(text).first);
  for (const Item& item : report.items)
    if (item.status == Status::failed) error(*now.insert(failure_line(item)).first);
  for (const std::string& text : report.errors) error(*now.insert(text).first);
  bool fresh = false;
  for (const std::string& text : now) fresh = fresh || !is_told(text);
  if (!whole) {
    for (const Item& item : report.items)  // mended ones are news when they fail again
      std::erase_if(told_, [&](const std::string& text) { return text.starts_with(display_name(item.source) + ":"); });
    now.merge(told_);
  }
  told_ = std::move(now);
  return fresh;
}

void WatchOutput::built(const Report& report, bool whole) {
  progress().close();
  const bool fresh_faults = tell_faults(report, whole);
  const Summary& s = report.summary;
  const bool changed = s.built + s.copied + s.pruned != 0 || s.orphans != orphans_ || fresh_faults;
  const std::uint64_t former_orphans = std::exchange(orphans_, s.orphans);
  failed_ = !report.ok();
  refusal_.clear();
  if (number_ > 1 && !changed) return;
  if (line_.json) {
    Report shown = report;
    shown.command = line_.command;
    shown.sandbox = line_.confined;
    write_document(to_json(shown));
  }
  if (line_.quiet || (line_.json && line_.json->empty())) return;
  if (number_ == 1) return print(first_text_(report));
  print((line_.explain ? reasons_of(report) : "") + rebuild_line(report, time_of_day(), former_orphans));
}

void WatchOutput::watching() {
  if (!line_.quiet) console_->note("watching for changes; Ctrl-C ends it");
}

void WatchOutput::refused(const Error& error) {
  progress().close();
  // Who holds the cache may change while it is waited for.
  const std::string message = error.code() == ErrorCode::busy ? "busy" : error.what();
  if (message == refusal_) return;
  refusal_ = message;
  std::vector<Diagnostic> diagnostics;
  if (const auto* const faults = dynamic_cast<const ManifestError*>(&error)) diagnostics = faults->diagnostics();
  for (const Diagnostic& diagnostic : diagnostics) console_->note(diagnostic.text());
  if (diagnostics.empty()) progress().error(error.what());
  if (!line_.quiet && error.code() == ErrorCode::busy) console_->note("waiting for it to end");
  if (!line_.quiet && !diagnostics.empty()) console_->note("the manifest as it was before stays in force");
  if (!line_.json) return;
  Report report;
  report.command = line_.command;
  report.manifest = line_.manifest;
  report.sandbox = line_.confined;
  if (diagnostics.empty()) report.errors.emplace_back(error.what());
  write_document(to_json(report, diagnostics));
}

void WatchOutput::print(const std::string& text) {
  if (!text.empty() && !console_->print(text)) throw OutputLost{};
}

void WatchOutput::write_document(const std::string& document) {
  if (line_.json->empty()) return print(one_line(document));
  try {
    write_report_file(*line_.json, document);
  } catch (const Error& error) {
    progress().error(error.what());
  }
}

}  // namespace thumbs::cli
