// Chooses the session's limits.
#include "engine/store_use.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "engine/memory.h"

namespace thumbs::engine {
namespace {

// Roughly what one worker takes; only how long the first answer is waited for depends on it.
constexpr double k_seconds_for_a_byte = 25e-9;
constexpr double k_seconds_for_an_output = 1e-3;
constexpr std::uint64_t k_most_memory = std::uint64_t{32} << 20;

double work_of(const graph::Graph& graph) {
  double seconds = 0;
  const graph::Source* last = nullptr;
  for (const graph::Output& output : graph.outputs) {
    if (output.stale == nullptr) continue;
    seconds += k_seconds_for_an_output;
    if (output.source != last) seconds += k_seconds_for_a_byte * static_cast<double>(output.source->stat_data.size);
    last = output.source;
  }
  return seconds;
}

}  // namespace

StoreUse::StoreUse(const RunContext& run, const graph::Graph& graph, int jobs, const StoreLine& store) : run_(run) {
  const double work = work_of(graph);
  if (store.line == nullptr || work <= 0) return;
  share_ = std::min(memory_budget(run) / 16, k_most_memory);
  session_.emplace(*store.line, store::Session::Setup{.name = store.name,
                                                      .fetches = !run.options.force,
                                                      .stores = !run.options.store_readonly,
                                                      .work = work / jobs,
                                                      .jobs = jobs,
                                                      .memory = static_cast<std::size_t>(share_)});
}

void StoreUse::close(Report& report) {
  if (!session_) return;
  session_->finish(run_.stopped());
  const store::Session::Counts counts = session_->counts();
  report.summary.store = {counts.hits, counts.misses, counts.errors};
  std::string warning = session_->warning();
  if (warning.empty()) return;
  run_.observer.warning(warning);
  report.warnings.push_back(std::move(warning));
}

}  // namespace thumbs::engine
