// Reads and checks records.
#include "cache/rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/schema.h"

namespace thumbs::cache {

const VariantName VariantName::k_none;

namespace {

// A damaged row count must not make loading allocate too much.
constexpr std::uint64_t k_max_reserve = 1 << 20;

const std::string k_sources_columns =
    "SELECT path, size, mtime_ns, ctime_ns, inode, trusted, hash, format, checksum FROM sources";
const std::string k_outputs_columns =
    "SELECT path, source, source_hash, recipe, size, mtime_ns, hash, width, height, made, failed, checksum, set_name,"
    " variant FROM outputs";

class RowReader {
 public:
  RowReader(Database& database, int version, const std::string& file)
      : database_(database), version_(version), file_(file), expected_(read_totals(database)), checksum_(version) {}

  Records read() {
    read_recipes();
    read_sources();
    read_outputs();
    if (version_ > 2) rows_.owner = read_owner(database_, file_);
    if (uses_ != expected_uses_) refuse("the use counts of recipes");
    return std::move(rows_);
  }

  Records read_some(std::span<const std::string> sources, std::span<const std::string> outputs) {
    read_recipes();
    for_each(k_sources_columns + " WHERE path=?", sources, [this](const Statement& row) { check_source(row); });
    for_each(k_outputs_columns + " WHERE path=?", outputs, [this](const Statement& row) { check_output(row); });
    rows_.owner = read_owner(database_, file_);
    return std::move(rows_);
  }

 private:
  template <class Take>
  void for_each(const std::string& query, std::span<const std::string> paths, const Take& take) {
    std::vector<std::string> sorted(paths.begin(), paths.end());
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    Statement row = database_.prepare(query);
    for (const std::string& path : sorted) {
      row.blob(1, path);
      if (row.step()) take(row);
      row.reset();
    }
  }
  void check_source(const Statement& row) {
    TableTotal ignored;
    read_source(row);
    check(row, 8, checksum_.of(rows_.sources.back()), ignored, "a source");
  }
  void check_output(const Statement& row) {
    TableTotal ignored;
    const std::int64_t recipe_id = read_output(row);
    check(row, 11, checksum_.of(rows_.outputs.back(), recipe_id), ignored, "an output");
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw DatabaseError(DatabaseFault::corrupt, ErrorCode::io, "checksum mismatch: " + what, file_);
  }

  void read_recipes();
  void read_sources();
  void read_outputs();
  void read_source(const Statement& row);
  std::int64_t read_output(const Statement& row);
  std::uint32_t recipe_index(std::int64_t id);
  Hash128 hash(const Statement& row, int column) const;
  TextRef source_text(std::string_view path);
  TextRef format(std::string_view name);
  const VariantName* name(std::string_view set, std::string_view variant);
  std::uint32_t small(const Statement& row, int column) const;
  void check(const Statement& row, int column, std::uint64_t checksum, TableTotal& total, const char* what) const;

