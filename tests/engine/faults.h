// What can go wrong beneath a run, at a place that a test chooses: an operation that fails, or the end of the process.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/runs.h"

namespace thumbs {

enum class Fault {
  no_space,       ///< one operation fails so
  io,             ///< one operation fails so
  no_access,      ///< one operation fails so
  killed,         ///< nothing happens from there on; what was done stays
  names_undone,   ///< a power cut: what was not synced never happened
  bytes_emptied,  ///< a power cut: files that were not synced are there, and empty
  commit_undone,  ///< a power cut that takes the last commit back
};

std::string_view to_string(Fault fault);

/// Whether the process ends there; else it lives to tell of it.
bool is_end(Fault fault);

ErrorCode code_of(Fault fault);

/// Counts the operations of a run, on the disk and on the cache, and fails the one it is told to.
class Trouble {
 public:
  Trouble(Fault fault, std::uint64_t at) : fault_(fault), at_(at) {}

  void step(const std::string& what, const std::string& path);

  bool struck() const { return struck_; }
  const std::string& where() const { return where_; }

 private:
  Fault fault_;
  std::uint64_t at_;
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<bool> struck_ = false;
  std::string where_;  // written by the one thread that counts to at_
};

/// A cache in memory whose last commit is not yet safe: undo() takes it back, as a power cut may.
class FragileCache final : public cache::Cache {
 public:
  Trouble* trouble = nullptr;

  FragileCache() = default;
  /// Holds the same; the other's last commit is safe in it.
  explicit FragileCache(const FragileCache& other);

  cache::CacheLoad load() override;
  void commit(const cache::Batch& batch) override;
  Stats stats() override { return cache_->stats(); }
  std::vector<std::string> verify() override { return cache_->verify(); }

  void undo() { last_.reset(); }

 private:
  // A batch refers to texts of the run that made it, and this one outlives the run.
  static cache::Batch kept(cache::Batch batch);

  void settle();

  std::unique_ptr<cache::Cache> cache_ = cache::Cache::open(":memory:", cache::CacheMode::read_write);
  std::vector<cache::Batch> settled_;  // in the order in which cache_ got them
  std::optional<cache::Batch> last_;
};

/// Runs with the n-th operation failing, and takes from the disk what the fault takes. Returns whether it struck.
bool run_troubled(World& world, FragileCache& cache, const Options& options, Trouble& trouble, Fault fault);

}  // namespace thumbs
