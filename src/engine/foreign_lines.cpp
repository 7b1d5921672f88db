// A lock has no room for the name of its manifest, so each line must speak for itself.
#include "engine/foreign_lines.h"

#include <algorithm>

#include "engine/neighbours.h"
#include "path/path.h"
#include "thumbs/error.h"
#include "thumbs/text.h"

namespace thumbs {
namespace {

bool stands(const DiskReader& disk, const std::string& path) {
  try {
    return disk.stat(path, true).kind != FileKind::missing;
  } catch (const Error&) {
    return true;
  }
}

bool may_be_foreign(const RunContext& context, const OutputRecord& row) {
  const std::vector<Set>& sets = context.manifest.sets;
  const auto reads = [&](const Set& set) { return is_at_or_below(row.source, set.source); };
  const auto writes = [&](const Set& set) { return is_at_or_below(row.path, set.output); };
  if (std::any_of(sets.begin(), sets.end(), reads)) return false;
  return std::none_of(sets.begin(), sets.end(), writes) || stands(context.disk, row.source);
}

// "" where no manifest beside this one names its lock.
std::string sharer_of_lock(const RunContext& context) {
  for (const Manifest& other : manifests_beside(context.disk, context.manifest))
    if (other.lock == context.manifest.lock) return other.path;
  return {};
}

}  // namespace

void leave_foreign_lines(const RunContext& context, Survey& facts) {
  std::vector<std::uint32_t> lines;
  for (const std::uint32_t i : facts.matching.unclaimed)
    if (facts.selected_rows[i] && !facts.rows.outputs[i].stat_known()) lines.push_back(i);
  if (lines.empty()) return;
  const std::string sharer = sharer_of_lock(context);
  for (const std::uint32_t i : lines)
    if (!sharer.empty() || may_be_foreign(context, facts.rows.outputs[i])) facts.selected_rows[i] = false;
  if (!sharer.empty())
    facts.warnings.push_back(*context.manifest.lock + ": lock: is also the lock of " + in_quotes(sharer) +
                             ": what no rule here makes is kept in it; give each manifest a \"lock\" of its own");
}

}  // namespace thumbs
