// A part of a project that a run can look at alone: the sources that changed, with all that is recorded of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "disk/disk.h"
#include "graph/graph.h"
#include "thumbs/build.h"
#include "thumbs/manifest.h"

namespace thumbs::engine {

class LastRun;

/// Thrown where a run of a part finds that it cannot end where a whole run would. Nothing was written by then.
struct NeedsWholeRun {};

struct Part {
  std::vector<std::string> sources;  ///< sorted; those that are gone too
  std::vector<std::string> outputs;  ///< whose records are looked at
  bool comes_or_goes = false;        ///< a source is new or gone

  /// Called once all is decided, before anything is written. Throws NeedsWholeRun.
  void require_enough(const disk::DiskReader& disk, const graph::Graph& graph, const Options& options,
                      LastRun& last) const;
};

/// The part that these files belong to: sources or outputs, relative to the manifest's folder. Empty where only a whole
/// run can tell: a file that is both, a link, thumbnails beside originals of which one comes or goes.
std::optional<Part> part_of(const Manifest& manifest, const disk::DiskReader& disk, cache::Cache& cache,
                            const std::vector<std::string>& files);

/// A cache with the records of this part, and no others.
class PartOfCache final : public cache::Cache {
 public:
  PartOfCache(cache::Cache& whole, std::vector<std::string> sources, std::vector<std::string> outputs)
      : whole_(whole), sources_(std::move(sources)), outputs_(std::move(outputs)) {}

  cache::CacheLoad load() override;
  void commit(const cache::Batch& batch) override { whole_.commit(batch); }
  std::vector<std::string> made_folders() override { return whole_.made_folders(); }
  /// Of the contents that load() has met.
  std::vector<cache::PictureRecord> load_pictures() override { return whole_.load_pictures_of(contents_); }
  std::vector<cache::FailureRecord> load_failures() override { return whole_.load_failures(); }
  std::vector<std::string> take_warnings() override { return whole_.take_warnings(); }
  Stats stats() override { return whole_.stats(); }
  std::vector<std::string> verify() override { return whole_.verify(); }

 private:
  cache::Cache& whole_;
  std::vector<std::string> sources_;
  std::vector<std::string> outputs_;
  std::vector<Hash128> contents_;
};

}  // namespace thumbs::engine
