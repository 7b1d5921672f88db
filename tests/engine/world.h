// A small project on a disk in memory: a manifest, pictures, a cache, a clock. What engine tests stand on.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "engine/engine.h"
#include "image/codec/codec.h"
#include "support/fake_disk.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// A PNG of one colour; other seeds, other bytes and (nearly always) another size of file.
std::string picture(int seed, int width = 48, int height = 32);

inline constexpr std::string_view k_two_variants =
    R"({"sets": [{"name": "s", "source": "in", "output": "out", "variants": [
  {"name": "a", "width": 16, "format": "png"}, {"name": "b", "width": 8, "format": "png"}]}]})";

/// Time stands still within a run and moves only by tick(): one second at a time is racy, an hour is not.
class World {
 public:
  static constexpr std::int64_t k_hour = 3600 * FakeDisk::k_second;

  explicit World(std::string_view manifest_text = k_two_variants);
  /// The same disk and manifest, without a cache: to prepare a world once and try many things on it.
  explicit World(const World& other);
  ~World();

  void set_manifest(std::string_view text);

  /// Three pictures, an hour old.
  void add_pictures();

  Report run(Options options = {});
  Report command(Command command);

  FakeDisk disk;
  std::unique_ptr<cache::Cache> cache;
  Manifest manifest;
  engine::StoreLine store;  ///< none: results are not shared
};

/// "out/one-a.png: built new" for each item, in the report's order.
std::vector<std::string> lines(const Report& report);

/// The outputs' bytes by path.
std::map<std::string, std::string> outputs(const World& world, const std::string& folder = "out");

}  // namespace thumbs
