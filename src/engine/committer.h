// Remembers what was made: gathers rows, and commits them once their outputs are on stable storage.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cache/cache.h"
#include "disk/disk.h"
#include "thumbs/error.h"

namespace thumbs::engine {

/// Not thread-safe.
class Committer {
 public:
  /// Called before a commit, which it forbids by throwing Error; and told of each batch that was committed. Empty ones
  /// are none. `owner` goes into each commit.
  struct Hooks {
    std::function<void()> before_commit = {};
    std::function<void(const cache::Batch&)> committed = {};
    std::string owner = {};
  };

  /// `cache` may be held open by others; nothing is written before the first flush with content.
  Committer(disk::Disk& disk, cache::Cache& cache, Hooks hooks)
      : disk_(disk), cache_(cache), hooks_(std::move(hooks)) {}
  Committer(disk::Disk& disk, cache::Cache& cache) : Committer(disk, cache, Hooks{}) {}

  void remember(cache::SourceRecord row) { batch_.sources.push_back(row); }
  void remember(const cache::PictureRecord& picture) { batch_.pictures.push_back(picture); }
  /// Nothing that the cache knows already: a run that only fails again writes nothing.
  void remember(cache::FailureRecord failure);
  /// `written`: the output was just written, so that it must be synced first.
  void remember(cache::OutputRecord row, cache::RecipeText recipe, bool written);
  /// `path` was just removed, its folder perhaps too: that must last before a batch forgets whose it was.
  void removed(const std::string& path);
  /// Folders that did not exist before this run made them.
  void made(std::vector<std::string> folders);
  /// Adds all of `batch`; nothing in it needs a sync.
  void remember(cache::Batch batch);

  /// Whether it is time to flush: every 512 outputs, or where the last flush is 5 s ago.
  bool is_due() const;
  /// What a sync came to.
  struct Synced {
    std::optional<Error> error;  ///< why the files are not on stable storage
    bool all_renames = false;    ///< with them, every earlier rename on their file systems
  };
  /// Brings the bytes of `temporaries` to stable storage.
  Synced sync(const std::vector<std::string>& temporaries);
  /// 1: syncs the batch's outputs, what was removed, and the bytes of `temporaries`; 2: commits the batch's rows. A
  /// failure is kept in errors() and the rows are dropped: the next run makes their outputs again, which is slow but
  /// never wrong. Returns how the first step went.
  Synced flush(std::vector<std::string> temporaries = {});

  const std::vector<std::string>& errors() const { return errors_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void commit();

  disk::Disk& disk_;
  cache::Cache& cache_;
  Hooks hooks_;
  cache::Batch batch_;
  std::optional<std::vector<cache::FailureRecord>> known_failures_;  // loaded for the first failure; sorted
  std::vector<std::string> written_;                                 // and removed
  std::chrono::steady_clock::time_point last_flush_ = std::chrono::steady_clock::now();
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
};

}  // namespace thumbs::engine
