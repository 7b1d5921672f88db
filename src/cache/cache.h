// The cache: what former runs made from what, in one SQLite file. The only module that includes
// sqlite3.h. A cache is never precious: corruption costs time, not correctness.
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

#include "disk/disk.h"
#include "support/hash.h"
#include "support/text_ref.h"

namespace thumbs {

/// "The file with this stat data held these bytes." What was not trusted was racy when the stat data was taken, so that
/// it proves nothing.
struct SourceRecord {
  TextRef path;
  StatData stat_data;
  Hash128 hash;
  TextRef format;              ///< "jpeg", "png", …; "" for no picture
  bool trusted = false;        ///< all of its times: what `"stat": "full"` asks for
  bool trusted_mtime = false;  ///< its mtime: enough where `stat` is `minimal`, which looks at no other
  bool operator==(const SourceRecord&) const = default;
};

/// A recipe in canonical text, and the versions of the stages that shape its output; of a row that a lock gave, their
/// stand-ins (recipe_text.h).
struct RecipeText {
  std::string settings;
  std::string stages;
  std::string libraries;  ///< recorded and shown, never compared
  auto operator<=>(const RecipeText&) const = default;
};

/// In a row's mtime_ns: a lock gave the row. Its size and mtime are not known, and its hash alone tells.
inline constexpr std::int64_t k_unknown_time = std::numeric_limits<std::int64_t>::min();

/// The names of a set and a variant, for reports of orphans; never compared.
struct VariantName {
  std::string set;
  std::string variant;
  auto operator<=>(const VariantName&) const = default;

  static const VariantName k_none;  ///< both "": version 1 of the schema recorded none, and a lockfile does not either
};

/// "This output was made from these bytes by this recipe." `made` false: no attempt succeeded yet.
/// `failed`: the last attempt failed (what stands on disk is then an older success, if `made`).
struct OutputRecord {
  TextRef path;
  TextRef source;
  Hash128 source_hash;
  Hash128 hash;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  const VariantName* name = &VariantName::k_none;  ///< as it was when the output was made
  std::uint32_t recipe = 0;                        ///< index into Records::recipes when loaded
  std::uint32_t width = 0;                         ///< 0: not known
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
  std::string owner;  ///< the manifest that the cache belongs to, as Batch::owner recorded it; "" where nobody did
};

enum class CacheMode { read_only, read_write };

struct CacheLoad {
  Records rows;
  /// Where the file could not be trusted: the name it was set aside under (read_write), or why it was
  /// ignored (read_only). Empty: all is well.
  std::string warning;
};

/// Changes to be made together. What its records refer to must outlive it.
struct Batch {
  std::vector<SourceRecord> sources;
  struct Output {
    OutputRecord row;  ///< row.recipe is ignored
    RecipeText recipe;
  };
  std::vector<Output> outputs;
  std::vector<std::string> forget_outputs;
  std::vector<std::string> forget_sources;
  std::string owner = {};                      ///< the manifest to record as the cache's; "" leaves what is recorded
  std::vector<std::string> made_folders = {};  ///< that did not exist before
  std::vector<std::string> gone_folders = {};  ///< made, and removed since
  bool empty() const;
};

/// One connection, used by one thread at a time.
class Cache {
 public:
  /// Opens FILE (an absolute path, or ":memory:"). read_only never creates, changes or leaves anything
  /// on disk; a missing file is an empty cache. read_write creates nothing until the first commit.
  /// A corrupt file is set aside as FILE.corrupt-N (N the first free number) when read_write, ignored
  /// when read_only. Throws Error: `usage` for a newer schema and for what plainly never was a cache (a
  /// picture, a JSON text, another application's database; the file untouched), `io`/`unwritable` for what cannot be
  /// read; these are never taken for corruption.
  static std::unique_ptr<Cache> open(const std::string& file, CacheMode mode);
  virtual ~Cache() = default;

  /// All rows, and what was wrong. Every row carries a checksum; one that does not match is corruption.
  virtual CacheLoad load() = 0;

  /// One transaction: forgets first, then puts. On return it is on stable storage, but that a power cut right after
  /// may undo it as a whole. An empty batch touches nothing. Throws Error (io, no_space, unwritable, busy, memory):
  /// then nothing is changed (or all, where giving the lock back is what failed), and the next commit may succeed. A
  /// file that turns out to be corrupt is set aside; what can be read of its rows, checksums and all, goes into a new
  /// one with the batch.
  virtual void commit(const Batch& batch) = 0;

  /// The folders that runs made and did not remove since; none of a cache that older versions wrote. In any order.
  virtual std::vector<std::string> made_folders() { return {}; }

  /// What commits had to set aside since the last call, each as CacheLoad::warning.
  virtual std::vector<std::string> take_warnings() { return {}; }

  struct Stats {
    std::uint64_t file_bytes = 0, sources = 0, outputs = 0, recipes = 0;
    int schema = 0;
  };
  virtual Stats stats() = 0;
  /// SQLite's integrity check, and ours; each line a fault. Empty: sound. Sets nothing aside.
  virtual std::vector<std::string> verify() = 0;
};

/// Holds the cache against other runs: flock(2) on the folder of the cache file, so that nothing is left behind.
/// Makes that folder (and a .gitignore of "*" in it when it is new and no neighbour's: see make_cache_folder()).
class CacheLock {
 public:
  /// Waits up to `wait_seconds`; then throws Error `busy` that names the holder's process (from
  /// /proc/locks) where it can be told. `stop`, where given, ends the wait early. Throws Error `io` where the file
  /// system has no locks: a run that cannot keep others away does not start.
  CacheLock(const std::string& file, double wait_seconds, const std::function<bool()>& stop = {},
            std::span<const std::string> neighbours = {});
  ~CacheLock();
  CacheLock(const CacheLock&) = delete;
  CacheLock& operator=(const CacheLock&) = delete;

  /// Throws Error `io` where the folder that is held no longer stands at its path: it was removed or replaced, another
  /// run may hold the new one, and nothing must be written there.
  void require_held() const;
  /// The folders that had to be made for it.
  const std::vector<std::string>& made_folders() const { return made_folders_; }

 private:
  std::string folder_;
  int fd_ = -1;
  std::vector<std::string> made_folders_;
};

}  // namespace thumbs
