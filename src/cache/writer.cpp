// Inserts and deletes rows; each operation first subtracts the old row from the totals.
#include "cache/writer.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace thumbs::cache {
namespace {

using HashBytes = std::array<std::byte, 16>;

std::string_view view(const HashBytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

BatchWriter::BatchWriter(Database& database)
    : database_(database),
      find_source_(database.prepare("SELECT checksum FROM sources WHERE path=?")),
      put_source_(
          database.prepare("INSERT OR REPLACE INTO sources(path, size, mtime_ns, ctime_ns, inode, trusted, hash,"
                           " format, checksum) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")),
      delete_source_(database.prepare("DELETE FROM sources WHERE path=?")),
      find_output_(database.prepare("SELECT checksum, recipe FROM outputs WHERE path=?")),
      put_output_(database.prepare("INSERT OR REPLACE INTO outputs(path, source, source_hash, recipe, size, mtime_ns,"
                                   " hash, width, height, made, failed, set_name, variant, checksum)"
                                   " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
      delete_output_(database.prepare("DELETE FROM outputs WHERE path=?")),
      list_recipes_(database.prepare("SELECT id, settings, stages, libraries, uses, checksum FROM recipes")),
      put_recipe_(database.prepare("INSERT INTO recipes(id, settings, stages, libraries, uses, checksum)"
                                   " VALUES(?, ?, ?, ?, 0, ?)")),
      use_recipe_(database.prepare("UPDATE recipes SET uses=? WHERE id=?")),
      delete_recipe_(database.prepare("DELETE FROM recipes WHERE id=?")),
      put_folder_(database.prepare("INSERT OR REPLACE INTO folders(path) VALUES(?)")),
      delete_folder_(database.prepare("DELETE FROM folders WHERE path=?")),
      pictures_(database),
      shards_(database),
      failures_(database) {}

void BatchWriter::write(const Batch& batch) {
  totals_ = read_totals(database_);
  read_recipes();
  failures_.begin();
  for (const std::string& path : batch.forget_sources) forget_source(path);
  for (const std::string& path : batch.forget_outputs) forget_output(path);
  for (const SourceRecord& row : batch.sources) put(row);
  for (const Batch::Output& output : batch.outputs) put(output);
  for (const FailureRecord& failure : batch.failures) failures_.put(failure);
  for (const std::string& path : batch.gone_folders) delete_folder_.blob(1, path).run();
  for (const std::string& path : batch.made_folders) put_folder_.blob(1, path).run();
  for (const PictureRecord& picture : batch.pictures) pictures_.put(picture);
  if (batch.forget_shards) shards_.forget_all();
  for (const ShardRecord& shard : batch.shards) shards_.put(shard);
  if (!batch.forget_sources.empty()) pictures_.forget_unused();
  write_recipes();
  if (!batch.owner.empty() && batch.owner != read_owner(database_, "")) write_owner(database_, batch.owner);
  write_totals(database_, totals_);
}

void BatchWriter::read_recipes() {
  recipes_.clear();
  next_recipe_id_ = 1;
  while (list_recipes_.step()) {
    RecipeText text{std::string(list_recipes_.bytes(1)), std::string(list_recipes_.bytes(2)),
                    std::string(list_recipes_.bytes(3))};
    const auto uses = static_cast<std::uint64_t>(list_recipes_.number(4));
    const std::int64_t id = list_recipes_.number(0);
    next_recipe_id_ = std::max(next_recipe_id_, id + 1);
    recipes_[std::move(text)] = Recipe{
        .id = id, .uses = uses, .stored_uses = uses, .checksum = static_cast<std::uint64_t>(list_recipes_.number(5))};
  }
}

BatchWriter::Recipe& BatchWriter::intern(const RecipeText& text) {
  const auto [place, added] = recipes_.try_emplace(text);
  Recipe& recipe = place->second;
  if (!added) return recipe;
  recipe.id = next_recipe_id_++;
  recipe.checksum = checksum_.of(text, recipe.id);
  put_recipe_.number(1, recipe.id).text(2, text.settings).text(3, text.stages).text(4, text.libraries);
  put_recipe_.number(5, recipe.checksum).run();
  totals_.recipes.add(recipe.checksum);
  return recipe;
}

void BatchWriter::release_recipe(std::int64_t id) {
  for (auto& [text, recipe] : recipes_) {
    if (recipe.id == id) --recipe.uses;
  }
}

void BatchWriter::write_recipes() {
  for (const auto& [text, recipe] : recipes_) {
    if (recipe.uses == 0) {
      delete_recipe_.number(1, recipe.id).run();
      totals_.recipes.remove(recipe.checksum);
    } else if (recipe.uses != recipe.stored_uses) {
      use_recipe_.number(1, recipe.uses).number(2, recipe.id).run();
    }
  }
}

void BatchWriter::forget_source(const std::string& path) {
  {
    const ScopedReset reset(find_source_);
    if (!find_source_.blob(1, path).step()) return;
    totals_.sources.remove(static_cast<std::uint64_t>(find_source_.number(0)));
  }
  delete_source_.blob(1, path).run();
}

void BatchWriter::forget_output(const std::string& path) {
  {
    const ScopedReset reset(find_output_);
    if (!find_output_.blob(1, path).step()) return;
    totals_.outputs.remove(static_cast<std::uint64_t>(find_output_.number(0)));
    release_recipe(find_output_.number(1));
  }
  delete_output_.blob(1, path).run();
  failures_.forget(path);
}

void BatchWriter::put(const SourceRecord& row) {
  {
    const ScopedReset reset(find_source_);
    if (find_source_.blob(1, row.path).step()) {
      totals_.sources.remove(static_cast<std::uint64_t>(find_source_.number(0)));
    }
  }
  const std::uint64_t checksum = checksum_.of(row);
  const HashBytes hash = row.hash.bytes();
  put_source_.blob(1, row.path).number(2, row.stat_data.size).number(3, row.stat_data.mtime_ns);
  put_source_.number(4, row.stat_data.ctime_ns)
      .number(5, row.stat_data.inode)
      .number(6, trust_number(row, k_schema_version));
  put_source_.blob(7, view(hash)).text(8, row.format).number(9, checksum).run();
  totals_.sources.add(checksum);
}

void BatchWriter::put(const Batch::Output& output) {
  const OutputRecord& row = output.row;
  {
    const ScopedReset reset(find_output_);
    if (find_output_.blob(1, row.path).step()) {
      totals_.outputs.remove(static_cast<std::uint64_t>(find_output_.number(0)));
      release_recipe(find_output_.number(1));
    }
  }
  if (!row.failed) failures_.forget(row.path);
  Recipe& recipe = intern(output.recipe);
  ++recipe.uses;
  const std::uint64_t checksum = checksum_.of(row, recipe.id);
  const HashBytes source_hash = row.source_hash.bytes();
  const HashBytes hash = row.hash.bytes();
  put_output_.blob(1, row.path).blob(2, row.source).blob(3, view(source_hash)).number(4, recipe.id);
  put_output_.number(5, row.size).number(6, row.mtime_ns).blob(7, view(hash)).number(8, row.width);
  put_output_.number(9, row.height).number(10, row.made).number(11, row.failed);
  put_output_.text(12, row.name->set).text(13, row.name->variant).number(14, checksum).run();
  totals_.outputs.add(checksum);
}

}  // namespace thumbs::cache
