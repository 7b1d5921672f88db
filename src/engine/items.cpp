// Translates nodes into the report's terms.
#include "engine/items.h"

#include <algorithm>
#include <tuple>

#include "rules/staleness.h"

namespace thumbs::engine {
namespace {

Item item_of(const graph::Graph& graph, const graph::Output& output) {
  Item item;
  item.set = graph.set_of(output).name;
  item.source = output.source->path;
  item.variant = graph.variant_of(output).name;
  if (!output.path.empty()) item.output = std::string(output.path);
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

Item stale_item(const graph::Graph& graph, const graph::Output& output) {
  Item item = item_of(graph, output);
  item.status = Status::stale;
  item.reason = output.stale->reason;
  item.changes = output.stale->changes;
  if (output.stale->result == nullptr) return item;
  const graph::Result& result = *output.stale->result;
  item.status = result.status;
  item.error = result.error;
  item.milliseconds = result.milliseconds;
  if (result.status == Status::failed) return item;
  item.width = result.width;
  item.height = result.height;
  item.bytes = result.bytes;
  return item;
}

Item fresh_item(const graph::Graph& graph, const graph::Output& output) {
  Item item = item_of(graph, output);
  item.status = Status::fresh;
  item.width = static_cast<int>(output.record->width);
  item.height = static_cast<int>(output.record->height);
  item.bytes = output.stat_data.size;
  item.changes = rules::evidence_of_freshness(output);
  if (graph.index && std::ranges::binary_search(graph.index->to_decode, output.source)) item.reason = Reason::index;
  return item;
}

Item orphan_item(const graph::Output& output, Status status) {
  const cache::OutputRecord& record = *output.record;
  Item item;
  item.set = record.name->set;
  item.source = record.source;
  item.variant = record.name->variant;
  item.output = std::string(record.path);
  item.status = status;
  item.reason = Reason::orphan;
  item.width = static_cast<int>(record.width);
  item.height = static_cast<int>(record.height);
  item.bytes = record.stat_known() ? record.size : output.stat_data.size;
  item.changes = {{"no current rule makes it", "", ""}};
  return item;
}

void report_stale(const graph::Graph& graph, Report& report) {
  for (const graph::Output& output : graph.outputs)
    if (output.stale != nullptr && !output.removed &&
        (output.stale->result == nullptr || output.stale->result->status == Status::stale))
      report.items.push_back(stale_item(graph, output));
}

void summarise(const RunContext& run, const graph::Graph& graph, Report& report) {
  Summary& summary = report.summary;
  summary.sources = static_cast<std::uint64_t>(
      std::ranges::count_if(graph.sources, [](const graph::Source& source) { return source.selected; }));
  for (const Item& item : report.items)
    if (item.status != Status::fresh) ++count_of(summary, item.status);
  summary.fresh = static_cast<std::uint64_t>(std::ranges::count_if(
      graph.outputs, [](const graph::Output& output) { return rules::is_fresh(output) && !output.removed; }));
  summary.statted = graph.statted;
  summary.hashed = run.tally.files_hashed();
  summary.decoded = run.tally.decoded;
  summary.bytes_read = run.tally.bytes_read;
  summary.bytes_written = run.tally.bytes_written;
  std::stable_sort(report.items.begin(), report.items.end(), [](const Item& a, const Item& b) {
    return std::tie(a.output, a.source, a.variant) < std::tie(b.output, b.source, b.variant);
  });
}

}  // namespace thumbs::engine
