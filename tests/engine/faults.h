// What can go wrong beneath a run, at a place that a test chooses: an operation that fails, or the end of the process.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/runs.h"
#include "support/kept.h"

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

inline std::string_view to_string(Fault fault) {
  constexpr std::string_view k_names[] = {"no space",     "I/O error",     "no access",    "killed",
                                          "names undone", "bytes emptied", "commit undone"};
  return k_names[static_cast<std::size_t>(fault)];
}

/// Whether the process ends there; else it lives to tell of it.
inline bool is_end(Fault fault) { return fault > Fault::no_access; }

inline ErrorCode code_of(Fault fault) {
  if (fault == Fault::no_space) return ErrorCode::no_space;
  return fault == Fault::no_access ? ErrorCode::unwritable : ErrorCode::io;
}

/// Counts the operations of a run, on the disk and on the cache, and fails the one it is told to.
class Trouble {
 public:
  Trouble(Fault fault, std::uint64_t at) : fault_(fault), at_(at) {}

  void step(const std::string& what, const std::string& path) {
    const std::uint64_t now = count_++;
    if (now < at_ || (now > at_ && !is_end(fault_))) return;
    struck_ = true;
    if (now == at_) where_ = what + " " + path;
    throw Error(code_of(fault_), std::string(to_string(fault_)), path, what);
  }

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

  cache::CacheLoad load() override {
    settle();
    return cache_->load();
  }
  void commit(const cache::Batch& batch) override {
    if (trouble != nullptr) trouble->step("commit", "");
    settle();
    if (!batch.empty()) last_ = kept(batch);
  }
  Stats stats() override { return cache_->stats(); }
  std::vector<std::string> verify() override { return cache_->verify(); }

  void undo() { last_.reset(); }

 private:
  // A batch refers to texts of the run that made it, and this one outlives the run.
  static cache::Batch kept(cache::Batch batch) {
    static std::set<cache::VariantName> names;
    for (cache::SourceRecord& source : batch.sources) {
      source.path = test::kept(source.path);
      source.format = test::kept(source.format);
    }
    for (cache::Batch::Output& output : batch.outputs) {
      output.row.path = test::kept(output.row.path);
      output.row.source = test::kept(output.row.source);
      output.row.name = &*names.insert(*output.row.name).first;
    }
    return batch;
  }

  void settle() {
    if (last_) cache_->commit(*last_);
    last_.reset();
  }

  std::unique_ptr<cache::Cache> cache_ = cache::Cache::open(":memory:", cache::CacheMode::read_write);
  std::optional<cache::Batch> last_;
};

/// Runs with the n-th operation failing, and takes from the disk what the fault takes. Returns whether it struck.
inline bool run_troubled(World& world, FragileCache& cache, const Options& options, Trouble& trouble, Fault fault) {
  world.disk.hook = [&trouble](const std::string& what, const std::string& path) { trouble.step(what, path); };
  cache.trouble = &trouble;
  try {
    run_with(world, cache, 1, options);
  } catch (const Error&) {
    // The program says it and ends: what counts is what it leaves behind.
  }
  world.disk.hook = nullptr;
  cache.trouble = nullptr;
  if (fault == Fault::names_undone) world.disk.lose_unsynced(FakeDisk::Loss::undone);
  if (fault == Fault::bytes_emptied) world.disk.lose_unsynced(FakeDisk::Loss::emptied);
  if (fault == Fault::commit_undone) cache.undo();
  return trouble.struck();
}

}  // namespace thumbs
