// A run's use of the store that its manifest names.
#pragma once

#include <optional>

#include "engine/engine.h"
#include "engine/run_context.h"
#include "graph/graph.h"
#include "store/session.h"
#include "thumbs/report.h"

namespace thumbs::engine {

class StoreUse {
 public:
  /// Nothing is asked where nothing is stale.
  StoreUse(const RunContext& run, const graph::Graph& graph, int jobs, const StoreLine& store);

  /// Null where results are not shared.
  store::Session* session() { return session_ ? &*session_ : nullptr; }
  /// Bytes of the run's memory that it takes, and for how many of them sources are kept.
  std::uint64_t memory() const { return 2 * share_ + kept_sources(); }
  std::uint64_t kept_sources() const { return share_; }

  /// Waits a little for what is to be stored, and says what went wrong.
  void close(Report& report);

 private:
  const RunContext& run_;
  std::uint64_t share_ = 0;
  std::optional<store::Session> session_;
};

}  // namespace thumbs::engine
