// All is read and examined first; then one commit, and after it lockfile and index.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cache/cache.h"
#include "cache/cache_files.h"
#include "cache/schema.h"
#include "disk/disk.h"
#include "engine/cache_folder.h"
#include "engine/engine.h"
#include "engine/merge.h"
#include "engine/ownership.h"
#include "engine/shard_set.h"
#include "library/check.h"
#include "manifest/rules_hash.h"
#include "parallel/parallel.h"
#include "thumbs/build.h"
#include "thumbs/cache.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

namespace fs = std::filesystem;

class CacheMerge {
 public:
  CacheMerge(const Manifest& stated, const MergeOptions& options, Observer& observer)
      : manifest_(library::ready(stated)),
        options_(options),
        observer_(observer),
        disk_(disk::open_disk(manifest_.folder)),
        place_(manifest_.folder, manifest_.cache),
        rules_(manifest::rules_hash(manifest_)) {}

  Merged run() {
    read_files();
    if (!merged_.refusals.empty()) return std::move(merged_);
    if (!options_.dry_run && fs::exists(place_.file())) hold();
    engine::MergedRows rows = examine();
    if (merged_.refusals.empty() && !options_.dry_run && !lock_) {
      hold();
      if (cache::cache_file_state(place_.file()) == cache::CacheFileState::present) rows = examine();
    }
    if (!merged_.refusals.empty() || options_.dry_run) return std::move(merged_);
    commit(rows);
    if (merged_.report.errors.empty()) write_side_files();
    return std::move(merged_);
  }

 private:
  bool stopped() const { return options_.stop != nullptr && options_.stop->load(); }
  int jobs() const { return options_.jobs > 0 ? options_.jobs : default_jobs(); }

  void hold() {
    lock_.emplace(
        place_.file(), options_.wait_seconds, [this] { return stopped(); },
        engine::neighbours_of_cache(manifest_, place_));
  }

  std::string path_of(const std::string& name) const {
    const std::string& base = options_.base.empty() ? manifest_.folder : options_.base;
    return name.starts_with('/') ? name : base + "/" + name;
  }

  void read_files() {
    if (options_.files.empty()) throw Error(ErrorCode::usage, "no cache is named");
    std::vector<std::string> paths{place_.file()};
    for (const std::string& name : options_.files) {
      const std::string path = path_of(name);
      std::error_code none;
      const auto same = [&](const std::string& other) { return fs::equivalent(other, path, none); };
      const auto twin = std::ranges::find_if(paths, same);
      std::string fault;
      if (twin == paths.begin()) continue;  // has what it has
      if (twin != paths.end()) fault = "is named twice";
      if (fault.empty()) fault = fault_of_file(name, path);
      if (!fault.empty()) merged_.refusals.push_back(name + ": " + fault);
      paths.push_back(path);
    }
  }

