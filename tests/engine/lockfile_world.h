// A World whose manifest asks for a lockfile, and what tests of it look at.
#pragma once

#include <string>
#include <string_view>

#include "cache/recipe_text.h"
#include "engine/load_records.h"
#include "engine/runs.h"
#include "lockfile/lockfile.h"

namespace thumbs {

inline constexpr std::string_view k_with_lockfile =
    R"({"lock": "thumbs.lock", "sets": [{"name": "s", "source": "in", "output": "out", "variants": [
  {"name": "a", "width": 16, "format": "png"}, {"name": "b", "width": 8, "format": "png"}]}]})";

class LockfileWorld : public World {
 public:
  LockfileWorld() : World(k_with_lockfile) {}

  /// Pictures, thumbnails and lockfile, all an hour old and more.
  void build_first() {
    add_pictures();
    run();
    disk.tick(k_hour);
  }
  /// What a clone has: everything but the cache.
  void forget_cache() { cache = cache::Cache::open(":memory:", cache::CacheMode::read_write); }

  std::string lockfile() const { return disk.text("thumbs.lock").value_or(""); }
  void set_lockfile(const std::string& text) { disk.put("thumbs.lock", text); }
  void edit(std::string_view from, std::string_view to) {
    std::string text(k_with_lockfile);
    text.replace(text.find(from), from.size(), to);
    set_manifest(text);
  }
};

/// Lines whose output the disk holds otherwise; a lockfile that tells the truth has none.
std::vector<std::string> false_lines(const World& world);

}  // namespace thumbs
