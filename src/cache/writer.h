// The write half of a cache: one batch into the tables, with checksums, totals and recipes kept true.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cache/cache.h"
#include "cache/rows.h"
#include "cache/schema.h"
#include "cache/sqlite.h"

namespace thumbs {

/// Holds the prepared statements of one connection, which must outlive it and have the schema of ours.
class BatchWriter {
 public:
  explicit BatchWriter(Database& database);

  /// Forgets, then puts. Recipes that no output uses any more are dropped. REQUIRES a write transaction; where it
  /// throws, that must be rolled back.
  void write(const Batch& batch);

 private:
  struct Recipe {
    std::int64_t id = 0;
    std::uint64_t uses = 0;
    std::uint64_t stored_uses = 0;
    std::uint64_t checksum = 0;
  };

  void read_recipes();
  Recipe& intern(const RecipeText& text);
  void release_recipe(std::int64_t id);
  void write_recipes();
  void forget_source(const std::string& path);
  void forget_output(const std::string& path);
  void put(const SourceRecord& row);
  void put(const Batch::Output& output);

  Database& database_;
  Statement find_source_, put_source_, delete_source_;
  Statement find_output_, put_output_, delete_output_;
  Statement list_recipes_, put_recipe_, use_recipe_, delete_recipe_;
  Statement put_folder_, delete_folder_;
  RowChecksum checksum_{k_schema_version};
  // The three below are true within one write() only: a rollback undoes what they mirror.
  Totals totals_;
  std::map<RecipeText, Recipe> recipes_;
  std::int64_t next_recipe_id_ = 1;
};

}  // namespace thumbs