  std::string fault_of_file(const std::string& name, const std::string& path) {
    try {
      return read_file(name, path);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::busy || error.code() == ErrorCode::memory) throw;
      return error.message();
    }
  }

  // Parts say what they were built by; of others the manifest's place tells.
  std::string other_owner(const engine::CacheToMerge& cache, const std::string& path) const {
    const std::string& owner = cache.rows.owner;
    const bool same_name = owner.substr(owner.rfind('/') + 1) == manifest_.path;
    if (same_name && !cache.shards.empty() && cache.shards.front().rules == rules_) return {};
    return engine::other_owner(*disk_, manifest_, path, owner);
  }

  // Why it cannot be merged, or "".
  std::string read_file(const std::string& name, const std::string& path) {
    const cache::CacheFileState state = cache::cache_file_state(path);
    if (state == cache::CacheFileState::missing) return "no such cache: its part did not run";
    if (state == cache::CacheFileState::empty) return "is empty: its part did not get anywhere";
    const std::unique_ptr<cache::Cache> cache = cache::Cache::open(path, cache::CacheMode::read_only);
    if (const int schema = cache->stats().schema; schema != cache::k_schema_version)
      return "has schema version " + std::to_string(schema) + ", not " + std::to_string(cache::k_schema_version) +
             ": run its part again with this version of thumbs";
    engine::CacheToMerge one{
        .name = name, .rows = {}, .shards = cache->load_shards(), .pictures = {}, .made_folders = {}, .failures = {}};
    cache::CacheLoad load = cache->load();
    if (!load.warning.empty()) return "is corrupt: run its part again";
    one.rows = std::move(load.rows);
    if (std::string other = other_owner(one, path); !other.empty()) return other;
    one.pictures = cache->load_pictures();
    one.made_folders = cache->made_folders();
    one.failures = cache->load_failures();
    caches_.push_back(std::move(one));
    return {};
  }

  // What is to be committed. Adds refusals and warnings.
  engine::MergedRows examine() {
    merged_ = {};
    cache_ = cache::Cache::open(place_.file(),
                                options_.dry_run ? cache::CacheMode::read_only : cache::CacheMode::read_write);
    known_ = cache_->load();
    ownership_ = engine::claim_cache(*disk_, manifest_, known_.rows.owner);
    examine_shards();
    if (!merged_.refusals.empty()) return {};
    engine::MergedRows rows;
    parallel::with_threads(
        jobs(), [&] { rows = engine::merge_rows(*disk_, known_.rows, caches_, [this] { return stopped(); }); });
    for (const std::string& name : rows.alien)
      doubt(name + ": none of its sources and outputs stands here as it says: it is of other files");
    constexpr std::size_t k_most_names = 20;
    for (std::size_t i = 0; i < std::min(rows.left_out.size(), k_most_names); ++i)
      merged_.report.warnings.push_back(rows.left_out[i] + ": does not stand as the cache says: left out");
    if (rows.left_out.size() > k_most_names)
      merged_.report.warnings.push_back(std::to_string(rows.left_out.size() - k_most_names) +
                                        " more outputs do not stand as the caches say: left out");
    merged_.info.outputs = rows.outputs;
    merged_.info.left_out = rows.left_out.size();
    return rows;
  }

  void doubt(const std::string& fault) {
    (options_.force ? merged_.report.warnings : merged_.refusals).push_back(fault);
  }

  void examine_shards() {
    std::vector<engine::ShardsOfCache> files;
    for (const engine::CacheToMerge& cache : caches_) files.push_back({cache.name, cache.shards});
    shards_ = engine::examine_shards(files, {manifest_.cache, cache_->load_shards()}, rules_);
    merged_.refusals = shards_.foreign;
    for (const std::string& fault : shards_.faults) doubt(fault);
    merged_.info.caches = caches_.size();
    merged_.info.parts = shards_.count;
    merged_.info.missing = shards_.missing;
  }

  void commit(engine::MergedRows& rows) {
    cache::Batch& batch = rows.batch;
    drop_known(batch);
    if (shards_.missing.empty()) {
      batch.forget_shards = shards_.count != 0 && !cache_->load_shards().empty();
    } else {
      batch.shards = shards_.finished;
    }
    for (std::string& folder : engine::folders_of_cache(manifest_, place_, lock_->made_folders()))
      batch.made_folders.push_back(std::move(folder));
    if (!batch.empty() || ownership_.must_record) batch.owner = ownership_.owner;
    // Whoever wrote the outputs may not have made them durable on this machine.
    std::vector<std::string> outputs;
    for (const cache::Batch::Output& output : batch.outputs) outputs.emplace_back(output.row.path);
    if (!outputs.empty()) disk_->sync(outputs);
    lock_->require_held();
    cache_->commit(batch);
    for (std::string& warning : cache_->take_warnings()) merged_.report.warnings.push_back(std::move(warning));
  }

  void drop_known(cache::Batch& batch) const {
    const std::vector<cache::PictureRecord> pictures = cache_->load_pictures();  // sorted
    std::erase_if(batch.pictures, [&](const cache::PictureRecord& picture) {
      const auto known = std::ranges::lower_bound(pictures, picture.hash, {}, &cache::PictureRecord::hash);
      return known != pictures.end() && *known == picture;
    });
    const std::vector<std::string> folders = cache_->made_folders();
    std::erase_if(batch.made_folders, [&](const auto& f) { return std::ranges::find(folders, f) != folders.end(); });
  }

  void write_side_files() {
    if (!manifest_.lock && !manifest_.index) return;
    const Options options{.paths_base = manifest_.folder, .jobs = jobs(), .stop = options_.stop};
    cache_ = cache::Cache::open(place_.file(), cache::CacheMode::read_write);
    parallel::with_threads(jobs(), [&] {
      Report report = engine::run_on(*disk_, *cache_, manifest_, options, jobs(), observer_,
                                     {.before_writing = [] { return false; },
                                      .before_commit = [this] { lock_->require_held(); },
                                      .records_only = true});
      report.warnings.insert(report.warnings.begin(), merged_.report.warnings.begin(), merged_.report.warnings.end());
      merged_.report = std::move(report);
    });
  }

  Manifest manifest_;
  const MergeOptions& options_;
  Observer& observer_;
  std::unique_ptr<disk::Disk> disk_;
  cache::ReachableCache place_;
  Hash128 rules_;
  std::optional<cache::CacheLock> lock_;
  std::unique_ptr<cache::Cache> cache_;
  std::vector<engine::CacheToMerge> caches_;
  cache::CacheLoad known_;
  engine::Ownership ownership_;
  engine::ShardSet shards_;
  Merged merged_;
};

}  // namespace

Merged merge_caches(const Manifest& manifest, const MergeOptions& options, Observer& observer) {
  return CacheMerge(manifest, options, observer).run();
}

}  // namespace thumbs
