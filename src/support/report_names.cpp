// Names of reasons and statuses in reports.
#include "thumbs/report.h"

namespace thumbs {

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::none: return "";
    case Reason::forced: return "forced";
    case Reason::new_output: return "new";
    case Reason::retry: return "retry";
    case Reason::source_changed: return "source-changed";
    case Reason::recipe_changed: return "recipe-changed";
    case Reason::tool_changed: return "tool-changed";
    case Reason::output_missing: return "output-missing";
    case Reason::output_modified: return "output-modified";
    case Reason::orphan: return "orphan";
    case Reason::index: return "index";
  }
  return "";
}

std::string_view to_string(Bound bound) {
  switch (bound) {
    case Bound::nothing: return "";
    case Bound::cpu: return "cpu";
    case Bound::reading: return "reading";
    case Bound::writing: return "writing";
    case Bound::memory: return "memory";
    case Bound::pictures: return "pictures";
  }
  return "";
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::built: return "built";
    case Status::copied: return "copied";
    case Status::fresh: return "fresh";
    case Status::stale: return "stale";
    case Status::failed: return "failed";
    case Status::orphan: return "orphan";
    case Status::pruned: return "pruned";
  }
  return "";
}

std::string to_string(const Change& change) {
  if (change.after.empty()) return change.what;
  return change.what + ": " + (change.before.empty() ? "" : change.before + " → ") + change.after;
}

}  // namespace thumbs
