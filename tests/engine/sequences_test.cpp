// Random histories: after each build the outputs are those of a clean build of what is there now, and another build
// finds nothing to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <set>

#include "engine/runs.h"

namespace thumbs {
namespace {

using testing::IsEmpty;

constexpr int k_sequences = 300;
constexpr int k_rounds = 4;

std::string manifest_of(std::string_view source_and_output, std::string_view variants) {
  return R"({"sets": [{"include": ["**/*.png"], )" + std::string(source_and_output) + R"(, "variants": [)" +
         std::string(variants) + "]}]}";
}

constexpr std::string_view k_a = R"({"name": "a", "width": 8, "format": "png"})";
constexpr std::string_view k_a_wider = R"({"name": "a", "width": 9, "format": "png"})";
constexpr std::string_view k_b = R"({"name": "b", "width": 5, "height": 5, "fit": "cover", "quality": 60})";

const std::vector<std::string>& manifests() {
  static const auto k_both = std::string(k_a) + ", " + std::string(k_b);
  static const std::vector<std::string> k_manifests{
      manifest_of(R"("source": "in", "output": "out")", k_both),
      manifest_of(R"("source": "in", "output": "out")", k_a),
      manifest_of(R"("source": "in", "output": "out")", std::string(k_a_wider) + ", " + std::string(k_b)),
      manifest_of(R"("source": "in", "output": "out", "path": "{stem}/{dir}/{variant}.{hash}.{ext}")", k_both),
      manifest_of(R"("source": "in", "output": "out/deep", "exclude": ["sub/**"])", k_both),
      manifest_of(R"("source": "in", "output": "in", "path": "{dir}/made/{stem}-{variant}.{ext}")", k_a),
      manifest_of(R"("source": "in", "output": "out")",
                  std::string(k_b) + R"(, {"name": "c", "width": 8, "format": "source"})"),
      R"({"stat": "minimal", "sets": [{"source": "in", "output": "out", "variants": [)" + k_both + "]}]}",
  };
  return k_manifests;
}

// One history. The clock moves a little with everything that is done, so that no two things happen at one time.
class History {
 public:
  explicit History(std::uint32_t seed) : random_(seed) {
    world_.disk.put("in/keep.png", plain_picture(0));
    world_.set_manifest(manifests()[0]);
    set_hook();
  }

  void round() {
    for (int steps = pick(4); steps >= 0; --steps) step();
    build_and_compare();
    if (pick(3) == 0) {
      world_.disk.tick(World::k_hour + pick(1000));
      log_ += " settle";
      build_and_compare();
      if (!in_future_) expect_nothing_is_opened();
    }
  }

  const std::string& log() const { return log_; }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<std::uint32_t>(below)); }

  std::string source_name() {
    static const std::vector<std::string> k_names{"in/a.png", "in/b.png", "in/sub/a.png", "in/sub/deep/c.png",
                                                  "in/\xff.png"};
    return k_names[static_cast<std::size_t>(pick(static_cast<int>(k_names.size())))];
  }
  std::string some_output() {
    std::vector<std::string> all = world_.disk.files("out");
    return all.empty() ? "" : all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
  }

  void note(const std::string& what) { log_ += (log_.empty() ? "" : ", ") + what; }

  void set_hook() {
    world_.disk.hook = [this](const std::string&, const std::string&) { world_.disk.tick(1); };
  }

  void step() {
    world_.disk.tick(1 + pick(1000));
    switch (pick(11)) {
      case 0:
      case 1: return write();
      case 2: return touch();
      case 3: return rename();
      case 4: return swap();
      case 5: return remove();
      case 6: return edit_manifest();
      case 7:
      case 8: return tamper();
      case 9: return pick(3) == 0 ? lose_cache() : write();
      default: return jump();
    }
  }

  void write() {
    const std::string path = source_name();
    const int seed = pick(4);
    note("write " + path + " " + std::to_string(seed));
    world_.disk.put(path, plain_picture(seed, pick(3) == 0 ? 24 : 20));
  }
  void touch() {
    const std::string path = source_name();
    if (!world_.disk.exists(path)) return;
    note("touch " + path);
    world_.disk.touch(path);
    if (pick(3) == 0) world_.disk.set_mtime(path, 1 + pick(1000000));
  }
  void rename() {
    const std::string from = source_name();
    const std::string to = source_name();
    if (!world_.disk.exists(from) || from == to) return;
    note("rename " + from + " " + to);
    world_.disk.move(from, to);
  }
  void swap() {
    const std::string a = source_name();
    const std::string b = source_name();
    if (!world_.disk.exists(a) || !world_.disk.exists(b) || a == b) return;
    note("swap " + a + " " + b);
    world_.disk.move(a, "swapped");
    world_.disk.move(b, a);
    world_.disk.move("swapped", b);
  }
  void remove() {
    const std::string path = source_name();
    note("delete " + path);
    world_.disk.erase(path);
  }
  void edit_manifest() {
    const int which = pick(static_cast<int>(manifests().size()));
    note("manifest " + std::to_string(which));
    world_.set_manifest(manifests()[static_cast<std::size_t>(which)]);
  }
  void tamper() {
    const std::string path = some_output();
    if (path.empty()) return;
    const std::string bytes = world_.disk.text(path).value_or("");
    // What is written through a link would change the source that it leads to: such outputs are only removed.
    const int how = links_.contains(path) ? 0 : pick(6);
    note("tamper " + path + " " + std::to_string(how));
    strangers_.insert(path);  // changed ones are kept by prune
    if (how == 0) world_.disk.erase(path);
    if (how == 1) world_.disk.put(path, bytes.substr(0, bytes.size() / 2));
    if (how == 2) world_.disk.put(path, std::string(bytes.size(), 'x'));
    if (how == 3) world_.disk.touch(path);
    if (how < 4) return;
    links_.insert(path);
    world_.disk.erase(path);
    if (how == 4) world_.disk.make_link(path, "/project/in/keep.png");
    if (how == 5) world_.disk.make_hard_link("in/keep.png", path);
  }
  // Nothing knows any more whose the outputs are: they stay.
  void lose_cache() {
    note("lose the cache");
    world_.cache = cache::Cache::open(":memory:", cache::CacheMode::read_write);
    for (const std::string& path : world_.disk.files()) strangers_.insert(path);
  }
  void jump() {
    static constexpr std::int64_t k_jumps[] = {
        1, FakeDisk::k_second, 2 * FakeDisk::k_second, World::k_hour, -5 * FakeDisk::k_second, -7 * World::k_hour};
    const std::int64_t by = k_jumps[pick(6)] + pick(100000);
    note("jump " + std::to_string(by));
    in_future_ |= by < 0;
    world_.disk.tick(by);
  }

  void build_and_compare() {
    note("build");
    Options options;
    options.prune = true;
    const Report report = run_with(world_, *world_.cache, 1 + pick(2), options);
    EXPECT_EQ(report.summary.failed, 0U);
    EXPECT_THAT(report.errors, IsEmpty());
    expect_clean();
    const Report again = run_with(world_, *world_.cache, 1, options);
    EXPECT_EQ(again.summary.built + again.summary.copied + again.summary.pruned, 0U) << lines(again).size();
    EXPECT_THAT(world_.disk.writes(), IsEmpty());
  }

  void expect_clean() {
    const auto clean = without_past(world_);
    EXPECT_EQ(clean->run().summary.failed, 0U);
    for (const std::string folder : {"in", "out"}) {
      const auto expected = outputs(*clean, folder);
      const auto now = outputs(world_, folder);
      for (const auto& [path, bytes] : expected) {
        ASSERT_TRUE(now.contains(path)) << path;
        EXPECT_TRUE(now.at(path) == bytes) << path;
      }
      for (const auto& [path, bytes] : now)
        EXPECT_TRUE(expected.contains(path) || strangers_.contains(path)) << path << " should have been pruned";
    }
  }

  void expect_nothing_is_opened() {
    run_with(world_, *world_.cache, 1);
    EXPECT_THAT(world_.disk.reads(), IsEmpty());
  }

  World world_;
  std::mt19937 random_;
  std::set<std::string> links_;      // outputs that were once made links to a source
  std::set<std::string> strangers_;  // files that prune need not remove
  bool in_future_ = false;           // some file may bear a time to come, and is then looked into each time
  std::string log_;
};

TEST(Sequences, EveryBuildEqualsACleanOne) {
  const char* chosen = std::getenv("THUMBS_SEED");
  const std::uint32_t first = chosen != nullptr ? static_cast<std::uint32_t>(std::strtoul(chosen, nullptr, 10)) : 1;
  const std::uint32_t count = chosen != nullptr ? 1 : k_sequences;
  for (std::uint32_t seed = first; seed < first + count; ++seed) {
    History history(seed);
    for (int round = 0; round < k_rounds && !HasFailure(); ++round) history.round();
    ASSERT_FALSE(HasFailure()) << "THUMBS_SEED=" << seed << ": " << history.log();
  }
}

}  // namespace
}  // namespace thumbs
