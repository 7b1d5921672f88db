// A project that operations happen to: its disk, its cache, its rules, and what former runs are known to have made.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/faults.h"
#include "engine/model.h"
#include "engine/operations.h"

namespace thumbs {

/// All but the runs.
class Project {
 public:
  Project() : cache(std::make_unique<FragileCache>()) {
    world.disk.put("in/keep.png", plain_picture(0));
    world.set_manifest(rules.text());
  }

  void change(const Operation& o) {
    world.disk.tick(1 + o.c);
    switch (o.op) {
      case Op::write: return write(source(o.a), o.b, o.c);
      case Op::touch: return touch(source(o.a), o.b);
      case Op::move: return move(o);
      case Op::copy: return copy(o);
      case Op::swap: return swap(source(o.a), source(o.b));
      case Op::erase: return world.disk.erase(source(o.a));
      case Op::edit: return edit(o.a, o.b);
      case Op::tamper: return tamper(o);
      case Op::swap_outputs: return swap(output(o.a), output(o.b));
      case Op::foreign: return foreign(o);
      case Op::lose_cache: return lose_cache();
      case Op::jump: return jump(o);
      case Op::granularity: return world.disk.set_granularity(k_granularities[o.a % k_granularities.size()]);
      default: return;
    }
  }

  void lose_cache() {
    cache = std::make_unique<FragileCache>();
    memory = {};
  }

  /// Where only bytes differ that no stat can tell apart, which thumbs may miss, the file gets a new time.
  void expose_what_cannot_be_seen() {
    for (const auto& [path, known] : memory.sources)
      while (world.disk.text(path) && rules.trusts(known.trusted, known.trusted_mtime) &&
             hash_text(*world.disk.text(path)) != known.content &&
             rules.same(known.stat_data, world.disk.stat(path, false).stat_data)) {
        world.disk.tick(2 * FakeDisk::k_second);
        world.disk.touch(path);
        ++unseen;
      }
  }

  static std::string source(unsigned which) {
    static const std::array<std::string, 5> k_names{"in/a.png", "in/b.png", "in/sub/a.png", "in/sub/deep/c.png",
                                                    "in/\xff.png"};
    return k_names[which % k_names.size()];
  }

  World world;
  std::unique_ptr<FragileCache> cache;
  Rules rules;
  Remembered memory;
  int unseen = 0;  ///< how often bytes differed that no stat could tell apart

 private:
  static constexpr std::array<std::int64_t, 3> k_granularities{1, FakeDisk::k_second, 2 * FakeDisk::k_second};

  std::string output(unsigned which) const {
    std::vector<std::string> all = world.disk.files("out");
    for (const auto& [path, row] : memory.outputs)
      if (path.starts_with("in/") && world.disk.exists(path)) all.push_back(path);
    return all.empty() ? "" : all[which % all.size()];
  }

  // A picture, or (one time in six) none; all but a few of one size in bytes.
  static std::string content(unsigned seed, unsigned size) {
    std::string bytes = plain_picture(static_cast<int>(seed % 6), size % 4 == 0 ? 24 : 20);
    if (seed % 6 == 5) bytes[0] = 'x';
    return bytes;
  }

  void write(const std::string& path, unsigned seed, unsigned how) {
    const std::int64_t mtime = world.disk.stat(path, false).stat_data.mtime_ns;
    const bool known = world.disk.exists(path);
    world.disk.put(path, content(seed, how));
    if (known && how % 3 == 0) world.disk.set_mtime(path, mtime);
  }

  void touch(const std::string& path, unsigned how) {
    if (!world.disk.exists(path)) return;
    const std::int64_t mtime = world.disk.stat(path, false).stat_data.mtime_ns;
    const std::string bytes = *world.disk.text(path);
    switch (how % 6) {
      case 0: return world.disk.touch(path);
      case 1: return world.disk.set_mtime(path, mtime);                                // the ctime alone: chmod
      case 2: return world.disk.set_mtime(path, mtime - mtime % FakeDisk::k_second);   // through an archive
      case 3: return world.disk.set_mtime(path, world.disk.now_ns() + World::k_hour);  // to come
      case 4: return world.disk.set_mtime(path, 1 + how);                              // long ago
      default:                                                                         // copied back: a new inode
        world.disk.erase(path);
        world.disk.put(path, bytes);
        world.disk.set_mtime(path, mtime);
    }
  }

  void move(const Operation& o) {
    if (world.disk.exists(source(o.a)) && source(o.a) != source(o.b)) world.disk.move(source(o.a), source(o.b));
  }
  void copy(const Operation& o) {
    const std::optional<std::string> bytes = world.disk.text(source(o.a));
    if (bytes && source(o.a) != source(o.b)) world.disk.put(source(o.b), *bytes);
  }
  void swap(const std::string& a, const std::string& b) {
    if (a == b || !world.disk.exists(a) || !world.disk.exists(b)) return;
    world.disk.move(a, "swapped");
    world.disk.move(b, a);
    world.disk.move("swapped", b);
  }

  void edit(unsigned piece, unsigned to) {
    static const std::vector<std::vector<std::string>> k_variants{
        {"a", "b"}, {"a"}, {"a", "b", "c"}, {"b", "c", "d"}, {"d"}};
    switch (piece % 9) {
      case 0:
      case 1: rules.variants = k_variants[to % k_variants.size()]; break;
      case 2: rules.width = 8 + static_cast<int>(to % 3); break;
      case 3: rules.renamed = !rules.renamed; break;
      case 4: rules.path = static_cast<int>(to % 3); break;
      case 5: rules.spread_out = !rules.spread_out; break;
      case 6: rules.second_set = !rules.second_set; break;
      case 7: rules.place = static_cast<int>(to % 3); break;
      default: rules.minimal = !rules.minimal; break;
    }
    world.set_manifest(rules.text());
  }

  void tamper(const Operation& o) {
    const std::string path = output(o.a);
    if (path.empty()) return;
    const std::string bytes = *world.disk.text(path);
    const std::int64_t mtime = world.disk.stat(path, false).stat_data.mtime_ns;
    switch (o.b % 7) {
      case 0: return world.disk.erase(path);
      case 1: return world.disk.put(path, bytes.substr(0, bytes.size() / 2));
      case 2: return world.disk.put(path, std::string(bytes.size(), 'x'));
      case 3: return world.disk.touch(path);
      case 4: return world.disk.set_mtime(path, mtime - mtime % FakeDisk::k_second);
      case 5: return world.disk.put(path, bytes + "more");
      default:
        world.disk.put(path, std::string(bytes.size(), 'y'));
        return world.disk.set_mtime(path, mtime);  // what only --verify finds
    }
  }

  void foreign(const Operation& o) {
    const std::vector<Rules::Wanted> all = rules.outputs_of(source(o.a), content(o.b, o.c));
    world.disk.put(all[o.c % all.size()].path, "somebody else's");
  }

  void jump(const Operation& o) {
    static constexpr std::array<std::int64_t, 9> k_jumps{
        1,  FakeDisk::k_second,  2 * FakeDisk::k_second - 1, 2 * FakeDisk::k_second, World::k_hour, 24 * World::k_hour,
        -1, -FakeDisk::k_second, -5 * World::k_hour};
    world.disk.tick(k_jumps[o.a % k_jumps.size()] + (o.b % 2 == 0 ? 0 : o.b));
  }
};

}  // namespace thumbs
