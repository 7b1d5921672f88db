// Rows that differ in all that can differ, and how they compare.
#include "unit/cache/cache_support.h"

#include <tuple>

#include "support/rest_of.h"

namespace thumbs::cache_test {

namespace {

auto fields(const FullOutput& output) {
  const OutputRecord& row = output.row;
  return std::make_tuple(row.path, row.source, row.source_hash, row.size, row.mtime_ns, row.hash, row.width, row.height,
                         row.made, row.failed, *row.name, output.recipe);
}

}  // namespace

bool FullOutput::operator==(const FullOutput& other) const { return fields(*this) == fields(other); }

bool Content::operator==(const Content& other) const { return sources == other.sources && outputs == other.outputs; }

Content content_of(const Records& rows) {
  static std::set<VariantName> names;
  Content content{.sources = rows.sources, .outputs = {}};
  for (SourceRecord& source : content.sources) {
    source.path = test::kept(source.path);
    source.format = test::kept(source.format);
  }
  for (OutputRecord row : rows.outputs) {
    row.path = test::kept(row.path);
    row.source = test::kept(row.source);
    row.name = &*names.insert(*row.name).first;
    content.outputs.push_back({row, rows.recipes.at(row.recipe)});
  }
  return content;
}

SourceRecord source_record(std::string_view path, std::uint64_t seed) {
  return {.path = test::kept(path),
          .stat_data = {.size = seed * 1000,
                        .mtime_ns = 1'700'000'000'000'000'000 + static_cast<std::int64_t>(seed),
                        .ctime_ns = 1'700'000'001'000'000'000 + static_cast<std::int64_t>(seed),
                        .inode = seed + 77},
          .hash = {.high = seed * 0x9e3779b97f4a7c15U, .low = seed},
          .format = "jpeg",
          .trusted = seed % 2 == 0,
          .trusted_mtime = seed % 2 == 0 || seed % 3 == 0};
}

Batch::Output output_row(std::string_view path, std::string_view source, std::uint64_t seed,
                         const std::string& settings) {
  Batch::Output output;
  static const VariantName k_grid{"products", "grid"};
  output.row.path = test::kept(path);
  output.row.source = test::kept(source);
  output.row.source_hash = {.high = seed, .low = ~seed};
  output.row.size = seed * 10;
  output.row.mtime_ns = 1'700'000'002'000'000'000 + static_cast<std::int64_t>(seed);
  output.row.hash = {.high = ~seed, .low = seed * 3};
  output.row.width = 256;
  output.row.height = static_cast<std::uint32_t>(seed % 300);
  output.row.made = true;
  output.row.failed = seed % 5 == 0;
  output.row.name = &k_grid;
  output.recipe = {.settings = settings, .stages = "decode=1;resize=1", .libraries = "libjpeg-turbo 2.1.5"};
  return output;
}

Batch sample(int count) {
  Batch batch;
  for (int i = 0; i < count; ++i) {
    const std::string name = "photos/picture " + std::to_string(i) + std::string(static_cast<std::size_t>(i % 40), 'x');
    const auto seed = static_cast<std::uint64_t>(i + 1);
    batch.sources.push_back(source_record(name + ".jpg", seed));
    batch.outputs.push_back(output_row("out/" + name + "-grid.jpg", name + ".jpg", seed));
    batch.outputs.push_back(output_row("out/" + name + "-zoom.jpg", name + ".jpg", seed, "width=1600"));
  }
  return batch;
}

CacheLoad load(const std::string& file, CacheMode mode) { return Cache::open(file, mode)->load(); }

void commit(const std::string& file, const Batch& batch) { Cache::open(file, CacheMode::read_write)->commit(batch); }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return test::rest_of(file);
}

std::map<std::string, std::string> everything_in(const std::string& folder) {
  std::map<std::string, std::string> found;
  const auto add = [&](const std::string& path) {
    struct stat status {};
    EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
    found[path] = std::to_string(status.st_ino) + " " + std::to_string(status.st_size) + " " +
                  std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) + " " +
                  std::to_string(status.st_ctim.tv_sec) + "." + std::to_string(status.st_ctim.tv_nsec) + " " +
                  (S_ISREG(status.st_mode) ? hash_text(read_file(path)).hex() : std::string());
  };
  add(folder);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) add(entry.path().string());
  return found;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace thumbs::cache_test
