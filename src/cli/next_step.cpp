// The closing line of a run in which something is amiss.
#include "cli/next_step.h"

#include <algorithm>

namespace thumbs::cli {
namespace {

std::string command(std::string_view program, std::string_view arguments) {
  return "`" + std::string(program) + " " + std::string(arguments) + "`";
}

/// Building again would fail again, as far as one knows.
bool only_retries(const Report& report) {
  return std::all_of(report.items.begin(), report.items.end(),
                     [](const Item& item) { return item.status != Status::stale || item.reason == Reason::retry; });
}

std::string after_build(const Report& report, std::string_view program) {
  if (report.interrupted) return "run `" + std::string(program) + "` again to go on: what is finished is kept\n";
  const auto would_overwrite = [](const Item& item) {
    return item.error && item.error->code == ErrorCode::would_overwrite;
  };
  if (report.summary.failed == 0) return {};
  if (std::any_of(report.items.begin(), report.items.end(), would_overwrite))
    return "run " + command(program, "build --overwrite") + " if the files that are in the way may be replaced\n";
  return "fix the pictures that failed, or leave them out with \"exclude\"; then run `" + std::string(program) +
         "` again\n";
}

std::string after_check(const Report& report, std::string_view program) {
  const Summary& s = report.summary;
  if (report.interrupted) return {};
  const bool index_alone = s.stale + s.orphans == 0 && report.index && report.index->status == Status::stale;
  if (index_alone) return "run " + command(program, "build") + " to write the index\n";
  if (s.stale + s.orphans == 0) return {};
  if (s.orphans == 0 && only_retries(report))
    return "run " + command(program, "build") + " to see why pictures failed\n";
  if (s.orphans == 0) return "run " + command(program, "build") + " to build what is stale\n";
  if (s.stale == 0) return "run " + command(program, "prune") + " to remove orphans\n";
  return "run " + command(program, "build --prune") + " to build what is stale and remove orphans\n";
}

}  // namespace

std::string next_step(const Report& report, std::string_view program, bool dry_run) {
  if (report.command == "check" || report.command == "status") return after_check(report, program);
  return report.command == "build" && !dry_run ? after_build(report, program) : std::string();
}

}  // namespace thumbs::cli