  Database& database_;
  int version_;
  const std::string& file_;
  Totals expected_;
  RowChecksum checksum_;
  Records rows_;
  std::vector<std::int64_t> recipe_ids_;  // ascending, parallel to rows_.recipes
  std::vector<std::uint64_t> uses_;
  std::vector<std::uint64_t> expected_uses_;
  std::size_t next_source_ = 0;  // outputs come in an order much like that of their sources
  std::vector<TextRef> formats_;
  std::map<std::pair<std::string_view, std::string_view>, const VariantName*> names_;
};

// The path of a source that was read already is not stored twice.
TextRef RowReader::source_text(std::string_view path) {
  const auto is_there = [&](std::size_t i) { return i < rows_.sources.size() && rows_.sources[i].path == path; };
  if (!is_there(next_source_) && !is_there(++next_source_)) {
    const auto found = std::ranges::lower_bound(rows_.sources, path, {}, &SourceRecord::path);
    next_source_ = static_cast<std::size_t>(found - rows_.sources.begin());
    if (!is_there(next_source_)) return rows_.texts.add(path);
  }
  return rows_.sources[next_source_].path;
}

// There are a few formats, and as many texts.
TextRef RowReader::format(std::string_view name) {
  const auto known = std::ranges::find(formats_, name);
  return known != formats_.end() ? *known : formats_.emplace_back(rows_.texts.add(name));
}

const VariantName* RowReader::name(std::string_view set, std::string_view variant) {
  if (const auto known = names_.find({set, variant}); known != names_.end()) return known->second;
  const VariantName& added = *rows_.names.insert({std::string(set), std::string(variant)}).first;
  return names_[{added.set, added.variant}] = &added;
}

void RowReader::check(const Statement& row, int column, std::uint64_t checksum, TableTotal& total,
                      const char* what) const {
  if (static_cast<std::uint64_t>(row.number(column)) != checksum) refuse(what);
  total.add(checksum);
}

Hash128 RowReader::hash(const Statement& row, int column) const {
  const std::string_view bytes = row.bytes(column);
  if (bytes.size() != 16) refuse("a hash of the wrong length");
  return Hash128::from_bytes(std::as_bytes(std::span<const char, 16>(bytes.data(), 16)));
}

std::uint32_t RowReader::small(const Statement& row, int column) const {
  const std::int64_t value = row.number(column);
  if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) refuse("a number out of range");
  return static_cast<std::uint32_t>(value);
}

std::uint32_t RowReader::recipe_index(std::int64_t id) {
  const auto found = std::lower_bound(recipe_ids_.begin(), recipe_ids_.end(), id);
  if (found == recipe_ids_.end() || *found != id) refuse("an output whose recipe is missing");
  const auto index = static_cast<std::size_t>(found - recipe_ids_.begin());
  ++uses_[index];
  return static_cast<std::uint32_t>(index);
}

void RowReader::read_recipes() {
  TableTotal total;
  Statement row = database_.prepare("SELECT id, settings, stages, libraries, uses, checksum FROM recipes ORDER BY id");
  while (row.step()) {
    const std::int64_t id = row.number(0);
    if (!recipe_ids_.empty() && id <= recipe_ids_.back()) refuse("recipes out of order");
    const RecipeText& recipe = rows_.recipes.emplace_back(
        RecipeText{std::string(row.bytes(1)), std::string(row.bytes(2)), std::string(row.bytes(3))});
    recipe_ids_.push_back(id);
    expected_uses_.push_back(static_cast<std::uint64_t>(row.number(4)));
    check(row, 5, checksum_.of(recipe, id), total, "a recipe");
  }
  if (total != expected_.recipes) refuse("the total of recipes");
  uses_.resize(recipe_ids_.size());
}

void RowReader::read_source(const Statement& row) {
  SourceRecord& source = rows_.sources.emplace_back();
  source.path = rows_.texts.add(row.bytes(0));
  source.stat_data.size = static_cast<std::uint64_t>(row.number(1));
  source.stat_data.mtime_ns = row.number(2);
  source.stat_data.ctime_ns = row.number(3);
  source.stat_data.inode = static_cast<std::uint64_t>(row.number(4));
  source.trusted = version_ > 1 && (row.number(5) & 1) != 0;
  source.trusted_mtime = version_ > 1 ? (row.number(5) & 2) != 0 : row.number(5) != 0;
  source.hash = hash(row, 6);
  source.format = format(row.bytes(7));
}

void RowReader::read_sources() {
  rows_.sources.reserve(std::min(expected_.sources.rows, k_max_reserve));
  TableTotal total;
  Statement row = database_.prepare(
      "SELECT path, size, mtime_ns, ctime_ns, inode, trusted, hash, format, checksum FROM sources ORDER BY path");
  while (row.step()) {
    read_source(row);
    const auto last = rows_.sources.end() - 1;
    check(row, 8, checksum_.of(*last), total, "a source");
    if (last != rows_.sources.begin() && last->path <= (last - 1)->path) refuse("sources out of order");
  }
  if (total != expected_.sources) refuse("the total of sources");
}

std::int64_t RowReader::read_output(const Statement& row) {
  const std::int64_t recipe_id = row.number(3);
  OutputRecord& output = rows_.outputs.emplace_back();
  output.path = rows_.texts.add(row.bytes(0));
  output.source = source_text(row.bytes(1));
  output.source_hash = hash(row, 2);
  output.recipe = recipe_index(recipe_id);
  output.size = static_cast<std::uint64_t>(row.number(4));
  output.mtime_ns = row.number(5);
  output.hash = hash(row, 6);
  output.width = small(row, 7);
  output.height = small(row, 8);
  output.made = row.number(9) != 0;
  output.failed = row.number(10) != 0;
  if (version_ == 1) return recipe_id;
  output.name = name(row.bytes(12), row.bytes(13));
  return recipe_id;
}

void RowReader::read_outputs() {
  rows_.outputs.reserve(std::min(expected_.outputs.rows, k_max_reserve));
  TableTotal total;
  Statement row = database_.prepare(
      std::string(
          "SELECT path, source, source_hash, recipe, size, mtime_ns, hash, width, height, made, failed, checksum") +
      (version_ > 1 ? ", set_name, variant" : "") + " FROM outputs ORDER BY path");
  while (row.step()) {
    const std::int64_t recipe_id = read_output(row);
    const auto last = rows_.outputs.end() - 1;
    check(row, 11, checksum_.of(*last, recipe_id), total, "an output");
    if (last != rows_.outputs.begin() && last->path <= (last - 1)->path) refuse("outputs out of order");
  }
  if (total != expected_.outputs) refuse("the total of outputs");
}

}  // namespace

// Starts with the table's letter, so that rows of different tables have different checksums.
void RowChecksum::begin(char table) { fields_.assign(1, table); }

void RowChecksum::add(std::string_view bytes) {
  add(static_cast<std::uint64_t>(bytes.size()));
  fields_.append(bytes);
}

