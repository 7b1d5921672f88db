// The cache: one SQLite file that records what earlier runs made from what. A lost or corrupt cache costs time, never
// correctness.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cache/failure_record.h"
#include "cache/picture_record.h"
#include "cache/shard_record.h"
#include "disk/disk.h"
#include "support/fd.h"
#include "support/hash.h"
#include "support/text_ref.h"

namespace thumbs::cache {

/// The content of a source at the time of its stat data. Untrusted stat data was racy when it was taken: an equal stat
/// does not prove equal content.
struct SourceRecord {
  TextRef path;
  disk::StatData stat_data;
  Hash128 hash;
  TextRef format;              ///< "jpeg", "png", …; "" if it is not a picture
  bool trusted = false;        ///< all of its times: what `"stat": "full"` asks for
  bool trusted_mtime = false;  ///< mtime was not racy: enough for `"stat": "minimal"`
  bool operator==(const SourceRecord&) const = default;
};

/// A recipe as canonical text, and the versions of the stages that shape its output. Records from a lockfile hold
/// stand-ins instead (recipe_text.h).
struct RecipeText {
  std::string settings;
  std::string stages;
  std::string libraries;  ///< recorded and shown, never compared
  auto operator<=>(const RecipeText&) const = default;
};

/// OutputRecord::mtime_ns of a record from a lockfile, which has no size or mtime: compare its hash.
inline constexpr std::int64_t k_unknown_time = std::numeric_limits<std::int64_t>::min();

/// The names of a set and a variant, for reports of orphans; never compared.
struct VariantName {
  std::string set;
  std::string variant;
  auto operator<=>(const VariantName&) const = default;

  static const VariantName k_none;  ///< both "": version 1 of the schema recorded none, and a lockfile does not either
};

/// How an output was made: from which source content, by which recipe. `made` is false while no attempt has succeeded.
/// `failed`: the last attempt failed; if `made` too, the file on disk is from an earlier one.
struct OutputRecord {
  TextRef path;
  TextRef source;
  Hash128 source_hash;
  Hash128 hash;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  const VariantName* name = &VariantName::k_none;  ///< as it was when the output was made
  std::uint32_t recipe = 0;                        ///< index into Records::recipes when loaded
  std::uint32_t width = 0;                         ///< in pixels; 0: unknown
  std::uint32_t height = 0;
  bool made = false;
  bool failed = false;

  bool stat_known() const { return mtime_ns != k_unknown_time; }
};

/// A million sources are two million records: so these refer to texts that are stored once, and close together.
struct Records {
  std::vector<SourceRecord> sources;  ///< sorted by path (bytes)
  std::vector<OutputRecord> outputs;  ///< sorted by path (bytes)
  std::vector<RecipeText> recipes;
  std::set<VariantName> names;
  TextArena texts;    ///< what the records refer to
  std::string owner;  ///< the manifest that the cache belongs to (Batch::owner); "" if not recorded
};

enum class CacheMode { read_only, read_write };

struct CacheLoad {
  Records rows;
  /// Why a corrupt file was set aside (read_write; names the new file) or ignored (read_only). Empty if it is sound.
  std::string warning;
};

/// Changes for one transaction. What its records refer to must outlive it.
struct Batch {
  std::vector<SourceRecord> sources;
  struct Output {
    OutputRecord row;  ///< row.recipe is ignored
    RecipeText recipe;
  };
  std::vector<Output> outputs;
  std::vector<std::string> forget_outputs;
  std::vector<std::string> forget_sources;
  std::string owner = {};                      ///< the manifest to record as owner; "" keeps the recorded one
  std::vector<std::string> made_folders = {};  ///< folders that this run created
  std::vector<std::string> gone_folders = {};  ///< recorded folders that were removed
  std::vector<PictureRecord> pictures = {};    ///< of contents that were opened; what else is known of them stays
  bool forget_shards = false;                  ///< first of all
  std::vector<ShardRecord> shards = {};
  std::vector<FailureRecord> failures = {};  ///< of outputs that are recorded as failed, here or before
  bool empty() const;
};

/// One connection, used by one thread at a time.
class Cache {
 public:
  /// Opens FILE (an absolute path, or ":memory:"). A missing file is an empty cache. read_only leaves the disk as it
  /// is; read_write creates nothing before the first commit. A corrupt file is renamed to FILE.corrupt-N (N: the first
  /// free number) if read_write, ignored if read_only. Throws Error and leaves the file alone: `usage` for a newer
  /// schema and for a file that never was a cache (a picture, JSON, another application's database), `io` or
  /// `unwritable` if it cannot be read.
  static std::unique_ptr<Cache> open(const std::string& file, CacheMode mode);
  virtual ~Cache() = default;

