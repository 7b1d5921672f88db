// Any records as those of two caches that are merged into a third: what another machine wrote, checksums and all. No
// record does harm; what was merged can be read, and merging it once more changes nothing.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/cache.h"
#include "engine/merge.h"
#include "engine/shard_set.h"
#include "parallel/parallel.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr int k_most_records = 40;
constexpr Hash128 k_rules{.high = 1, .low = 2};

/// Takes numbers and texts from the front; zeros and empty texts where nothing is left.
class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  bool ended() const { return bytes_.empty(); }

  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  /// Of one byte mostly, so that equal ones are found by chance.
  std::uint64_t number() {
    const std::uint8_t first = byte();
    if (first < 0xF0) return first;
    std::uint64_t number = 0;
    for (int i = 0; i < 8; ++i) number = number << 8 | byte();
    return number;
  }
  std::string_view text() {
    const std::size_t wanted = byte() % 64, size = std::min(wanted, bytes_.size());
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), size);
    bytes_ = bytes_.subspan(size);
    return text;
  }
  Hash128 hash() { return {.high = number(), .low = number()}; }

 private:
  std::span<const std::uint8_t> bytes_;
};

/// The files that the input names.
class Files final : public disk::DiskReader {
 public:
  void add(std::string_view path, std::string_view bytes, std::int64_t mtime) {
    files_[std::string(path)] = {std::string(bytes), mtime};
  }

  std::int64_t now_ns() const override { return 1; }
  std::vector<disk::DirEntry> list(const std::string& /*dir*/,
                                   const std::function<bool(std::string_view, disk::FileKind)>&) const override {
    return {};
  }
  disk::FileStat stat(const std::string& path, bool /*follow_links*/) const override {
    const auto found = files_.find(path);
    return found == files_.end() ? disk::FileStat{} : stat_of(found->second);
  }
  std::vector<disk::FileStat> stat_in(const std::string& dir, std::span<const std::string_view> names) const override {
    std::vector<disk::FileStat> stats;
    for (const std::string_view name : names)
      stats.push_back(stat(dir.empty() ? std::string(name) : dir + "/" + std::string(name), false));
    return stats;
  }
  std::unique_ptr<disk::InputFile> open(const std::string& path) const override {
    const auto found = files_.find(path);
    if (found == files_.end()) throw Error(ErrorCode::unreadable, "no such file");
    return std::make_unique<Opened>(found->second);
  }
  std::string real_path(const std::string& path) const override { return path; }

 private:
  struct File {
    std::string bytes;
    std::int64_t mtime = 0;
  };
  static disk::FileStat stat_of(const File& file) {
    return {disk::FileKind::regular, {.size = file.bytes.size(), .mtime_ns = file.mtime}, 0};
  }
  class Opened final : public disk::InputFile {
   public:
    explicit Opened(const File& file) : file_(file) {}
    disk::FileStat stat() override { return stat_of(file_); }
    std::size_t read(std::uint64_t offset, std::span<std::byte> out) override {
      const std::size_t from = std::min<std::size_t>(offset, file_.bytes.size());
      const std::size_t part = std::min(out.size(), file_.bytes.size() - from);
      std::memcpy(out.data(), file_.bytes.data() + from, part);
      return part;
    }

   private:
    const File& file_;
  };

  std::map<std::string, File, std::less<>> files_;
};

cache::SourceRecord source_in(Input& in) {
  cache::SourceRecord row;
  row.path = in.text();
  row.stat_data = {.size = in.number(), .mtime_ns = static_cast<std::int64_t>(in.number())};
  row.hash = in.hash();
  row.format = in.text();
  row.trusted = row.trusted_mtime = in.byte() % 2 != 0;
  return row;
}

cache::Batch::Output output_in(Input& in, std::deque<cache::VariantName>& names) {
  cache::Batch::Output output;
  output.row.path = in.text();
  output.row.source = in.text();
  output.row.source_hash = in.hash();
  output.row.hash = in.byte() % 2 != 0 ? in.hash() : hash_text(in.text());
  output.row.size = in.number();
  output.row.mtime_ns = static_cast<std::int64_t>(in.number());
  output.row.name = &names.emplace_back(cache::VariantName{std::string(in.text()), std::string(in.text())});
  output.row.width = static_cast<std::uint32_t>(in.number());
  output.row.made = in.byte() % 4 != 0;
  output.row.failed = in.byte() % 4 == 0;
  output.recipe = {.settings = std::string(in.text()), .stages = "decode=1", .libraries = std::string(in.text())};
  return output;
}