void RowChecksum::add(std::uint64_t number) {
  std::array<char, 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(number >> (8 * i));
  fields_.append(bytes.data(), bytes.size());
}

void RowChecksum::add(const Hash128& hash) {
  add(hash.high);
  add(hash.low);
}

std::uint64_t RowChecksum::end() const { return hash_text(fields_).low; }

std::uint64_t RowChecksum::of(const SourceRecord& row) {
  begin('s');
  add(row.path);
  add(row.stat_data.size);
  add(static_cast<std::uint64_t>(row.stat_data.mtime_ns));
  add(static_cast<std::uint64_t>(row.stat_data.ctime_ns));
  add(row.stat_data.inode);
  add(trust_number(row, version_));
  add(row.hash);
  add(row.format);
  return end();
}

std::uint64_t RowChecksum::of(const OutputRecord& row, std::int64_t recipe_id) {
  begin('o');
  add(row.path);
  add(row.source);
  add(row.source_hash);
  add(static_cast<std::uint64_t>(recipe_id));
  add(row.size);
  add(static_cast<std::uint64_t>(row.mtime_ns));
  add(row.hash);
  add(std::uint64_t{row.width} << 32 | row.height);
  add(std::uint64_t{row.made} << 1 | std::uint64_t{row.failed});
  if (version_ == 1) return end();
  add(row.name->set);
  add(row.name->variant);
  return end();
}

std::uint64_t RowChecksum::of(const RecipeText& recipe, std::int64_t recipe_id) {
  begin('r');
  add(static_cast<std::uint64_t>(recipe_id));
  add(recipe.settings);
  add(recipe.stages);
  add(recipe.libraries);
  return end();
}

std::uint64_t RowChecksum::of_owner(std::string_view owner) {
  begin('m');
  add(owner);
  return end();
}

std::uint64_t trust_number(const SourceRecord& row, int version) {
  if (version == 1) return row.trusted_mtime ? 1 : 0;
  return std::uint64_t{row.trusted} | std::uint64_t{row.trusted_mtime} << 1;
}

void TableTotal::add(std::uint64_t checksum) {
  ++rows;
  sum += checksum;
}

void TableTotal::remove(std::uint64_t checksum) {
  --rows;
  sum -= checksum;
}

Totals read_totals(Database& database) {
  Statement row =
      database.prepare("SELECT source_rows, source_sum, output_rows, output_sum, recipe_rows, recipe_sum FROM totals");
  row.step();
  const auto total = [&](int column) {
    return TableTotal{static_cast<std::uint64_t>(row.number(column)),
                      static_cast<std::uint64_t>(row.number(column + 1))};
  };
  return {total(0), total(2), total(4)};
}

void write_totals(Database& database, const Totals& totals) {
  Statement update = database.prepare(
      "UPDATE totals SET source_rows=?, source_sum=?, output_rows=?, output_sum=?, recipe_rows=?, recipe_sum=?");
  update.number(1, totals.sources.rows).number(2, totals.sources.sum);
  update.number(3, totals.outputs.rows).number(4, totals.outputs.sum);
  update.number(5, totals.recipes.rows).number(6, totals.recipes.sum);
  update.run();
}

std::string read_owner(Database& database, const std::string& file) {
  Statement row = database.prepare("SELECT manifest, checksum FROM owner");
  const bool found = row.step();
  std::string owner = found ? std::string(row.bytes(0)) : std::string();
  if (!found || static_cast<std::uint64_t>(row.number(1)) != RowChecksum(k_schema_version).of_owner(owner) ||
      row.step())
    throw DatabaseError(DatabaseFault::corrupt, ErrorCode::io, "checksum mismatch: the manifest that it belongs to",
                        file);
  return owner;
}

void write_owner(Database& database, const std::string& owner) {
  database.execute("DELETE FROM owner");
  Statement put = database.prepare("INSERT INTO owner VALUES(?, ?)");
  put.blob(1, owner).number(2, RowChecksum(k_schema_version).of_owner(owner)).run();
}

std::vector<std::string> read_folders(Database& database) {
  std::vector<std::string> folders;
  Statement list = database.prepare("SELECT path FROM folders");
  while (list.step()) folders.emplace_back(list.bytes(0));
  return folders;
}

Records read_some_rows(Database& database, const std::string& file, std::span<const std::string> sources,
                       std::span<const std::string> outputs) {
  return RowReader(database, k_schema_version, file).read_some(sources, outputs);
}

Records read_rows(Database& database, int version, const std::string& file) {
  return RowReader(database, version, file).read();
}

std::vector<std::string> read_outputs_made_from(Database& database, std::span<const std::string> sources) {
  const std::set<std::string_view> wanted(sources.begin(), sources.end());
  std::vector<std::string> paths;
  Statement row = database.prepare("SELECT path, source FROM outputs");
  while (row.step())
    if (wanted.contains(row.bytes(1))) paths.emplace_back(row.bytes(0));
  return paths;
}

}  // namespace thumbs::cache
