// What every step of a run needs beside the graph.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "disk/disk.h"
#include "pipeline/tally.h"
#include "rules/staleness.h"
#include "thumbs/build.h"
#include "thumbs/manifest.h"

namespace thumbs::engine {

struct Part;

struct RunContext {
  disk::Disk& disk;
  const Manifest& manifest;
  const Options& options;
  Observer& observer;
  pipeline::Tally& tally;
  rules::StalenessOptions staleness;
  const std::function<void()>& before_commit;                 ///< see CacheHold
  const std::function<void(const cache::Batch&)>& committed;  ///< see CacheHold

  const Part* part = nullptr;  ///< see CacheHold

  bool stopped() const { return options.stop != nullptr && options.stop->load(); }
};

}  // namespace thumbs::engine
