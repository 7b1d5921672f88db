// The tables of each version.
//
// sources and outputs are b-trees by path without a rowid, so that loading reads the file in order. Each row has a
// `checksum` of its fields; `totals` has the number of rows of each table and the sum of their checksums, so that lost,
// duplicated and outdated rows are found too. `uses` counts the outputs of a recipe.
//
// Version 2: `trusted` has one bit for each mode of `stat` (in version 1 it was 0 or 1, for the mode in use), and
// outputs have the names of their set and variant.
// Version 3: `owner` names the manifest that the cache belongs to, in one row, empty if unknown; `folders` lists the
// folders that runs created. It has no checksum: damage there only keeps or removes an empty folder.
// Version 4: `pictures` holds what is known of contents (picture_record.h). It has no total: a lost row costs a decode.
// Version 5: `parts` holds the parts of the sources that were worked on (shard_record.h).
// Version 6: `failures` says why outputs could not be made (failure_record.h).
#include "cache/schema.h"

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "cache/rows.h"
#include "support/hash.h"

namespace thumbs::cache {
namespace {

constexpr std::int64_t k_application_id = 0x54484d42;  // "THMB"

struct Table {
  std::string_view name;
  std::string_view sql;
};

// inspect_schema() compares these texts with sqlite_master, which keeps them as they are.
constexpr Table k_outputs_1{
    "outputs",
    "CREATE TABLE outputs(path BLOB PRIMARY KEY NOT NULL, source BLOB NOT NULL, source_hash BLOB NOT NULL,"
    " recipe INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, hash BLOB NOT NULL,"
    " width INTEGER NOT NULL, height INTEGER NOT NULL, made INTEGER NOT NULL, failed INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL) WITHOUT ROWID"};
constexpr Table k_outputs_2{
    "outputs",
    "CREATE TABLE outputs(path BLOB PRIMARY KEY NOT NULL, source BLOB NOT NULL, source_hash BLOB NOT NULL,"
    " recipe INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, hash BLOB NOT NULL,"
    " width INTEGER NOT NULL, height INTEGER NOT NULL, made INTEGER NOT NULL, failed INTEGER NOT NULL,"
    " set_name TEXT NOT NULL, variant TEXT NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID"};
constexpr Table k_recipes{
    "recipes",
    "CREATE TABLE recipes(id INTEGER PRIMARY KEY NOT NULL, settings TEXT NOT NULL, stages TEXT NOT NULL,"
    " libraries TEXT NOT NULL, uses INTEGER NOT NULL, checksum INTEGER NOT NULL)"};
constexpr Table k_sources{
    "sources",
    "CREATE TABLE sources(path BLOB PRIMARY KEY NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
    " ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, trusted INTEGER NOT NULL, hash BLOB NOT NULL,"
    " format TEXT NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID"};
constexpr Table k_totals{
    "totals",
    "CREATE TABLE totals(algorithm TEXT NOT NULL, source_rows INTEGER NOT NULL, source_sum INTEGER NOT NULL,"
    " output_rows INTEGER NOT NULL, output_sum INTEGER NOT NULL, recipe_rows INTEGER NOT NULL,"
    " recipe_sum INTEGER NOT NULL)"};

constexpr Table k_owner{"owner", "CREATE TABLE owner(manifest BLOB NOT NULL, checksum INTEGER NOT NULL)"};
constexpr Table k_folders{"folders", "CREATE TABLE folders(path BLOB PRIMARY KEY NOT NULL) WITHOUT ROWID"};

constexpr Table k_pictures{
    "pictures",
    "CREATE TABLE pictures(hash BLOB PRIMARY KEY NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
    " alpha INTEGER NOT NULL, look BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID"};

constexpr Table k_parts{"parts",
                        "CREATE TABLE parts(part INTEGER NOT NULL, parts INTEGER NOT NULL, finished INTEGER NOT NULL,"
                        " rules BLOB NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY(part, parts)) WITHOUT ROWID"};

constexpr Table k_failures{
    "failures",
    "CREATE TABLE failures(output BLOB PRIMARY KEY NOT NULL, message BLOB NOT NULL, checksum INTEGER NOT NULL)"
    " WITHOUT ROWID"};

// Sorted by name.
constexpr std::array k_version_1{k_outputs_1, k_recipes, k_sources, k_totals};
constexpr std::array k_version_2{k_outputs_2, k_recipes, k_sources, k_totals};
constexpr std::array k_version_3{k_folders, k_outputs_2, k_owner, k_recipes, k_sources, k_totals};
constexpr std::array k_version_4{k_folders, k_outputs_2, k_owner, k_pictures, k_recipes, k_sources, k_totals};
constexpr std::array k_version_5{k_folders, k_outputs_2, k_owner, k_parts, k_pictures, k_recipes, k_sources, k_totals};
constexpr std::array k_version_6{k_failures, k_folders, k_outputs_2, k_owner, k_parts,
                                 k_pictures, k_recipes, k_sources,   k_totals};
static_assert(k_schema_version == 6);

std::span<const Table> tables_of(int version) {
  if (version == 1) return k_version_1;
  if (version == 2) return k_version_2;
  if (version == 3) return k_version_3;
  if (version == 4) return k_version_4;
  if (version == 5) return k_version_5;
  return k_version_6;
}

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw DatabaseError(DatabaseFault::corrupt, ErrorCode::io, why, file);
}

[[noreturn]] void refuse_newer(const std::string& file, std::int64_t version) {
  throw Error(ErrorCode::usage,
              "has schema version " + std::to_string(version) + ", newer than version " +
                  std::to_string(k_schema_version) + " of this thumbs: upgrade thumbs, or delete the cache",
              file, "cache");
}

bool is_empty(Database& database) { return database.number("SELECT count(*) FROM sqlite_master") == 0; }

bool has_our_tables(Database& database) {
  return database.number(
             "SELECT count(*) FROM sqlite_master WHERE name IN ('outputs', 'recipes', 'sources', 'totals')") > 0;
}

[[noreturn]] void refuse_foreign(const std::string& file) {
  throw Error(ErrorCode::usage,
              "is a database of another application, not a cache: move it away, or set another \"cache\"", file,
              "cache");
}

void check_tables(Database& database, int version, const std::string& file) {
  Statement found = database.prepare("SELECT name, sql FROM sqlite_master ORDER BY name");
  for (const Table& table : tables_of(version)) {
    if (!found.step() || found.bytes(0) != table.name || found.bytes(1) != table.sql) {
      refuse(file, "table \"" + std::string(table.name) + "\" is missing or wrong");
    }
  }
  if (found.step()) refuse(file, "unexpected tables");
}

void check_algorithm(Database& database, const std::string& file) {
  Statement totals = database.prepare("SELECT algorithm FROM totals");
  if (!totals.step() || totals.bytes(0) != k_hash_algorithm) refuse(file, "unknown hash algorithm");
  if (totals.step()) refuse(file, "more than one row of totals");
}

}  // namespace

