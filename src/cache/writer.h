// Writes a batch into the tables, and updates checksums, totals and recipes.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cache/cache.h"
#include "cache/failures.h"
#include "cache/pictures.h"
#include "cache/rows.h"
#include "cache/schema.h"
#include "cache/shards.h"
#include "cache/sqlite.h"

namespace thumbs::cache {

/// Holds prepared statements of one connection, which must outlive it and have the current schema.
class BatchWriter {
 public:
  explicit BatchWriter(Database& database);

  /// Forgets, then puts; deletes recipes that no output uses any more. REQUIRES a write transaction, which the caller
  /// must roll back if this throws.
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
  PictureWriter pictures_;
  ShardWriter shards_;
  FailureWriter failures_;
  RowChecksum checksum_{k_schema_version};
  // Valid within one write() only: a rollback undoes what they mirror.
  Totals totals_;
  std::map<RecipeText, Recipe> recipes_;
  std::int64_t next_recipe_id_ = 1;
};

}  // namespace thumbs::cache