cache::PictureRecord picture_in(Input& in) {
  cache::PictureRecord record;
  record.hash = in.hash();
  record.width = static_cast<std::uint32_t>(in.number());
  record.height = static_cast<std::uint32_t>(in.number());
  if (in.byte() % 2 == 0) return record;
  record.look.emplace().thumbhash_bytes = 1;
  record.look->thumbhash[0] = in.byte();
  return record;
}

/// What is of use to a merge, whatever order the database has it in.
std::string text_of(cache::Cache& cache) {
  const cache::CacheLoad load = cache.load();
  require(load.warning.empty());
  std::string text;
  for (const cache::SourceRecord& row : load.rows.sources) text += std::string(row.path) + row.hash.hex() + "\n";
  for (const cache::OutputRecord& row : load.rows.outputs)
    text += std::string(row.path) + " " + std::string(row.source) + row.hash.hex() + std::to_string(row.mtime_ns) +
            load.rows.recipes.at(row.recipe).settings + row.name->set + "\n";
  for (const cache::PictureRecord& row : cache.load_pictures())
    text += row.hash.hex() + std::to_string(row.width) + "x" + std::to_string(row.height) + "\n";
  return text;
}

class Caches {
 public:
  explicit Caches(Input in) {
    std::array<cache::Batch, 3> batches;
    for (int records = 0; records < k_most_records && !in.ended(); ++records) {
      const std::uint8_t what = in.byte();
      cache::Batch& batch = batches.at(what % batches.size());
      switch (what / batches.size() % 6) {
        case 0: batch.sources.push_back(source_in(in)); break;
        case 1: batch.outputs.push_back(output_in(in, names_)); break;
        case 2: batch.pictures.push_back(picture_in(in)); break;
        case 3: batch.made_folders.emplace_back(in.text()); break;
        case 4: batch.shards.push_back(shard_in(in)); break;
        default: add_file(in); break;
      }
    }
    for (std::size_t i = 0; i < batches.size(); ++i) {
      caches_.push_back(cache::Cache::open(":memory:", cache::CacheMode::read_write));
      batches.at(i).owner = "/project/thumbs.json";
      caches_.back()->commit(batches.at(i));
    }
  }

  /// As `thumbs cache merge --force` does.
  void merge() {
    cache::Cache& target = *caches_.front();
    std::vector<engine::CacheToMerge> files;
    std::vector<engine::ShardsOfCache> shards;
    for (std::size_t i = 1; i < caches_.size(); ++i) {
      cache::Cache& from = *caches_[i];
      cache::CacheLoad load = from.load();
      require(load.warning.empty());
      files.push_back({std::to_string(i), std::move(load.rows), from.load_shards(), from.load_pictures(),
                       from.made_folders(), from.load_failures()});
      shards.push_back({files.back().name, files.back().shards});
    }
    const engine::ShardSet set = engine::examine_shards(shards, {"target", target.load_shards()}, k_rules);
    if (!set.foreign.empty()) return;
    const cache::CacheLoad known = target.load();
    engine::MergedRows merged = engine::merge_rows(files_, known.rows, files, [] { return false; });
    require(merged.outputs >= merged.batch.outputs.size());
    target.commit(merged.batch);
  }

  cache::Cache& target() { return *caches_.front(); }

 private:
  cache::ShardRecord shard_in(Input& in) {
    return {.index = static_cast<std::uint32_t>(in.number()),
            .count = static_cast<std::uint32_t>(in.number()),
            .finished = in.byte() % 2 != 0,
            .rules = in.byte() % 4 != 0 ? k_rules : Hash128{}};
  }
  void add_file(Input& in) {
    const std::string_view path = in.text(), bytes = in.text();
    files_.add(path, bytes, static_cast<std::int64_t>(in.number()));
  }

  Files files_;
  std::deque<cache::VariantName> names_;
  std::vector<std::unique_ptr<cache::Cache>> caches_;
};

}  // namespace
}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thumbs::Caches caches{thumbs::Input(std::span(data, size))};
  thumbs::parallel::with_threads(1, [&] {
    caches.merge();
    const std::string once = thumbs::text_of(caches.target());
    caches.merge();
    if (thumbs::text_of(caches.target()) != once) std::abort();
  });
  return 0;
}
