// Opens the cache file, sets a corrupt one aside, loads and commits.
#include "cache/cache.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <type_traits>
#include <utility>

#include "cache/cache_files.h"
#include "cache/failures.h"
#include "cache/pictures.h"
#include "cache/rows.h"
#include "cache/schema.h"
#include "cache/shards.h"
#include "cache/sqlite.h"
#include "cache/writer.h"
#include "thumbs/error.h"

namespace thumbs::cache {
namespace {

constexpr std::string_view k_in_memory = ":memory:";
constexpr int k_snapshot_attempts = 10;

std::uint64_t size_of(const std::string& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

// SQLite keeps the journal beside the target of a link, so we work on the target.
std::string real_file(const std::string& file) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(file, error);
  return error ? file : real.string();
}

// Refers to `rows`.
Batch batch_of(const Records& rows) {
  Batch batch;
  batch.owner = rows.owner;
  batch.sources = rows.sources;
  batch.outputs.reserve(rows.outputs.size());
  for (const OutputRecord& row : rows.outputs) batch.outputs.push_back({row, rows.recipes[row.recipe]});
  return batch;
}

// The records of these sources and outputs.
Records only(Records rows, std::span<const std::string> sources, std::span<const std::string> outputs) {
  const auto is_none_of = [](std::span<const std::string> paths) {
    return [paths](const auto& row) { return std::find(paths.begin(), paths.end(), row.path) == paths.end(); };
  };
  std::erase_if(rows.sources, is_none_of(sources));
  std::erase_if(rows.outputs, is_none_of(outputs));
  return rows;
}

class SqliteCache final : public Cache {
 public:
  SqliteCache(const std::string& file, CacheMode mode) : file_(real_file(file)), mode_(mode) {
    reading([](Database&, int) {});
  }

  CacheLoad load() override;
  CacheLoad load_part(std::span<const std::string> sources, std::span<const std::string> outputs) override;
  std::vector<std::string> outputs_made_from(std::span<const std::string> sources) override;
  void commit(const Batch& batch) override;
  std::vector<std::string> take_warnings() override { return std::exchange(commit_warnings_, {}); }
  std::vector<std::string> made_folders() override;
  std::vector<PictureRecord> load_pictures() override;
  std::vector<PictureRecord> load_pictures_of(std::span<const Hash128> contents) override;
  std::vector<ShardRecord> load_shards() override;
  std::vector<FailureRecord> load_failures() override;
  void trust_file() override { trusts_file_ = true; }
  Stats stats() override;
  std::vector<std::string> verify() override;

 private:
  bool in_memory() const { return file_ == k_in_memory; }
  void attach();
  void switch_to_snapshot();
  void detach();
  void give_up(const std::string& why);
  Records salvage();
  void write_anew(const Batch& batch, const std::string& why);
  void connect_for_writing();
  void require_sound_pages();
  Records prepare_tables();
  void write(const Batch& batch);

  template <class Read>
  void read_once(Read&& read);
  template <class Read>
  void read_sound(Read&& read);
  template <class Read>
  void reading(Read&& read);
  template <class Read>
  auto reading_since(int first_version, Read&& read);

