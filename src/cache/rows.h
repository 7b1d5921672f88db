// Records between SQLite and memory: their checksums, and the load of all of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache.h"
#include "cache/sqlite.h"

namespace thumbs {

/// 64 bits over every field of a row that the schema's version knows, equal on every machine. Not thread-safe.
class RowChecksum {
 public:
  explicit RowChecksum(int version) : version_(version) {}
  std::uint64_t of(const SourceRecord& row);
  /// row.recipe is not looked at: `recipe_id` is the recipe's id in the file.
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

/// A source's `trusted` as the file has it.
std::uint64_t trust_number(const SourceRecord& row, int version);

/// The number of rows of a table, and the sum (modulo 2^64) of their checksums.
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

/// Records::owner. Throws DatabaseError `corrupt` where it is not what was written. REQUIRES a schema of this version.
std::string read_owner(Database& database, const std::string& file);
void write_owner(Database& database, const std::string& owner);
/// All rows of the table `folders`.
std::vector<std::string> read_folders(Database& database);

/// All rows. Throws DatabaseError `corrupt` where a row, its place or its number is wrong. REQUIRES a read transaction
/// over a schema of ours, of this version. What version 1 trusted, in a mode that it did not tell, is trusted by mtime.
Records read_rows(Database& database, int version, const std::string& file);

}  // namespace thumbs
