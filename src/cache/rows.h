// Records in SQLite: checksums, totals, and loading.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache.h"
#include "cache/sqlite.h"

namespace thumbs::cache {

/// A 64-bit checksum of all fields of a record, the same on every machine. Not thread-safe.
class RowChecksum {
 public:
  explicit RowChecksum(int version) : version_(version) {}
  std::uint64_t of(const SourceRecord& row);
  /// Uses `recipe_id`, the recipe's id in the file, instead of row.recipe.
  std::uint64_t of(const OutputRecord& row, std::int64_t recipe_id);
  std::uint64_t of(const RecipeText& recipe, std::int64_t recipe_id);
  std::uint64_t of_owner(std::string_view owner);

 private:
  void begin(char table);
  void add(std::string_view bytes);
  void add(std::uint64_t number);
  void add(const Hash128& hash);
  std::uint64_t end() const;

  int version_;
  std::string fields_;
};

/// The column `trusted`: bit 0 is SourceRecord::trusted, bit 1 is trusted_mtime; in version 1, trusted_mtime.
std::uint64_t trust_number(const SourceRecord& row, int version);

/// The number of rows of a table, and the sum of their checksums modulo 2^64.
struct TableTotal {
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;
  void add(std::uint64_t checksum);
  void remove(std::uint64_t checksum);
  bool operator==(const TableTotal&) const = default;
};

struct Totals {
  TableTotal sources;
  TableTotal outputs;
  TableTotal recipes;
};

Totals read_totals(Database& database);
void write_totals(Database& database, const Totals& totals);

/// Records::owner. Throws DatabaseError `corrupt` if its checksum is wrong. REQUIRES the current schema version.
std::string read_owner(Database& database, const std::string& file);
void write_owner(Database& database, const std::string& owner);
std::vector<std::string> read_folders(Database& database);

/// All records. Throws DatabaseError `corrupt` if a checksum, the order or the number of rows is wrong. REQUIRES a read
/// transaction, and tables of `version`. Version 1 does not say which mode trusted a source: its mtime is trusted.
Records read_rows(Database& database, int version, const std::string& file);

/// The records of these sources and outputs, in order of their paths. Throws DatabaseError `corrupt` if a checksum of
/// one of them is wrong. REQUIRES a read transaction, and tables of the current version.
Records read_some_rows(Database& database, const std::string& file, std::span<const std::string> sources,
                       std::span<const std::string> outputs);

/// The paths of the outputs that are recorded as made from these sources. REQUIRES a read transaction.
std::vector<std::string> read_outputs_made_from(Database& database, std::span<const std::string> sources);

}  // namespace thumbs::cache
