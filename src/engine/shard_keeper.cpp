#include "engine/shard_keeper.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "manifest/rules_hash.h"

namespace thumbs::engine {
namespace {

// A part of everything; empty where the run is of everything itself.
std::optional<cache::ShardRecord> shard_of(const RunContext& run, bool finished) {
  const Shard shard = run.options.shard.value_or(Shard{});
  if (shard.count == 1) return std::nullopt;
  return cache::ShardRecord{shard.index, shard.count, finished, manifest::rules_hash(run.manifest)};
}

// One cache for all parts, one after the other, is as good as one of the whole.
bool is_whole(const std::vector<cache::ShardRecord>& shards) {
  const auto finished = [](const cache::ShardRecord& shard) { return shard.finished; };
  return shards.empty() || (shards.size() == shards.front().count && std::ranges::all_of(shards, finished));
}

bool has_a_say(const RunContext& run) {
  return run.options.command == Command::build && run.part == nullptr && !narrows_within_part(run.options);
}

bool is_stale(const graph::Output& output) { return output.stale != nullptr; }

bool was_tried(const graph::Output& output) {
  return output.stale == nullptr || (output.stale->result != nullptr && output.stale->result->status != Status::stale);
}

cache::Batch batch_of(const cache::ShardRecord& shard) {
  cache::Batch batch;
  batch.shards = {shard};
  return batch;
}

}  // namespace

void read_shards(const RunContext& run, cache::Cache& cache, graph::Graph& graph) {
  if (!has_a_say(run)) return;
  const std::vector<cache::ShardRecord> recorded = cache.load_shards();
  const std::optional<cache::ShardRecord> shard = shard_of(run, true);
  graph.shards_are_current = shard ? std::ranges::find(recorded, *shard) != recorded.end() : is_whole(recorded);
}

void begin_shard(const RunContext& run, const graph::Graph& graph, Committer& committer) {
  if (!has_a_say(run)) return;
  const std::optional<cache::ShardRecord> shard = shard_of(run, false);
  if (shard && std::ranges::any_of(graph.outputs, is_stale)) committer.remember(batch_of(*shard));
}

void end_shard(const RunContext& run, const graph::Graph& graph, Committer& committer) {
  if (!has_a_say(run) || run.stopped() || !std::ranges::all_of(graph.outputs, was_tried)) return;
  const std::optional<cache::ShardRecord> shard = shard_of(run, true);
  if (shard && (!graph.shards_are_current || std::ranges::any_of(graph.outputs, is_stale)))
    committer.remember(batch_of(*shard));
  if (shard || graph.shards_are_current) return;
  cache::Batch batch;
  batch.forget_shards = true;
  committer.remember(std::move(batch));
}

}  // namespace thumbs::engine