int inspect_schema(Database& database, const std::string& file) {
  const std::int64_t application = database.number("PRAGMA application_id");
  const std::int64_t version = database.number("PRAGMA user_version");
  const bool may_be_ours = application == k_application_id || application == 0;
  // Checked before the tables, which this SQLite may be unable to read in a newer version.
  if (may_be_ours && version > k_schema_version) refuse_newer(file, version);
  if (application == 0 && version == 0 && is_empty(database)) return 0;
  if (application != k_application_id) {
    if (!has_our_tables(database)) refuse_foreign(file);
    refuse(file, "wrong application id");
  }
  if (version < 1) refuse(file, "invalid schema version");
  check_tables(database, static_cast<int>(version), file);
  check_algorithm(database, file);
  return static_cast<int>(version);
}

void create_schema(Database& database) {
  for (const Table& table : tables_of(k_schema_version)) database.execute(table.sql);
  Statement totals = database.prepare("INSERT INTO totals VALUES(?, 0, 0, 0, 0, 0, 0)");
  totals.text(1, k_hash_algorithm).run();
  write_owner(database, "");
  database.execute("PRAGMA application_id=" + std::to_string(k_application_id));
  database.execute("PRAGMA user_version=" + std::to_string(k_schema_version));
}

bool add_missing_tables(Database& database, int version) {
  if (version < k_first_version_with_folders || version == k_schema_version) return false;
  if (version < k_first_version_with_pictures) database.execute(k_pictures.sql);
  if (version < k_first_version_with_parts) database.execute(k_parts.sql);
  database.execute(k_failures.sql);
  database.execute("PRAGMA user_version=" + std::to_string(k_schema_version));
  return true;
}

void drop_schema(Database& database, int version) {
  for (const Table& table : tables_of(version)) database.execute("DROP TABLE " + std::string(table.name));
}

}  // namespace thumbs::cache
