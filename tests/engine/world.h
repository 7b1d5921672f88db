// A small project on a disk in memory: a manifest, pictures, a cache, a clock. What engine tests stand on.
#pragma once

#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "engine/engine.h"
#include "image/codec/codec.h"
#include "image/codec/png/png.h"
#include "support/fake_disk.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// A PNG of one colour; other seeds, other bytes and (nearly always) another size of file.
inline std::string picture(int seed, int width = 48, int height = 32) {
  image::Picture picture;
  picture.width = width;
  picture.height = height;
  picture.model = image::ColourModel::grey;
  picture.planes.emplace_back(width, height, 1);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.planes[0].row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>((x * seed + y * 3 + seed * 7) & 0xFF);
  Variant settings;
  const std::vector<std::byte> bytes = image::encode_png(picture, settings);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline constexpr std::string_view k_two_variants =
    R"({"sets": [{"name": "s", "source": "in", "output": "out", "variants": [
  {"name": "a", "width": 16, "format": "png"}, {"name": "b", "width": 8, "format": "png"}]}]})";

/// Time stands still within a run and moves only by tick(): one second at a time is racy, an hour is not.
class World {
 public:
  static constexpr std::int64_t k_hour = 3600 * FakeDisk::k_second;

  explicit World(std::string_view manifest_text = k_two_variants)
      : cache(cache::Cache::open(":memory:", cache::CacheMode::read_write)) {
    disk.set_now(1'700'000'000 * FakeDisk::k_second);
    set_manifest(manifest_text);
  }

  void set_manifest(std::string_view text) {
    manifest = parse_manifest(text, "thumbs.json", std::string(FakeDisk::k_folder));
  }

  /// Three pictures, an hour old.
  void add_pictures() {
    disk.put("in/one.png", picture(1));
    disk.put("in/two.png", picture(2, 49));
    disk.put("in/sub/three.png", picture(3, 50));
    disk.tick(k_hour);
  }

  Report run(Options options = {}) {
    disk.forget();
    options.paths_base = std::string(FakeDisk::k_folder);
    Observer quiet;
    oneapi::tbb::task_arena arena(2);
    return arena.execute([&] { return engine::run_on(disk, *cache, manifest, options, 2, quiet); });
  }

  Report command(Command command) {
    Options options;
    options.command = command;
    return run(options);
  }

  FakeDisk disk;
  std::unique_ptr<cache::Cache> cache;
  Manifest manifest;
};

/// "out/one-a.png: built new" for each item, in the report's order.
inline std::vector<std::string> lines(const Report& report) {
  std::vector<std::string> found;
  for (const Item& item : report.items) {
    found.push_back(item.output.value_or("?") + ": " + std::string(to_string(item.status)) +
                    (item.reason == Reason::none ? "" : " ") + std::string(to_string(item.reason)));
  }
  return found;
}

/// The outputs' bytes by path.
inline std::map<std::string, std::string> outputs(const World& world, const std::string& folder = "out") {
  std::map<std::string, std::string> found;
  for (const std::string& path : world.disk.files(folder)) found[path] = world.disk.text(path).value_or("");
  return found;
}

}  // namespace thumbs
