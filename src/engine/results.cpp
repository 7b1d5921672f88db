// Translates the engine's terms into the report's.
#include "engine/results.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "plan/explain.h"

namespace thumbs {
namespace {

Item item_of(const RunContext& context, const Survey& facts, std::uint32_t target_index) {
  const Target& target = facts.targets.outputs[target_index];
  const Set& set = context.manifest.sets[target.set];
  Item item;
  item.set = set.name;
  item.source = facts.targets.list.sources[target.source].path;
  item.variant = set.variants[target.variant].name;
  if (!target.output.empty()) item.output = target.output;
  return item;
}

std::uint64_t& count_of(Summary& summary, Status status) {
  switch (status) {
    case Status::built: return summary.built;
    case Status::copied: return summary.copied;
    case Status::failed: return summary.failed;
    case Status::stale: return summary.stale;
    case Status::orphan: return summary.orphans;
    case Status::pruned: return summary.pruned;
    case Status::fresh: break;
  }
  return summary.fresh;
}

}  // namespace

Item stale_item(const RunContext& context, const Survey& facts, const Job& job) {
  Item item = item_of(context, facts, job.target);
  item.status = Status::stale;
  item.reason = job.reason;
  item.detail = job.detail;
  return item;
}

Item made_item(const RunContext& context, const Survey& facts, const Made& made) {
  Item item = stale_item(context, facts, *made.job);
  item.status = made.status;
  item.error = made.error;
  item.milliseconds = made.milliseconds;
  if (made.status == Status::failed) return item;
  item.width = made.thumbnail.width;
  item.height = made.thumbnail.height;
  item.bytes = made.bytes;
  return item;
}

Item fresh_item(const RunContext& context, const Survey& facts, const FreshOutput& fresh) {
  Item item = item_of(context, facts, fresh.target);
  const OutputRecord& row = facts.rows.outputs[fresh.row];
  item.status = Status::fresh;
  item.width = static_cast<int>(row.width);
  item.height = static_cast<int>(row.height);
  item.bytes = facts.facts.stats[fresh.row].stat_data.size;
  item.detail = explain_fresh(facts.targets, facts.rows, fresh, facts.facts);
  return item;
}

Item orphan_item(const Survey& facts, std::uint32_t row_index, Status status) {
  const OutputRecord& row = facts.rows.outputs[row_index];
  Item item;
  item.set = row.set;
  item.source = row.source;
  item.variant = row.variant;
  item.output = row.path;
  item.status = status;
  item.reason = Reason::orphan;
  item.width = static_cast<int>(row.width);
  item.height = static_cast<int>(row.height);
  item.bytes = row.stat_known() ? row.size : facts.facts.stats[row_index].stat_data.size;
  item.detail = "no rule makes it now";
  return item;
}

void summarise(const RunContext& context, const Survey& facts, std::uint64_t fresh, Report& report) {
  Summary& summary = report.summary;
  summary.sources = static_cast<std::uint64_t>(std::count(facts.selected.begin(), facts.selected.end(), true));
  for (const Item& item : report.items)
    if (item.status != Status::fresh) ++count_of(summary, item.status);
  summary.fresh = fresh;
  summary.statted = facts.statted;
  summary.hashed = context.tally.files_hashed();
  summary.decoded = context.tally.decoded;
  summary.bytes_read = context.tally.bytes_read;
  summary.bytes_written = context.tally.bytes_written;
  std::sort(report.items.begin(), report.items.end(), [](const Item& a, const Item& b) {
    return std::tie(a.output, a.source, a.variant) < std::tie(b.output, b.source, b.variant);
  });
}

}  // namespace thumbs