  std::string file_;
  CacheMode mode_;
  std::optional<Snapshot> snapshot_;
  std::optional<Database> database_;
  std::optional<BatchWriter> writer_;  // made by the first commit
  std::string warning_;
  std::vector<std::string> commit_warnings_;
  bool trusts_file_ = false;
  bool ignored_ = false;  // corrupt, and not set aside
};

void SqliteCache::attach() {
  if (in_memory()) {
    database_.emplace(file_, Database::Mode::create);
    return;
  }
  if (cache_file_state(file_) != CacheFileState::present) return;
  database_.emplace(file_, mode_ == CacheMode::read_only ? Database::Mode::read_only : Database::Mode::read_write);
  if (database_->foreign_format()) {
    throw DatabaseError(DatabaseFault::corrupt, ErrorCode::io, "unknown database format", file_);
  }
}

void SqliteCache::detach() {
  writer_.reset();
  database_.reset();
  snapshot_.reset();
}

// A killed run left a journal, and this connection may not roll it back: work on a private copy.
void SqliteCache::switch_to_snapshot() {
  detach();
  snapshot_ = Snapshot::take(file_);
  if (snapshot_) database_.emplace(snapshot_->file(), Database::Mode::read_write);
}

void SqliteCache::give_up(const std::string& why) {
  detach();
  if (const std::string kind = foreign_kind(file_); !kind.empty())
    throw Error(ErrorCode::usage, "is " + kind + ", not a cache: move it away, or set another \"cache\"", file_,
                "cache");
  ignored_ = true;
  warning_ = file_ + ": cache: corrupt (" + why + "); ";
  if (mode_ == CacheMode::read_only) {
    warning_ += "ignored";
    return;
  }
  try {
    warning_ += "set aside as " + set_aside(file_);
    ignored_ = false;
  } catch (const Error& error) {
    warning_ += "ignored: " + error.message();
  }
}

// Calls `read` in one transaction; not at all if the file is missing or has no tables.
template <class Read>
void SqliteCache::read_once(Read&& read) {
  if (!database_) attach();
  if (!database_) return;
  const Transaction transaction(*database_, Transaction::Kind::read);
  const int version = inspect_schema(*database_, file_);
  if (version > 0) read(*database_, version);
}

template <class Read>
void SqliteCache::read_sound(Read&& read) {
  for (int attempt = 0; attempt < k_snapshot_attempts; ++attempt) {
    try {
      return read_once(read);
    } catch (const DatabaseError& error) {
      if (error.fault() != DatabaseFault::rollback_needed) throw;
    }
    switch_to_snapshot();
  }
  throw Error(ErrorCode::busy, "other processes keep writing to it", file_, "cache");
}

template <class Read>
void SqliteCache::reading(Read&& read) {
  if (ignored_) return;
  try {
    read_sound(read);
  } catch (const DatabaseError& error) {
    if (error.fault() != DatabaseFault::corrupt) {
      detach();
      throw Error(error.code(), error.message(), file_, "cache");
    }
    give_up(error.message());
  }
}

CacheLoad SqliteCache::load() {
  CacheLoad result;
  reading([&](Database& database, int version) { result.rows = read_rows(database, version, file_); });
  result.warning = warning_;
  return result;
}

CacheLoad SqliteCache::load_part(std::span<const std::string> sources, std::span<const std::string> outputs) {
  CacheLoad result;
  reading([&](Database& database, int version) {
    result.rows = version == k_schema_version ? read_some_rows(database, file_, sources, outputs)
                                              : only(read_rows(database, version, file_), sources, outputs);
  });
  result.warning = warning_;
  return result;
}

std::vector<std::string> SqliteCache::outputs_made_from(std::span<const std::string> sources) {
  std::vector<std::string> paths;
  reading([&](Database& database, int) { paths = read_outputs_made_from(database, sources); });
  return paths;
}

void SqliteCache::connect_for_writing() {
  if (mode_ == CacheMode::read_only) throw Error(ErrorCode::unwritable, "was opened read-only", file_, "cache");
  if (ignored_) throw Error(ErrorCode::unwritable, "is corrupt and could not be renamed", file_, "cache");
  if (snapshot_) throw Error(ErrorCode::unwritable, "cannot roll back the changes of a killed run", file_, "cache");
  if (database_) return;
  make_cache_folder(folder_of(file_));
  make_empty_file(file_);
  database_.emplace(file_, Database::Mode::create);
}

// Loading does not check the free list; a write to a page that is not really free would damage other records. Checked
// once, before the first write: 60 ms for 200,000 rows.
void SqliteCache::require_sound_pages() {
  if (trusts_file_) return;
  const std::string fault = database_->quick_check();
  if (!fault.empty()) throw DatabaseError(DatabaseFault::corrupt, ErrorCode::io, fault, file_);
}

// Creates the tables if there are none. Drops those of an older version and returns their records, which the caller
// writes again in the same transaction.
Records SqliteCache::prepare_tables() {
  const int version = inspect_schema(*database_, file_);
  require_sound_pages();
  Records older;
  if (add_missing_tables(*database_, version)) return older;
  if (version > 0 && version < k_schema_version) {
    older = read_rows(*database_, version, file_);
    drop_schema(*database_, version);
  }
  if (version < k_schema_version) create_schema(*database_);
  return older;
}

void SqliteCache::write(const Batch& batch) {
  if (!writer_) database_->execute("PRAGMA synchronous=FULL");
  Transaction transaction(*database_, Transaction::Kind::write);
  if (!writer_) {
    const Records older = prepare_tables();
    writer_.emplace(*database_);
    if (const Batch again = batch_of(older); !again.empty()) writer_->write(again);
  }
  writer_->write(batch);
  transaction.commit();
}

// All records of a file that cannot be written, if every checksum is right; otherwise none.
Records SqliteCache::salvage() {
  Records rows;
  detach();
  try {
    read_sound([&](Database& database, int version) { rows = read_rows(database, version, file_); });
  } catch (const DatabaseError& error) {
    if (error.fault() != DatabaseFault::corrupt) throw;
  }
  return rows;
}

// Writing finds damage that reading does not, such as in the free space of a page. The records may still be sound.
void SqliteCache::write_anew(const Batch& batch, const std::string& why) {
  const Records rows = salvage();
  give_up(why);
  commit_warnings_.push_back(warning_);
  connect_for_writing();
  if (const Batch saved = batch_of(rows); !saved.empty()) write(saved);
  write(batch);
}

void SqliteCache::commit(const Batch& batch) {
  if (batch.empty()) return;
  connect_for_writing();
  try {
    try {
      write(batch);
    } catch (const DatabaseError& error) {
      writer_.reset();  // the tables it was made for may have been rolled back
      if (error.fault() != DatabaseFault::corrupt) throw;
      write_anew(batch, error.message());
    }
  } catch (const DatabaseError& error) {
    writer_.reset();
    throw Error(error.code(), error.message(), file_, "cache");
  }
}

// What `read` finds; nothing where the tables are of an older version.
template <class Read>
auto SqliteCache::reading_since(int first_version, Read&& read) {
  std::invoke_result_t<Read, Database&> found;
  reading([&](Database& database, int version) {
    if (version >= first_version) found = read(database);
  });
  return found;
}

std::vector<std::string> SqliteCache::made_folders() {
  return reading_since(k_first_version_with_folders, read_folders);
}

std::vector<PictureRecord> SqliteCache::load_pictures() {
  return reading_since(k_first_version_with_pictures, read_pictures).rows;
}

std::vector<PictureRecord> SqliteCache::load_pictures_of(std::span<const Hash128> contents) {
  return reading_since(k_first_version_with_pictures,
                       [&](Database& database) { return read_some_pictures(database, contents); });
}

std::vector<ShardRecord> SqliteCache::load_shards() { return reading_since(k_first_version_with_parts, read_shards); }

std::vector<FailureRecord> SqliteCache::load_failures() {
  return reading_since(k_first_version_with_failures, read_failures);
}

Cache::Stats SqliteCache::stats() {
  Stats stats;
  reading([&](Database& database, int version) {
    const Totals totals = read_totals(database);
    stats = {.file_bytes = 0,
             .sources = totals.sources.rows,
             .outputs = totals.outputs.rows,
             .recipes = totals.recipes.rows,
             .schema = version};
  });
  if (stats.schema == 0) stats.schema = k_schema_version;
  stats.file_bytes = in_memory() ? 0 : size_of(file_);
  return stats;
}

std::vector<std::string> SqliteCache::verify() {
  std::vector<std::string> faults;
  if (!warning_.empty()) faults.push_back(warning_);
  if (ignored_) return faults;
  try {
    read_sound([&](Database& database, int version) {
      Statement check = database.prepare("PRAGMA integrity_check");
      while (check.step()) {
        if (check.bytes(0) != "ok") faults.emplace_back(check.bytes(0));
      }
      read_rows(database, version, file_);
      if (version >= k_first_version_with_pictures && read_pictures(database).damaged != 0)
        faults.emplace_back("checksum mismatch: a picture");
    });
  } catch (const DatabaseError& error) {
    if (error.fault() != DatabaseFault::corrupt) throw;
    faults.push_back(error.message());
  }
  return faults;
}

}  // namespace

bool Batch::empty() const {
  return sources.empty() && outputs.empty() && forget_outputs.empty() && forget_sources.empty() && owner.empty() &&
         made_folders.empty() && gone_folders.empty() && pictures.empty() && !forget_shards && shards.empty() &&
         failures.empty();
}

CacheLoad Cache::load_part(std::span<const std::string> sources, std::span<const std::string> outputs) {
  CacheLoad all = load();
  all.rows = only(std::move(all.rows), sources, outputs);
  return all;
}

std::vector<std::string> Cache::outputs_made_from(std::span<const std::string> sources) {
  std::vector<std::string> paths;
  for (const OutputRecord& output : load().rows.outputs)
    if (std::find(sources.begin(), sources.end(), output.source) != sources.end()) paths.emplace_back(output.path);
  return paths;
}

std::vector<PictureRecord> Cache::load_pictures_of(std::span<const Hash128> contents) {
  std::vector<PictureRecord> pictures = load_pictures();
  std::erase_if(pictures, [&](const PictureRecord& picture) {
    return std::find(contents.begin(), contents.end(), picture.hash) == contents.end();
  });
  return pictures;
}

std::unique_ptr<Cache> Cache::open(const std::string& file, CacheMode mode) {
  return std::make_unique<SqliteCache>(file, mode);
}

}  // namespace thumbs::cache
