// The tables of each version, and the look at a file's marks.
//
// sources and outputs are b-trees by path without a rowid, so that a load reads them in order, front to back. Every row
// carries `checksum` over its fields; `totals` has the number of rows of each table and the sum of their checksums, so
// that a row that is lost, doubled or older than it should be is noticed too. `uses` counts the outputs of a recipe.
//
// Version 2: `trusted` has a bit for what each mode of `stat` may trust (1 had a 0 or 1, for the mode of its time), and
// outputs have the names of their set and variant.
// Version 3: `owner` names the manifest that the cache belongs to, in one row, empty where it is not known; `folders`
// has those that runs made. That bears no checksum: what is wrong there leaves or takes an empty folder.
#include "cache/schema.h"

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "cache/rows.h"
#include "support/hash.h"

namespace thumbs {
namespace {

constexpr std::int64_t k_application_id = 0x54484d42;  // "THMB"

struct Table {
  std::string_view name;
  std::string_view sql;
};

// SQLite keeps the text as it is here, which is how inspect_schema compares it.
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

// Sorted by name.
constexpr std::array k_version_1{k_outputs_1, k_recipes, k_sources, k_totals};
constexpr std::array k_version_2{k_outputs_2, k_recipes, k_sources, k_totals};
constexpr std::array k_version_3{k_folders, k_outputs_2, k_owner, k_recipes, k_sources, k_totals};
static_assert(k_schema_version == 3);

std::span<const Table> tables_of(int version) {
  if (version == 1) return k_version_1;
  if (version == 2) return k_version_2;
  return k_version_3;
}

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw DatabaseError(DatabaseFault::corrupt, ErrorCode::io, why, file);
}

[[noreturn]] void refuse_newer(const std::string& file, std::int64_t version) {
  throw Error(ErrorCode::usage,
              "its schema is version " + std::to_string(version) + ", this thumbs knows up to version " +
                  std::to_string(k_schema_version) + ": use a newer thumbs, or delete the cache",
              file, "cache");
}

bool holds_nothing(Database& database) { return database.number("SELECT count(*) FROM sqlite_master") == 0; }

bool holds_a_table_of_ours(Database& database) {
  return database.number(
             "SELECT count(*) FROM sqlite_master WHERE name IN ('outputs', 'recipes', 'sources', 'totals')") > 0;
}

[[noreturn]] void refuse_foreign(const std::string& file) {
  throw Error(ErrorCode::usage, "is another application's database and no cache: name another file, or move it away",
              file, "cache");
}

void check_tables(Database& database, int version, const std::string& file) {
  Statement found = database.prepare("SELECT name, sql FROM sqlite_master ORDER BY name");
  for (const Table& table : tables_of(version)) {
    if (!found.step() || found.bytes(0) != table.name || found.bytes(1) != table.sql) {
      refuse(file, "its table \"" + std::string(table.name) + "\" is missing or not as expected");
    }
  }
  if (found.step()) refuse(file, "it has tables that are not expected");
}

void check_algorithm(Database& database, const std::string& file) {
  Statement totals = database.prepare("SELECT algorithm FROM totals");
  if (!totals.step() || totals.bytes(0) != k_hash_algorithm) refuse(file, "its hash algorithm is unknown");
  if (totals.step()) refuse(file, "it has more than one line of totals");
}

}  // namespace

int inspect_schema(Database& database, const std::string& file) {
  const std::int64_t application = database.number("PRAGMA application_id");
  const std::int64_t version = database.number("PRAGMA user_version");
  const bool may_be_ours = application == k_application_id || application == 0;
  // Before a look at the tables: a newer version may have what this SQLite cannot read.
  if (may_be_ours && version > k_schema_version) refuse_newer(file, version);
  if (application == 0 && version == 0 && holds_nothing(database)) return 0;
  if (application != k_application_id) {
    if (!holds_a_table_of_ours(database)) refuse_foreign(file);
    refuse(file, "its mark is another application's");
  }
  if (version < 1) refuse(file, "its schema version is wrong");
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

void drop_schema(Database& database, int version) {
  for (const Table& table : tables_of(version)) database.execute("DROP TABLE " + std::string(table.name));
}

}  // namespace thumbs