  /// All records, and a warning if the file was corrupt. A wrong checksum counts as corruption.
  virtual CacheLoad load() = 0;

  /// The records of these sources and of these outputs alone, and the owner. Finds no fault of the rest of the file.
  virtual CacheLoad load_part(std::span<const std::string> sources, std::span<const std::string> outputs);

  /// The paths of all outputs that are recorded as made from one of these sources, in any order.
  virtual std::vector<std::string> outputs_made_from(std::span<const std::string> sources);

  /// One transaction: forgets first, then puts. It survives a crash of the process; a power cut right after may undo it
  /// as a whole. An empty batch touches nothing. Throws Error (io, no_space, unwritable, busy, memory): then nothing
  /// has changed (or everything, if only releasing the lock failed), and the next commit may succeed. A file that turns
  /// out to be corrupt is set aside, and its records, if all can be read, go into a new file with the batch.
  virtual void commit(const Batch& batch) = 0;

  /// Folders that runs created and did not remove since, in any order. Empty for schema versions 1 and 2.
  virtual std::vector<std::string> made_folders() { return {}; }

  /// What is known of the contents of sources, sorted by hash; a damaged record is left out, and costs a decode. Not
  /// part of load(): few runs need it. Empty for schema versions 1 to 3.
  virtual std::vector<PictureRecord> load_pictures() { return {}; }

  /// The same of these contents alone.
  virtual std::vector<PictureRecord> load_pictures_of(std::span<const Hash128> contents);

  /// The parts that were worked on, sorted by index. Empty for schema versions 1 to 4.
  virtual std::vector<ShardRecord> load_shards() { return {}; }

  /// Why outputs that are recorded as failed could not be made, sorted by output; a damaged record is left out. Not
  /// part of load(): few runs need it. Empty for schema versions 1 to 5.
  virtual std::vector<FailureRecord> load_failures() { return {}; }

  /// The file is as a commit of this process left it: the next commit need not check it as a whole.
  virtual void trust_file() {}

  /// Warnings about corrupt files that commits set aside since the last call, like CacheLoad::warning.
  virtual std::vector<std::string> take_warnings() { return {}; }

  struct Stats {
    std::uint64_t file_bytes = 0, sources = 0, outputs = 0, recipes = 0;
    int schema = 0;
  };
  virtual Stats stats() = 0;
  /// SQLite's integrity check, then our checksums. One fault per line; empty if sound. Sets nothing aside.
  virtual std::vector<std::string> verify() = 0;
};

/// Locks one cache against other runs, on any machine whose file system knows of it. Caches in one folder do not
/// exclude each other. Creates the folder if needed, with a .gitignore (see make_cache_folder()), and an empty FILE,
/// which it removes again if nothing was recorded; no lock file.
class CacheLock {
 public:
  /// Waits up to `wait_seconds`, or until `stop` returns true; then throws Error `busy`, which names the holder's
  /// process if /proc shows it. Throws Error `io` if the file system does not support locks.
  CacheLock(const std::string& file, double wait_seconds, const std::function<bool()>& stop = {},
            std::span<const std::string> neighbours = {});
  ~CacheLock();
  CacheLock(const CacheLock&) = delete;
  CacheLock& operator=(const CacheLock&) = delete;

  /// Throws Error `io` if the locked folder was removed or replaced: another run may hold the new one, so nothing may
  /// be written there; `busy` if the cache was, and another run holds the new one.
  void require_held();
  /// Folders that the constructor created.
  const std::vector<std::string>& made_folders() const { return made_folders_; }

 private:
  bool open_file();
  bool take_file();

  std::string folder_;
  std::string file_;
  Fd folder_fd_;
  Fd file_fd_;  // empty: FILE cannot be written
  bool made_file_ = false;
  std::vector<std::string> made_folders_;
};

}  // namespace thumbs::cache
