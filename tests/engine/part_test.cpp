// Runs of a part, against whole runs: whatever is changed, both end with the same outputs, records, lockfile and index.
#include <gtest/gtest.h>
#include <oneapi/tbb/task_arena.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/last_run.h"
#include "engine/world.h"

namespace thumbs {
namespace {

struct Project {
  const char* name;
  std::string_view manifest;
  Options options = {};
  int least_parts = 8;  ///< so many of the builds look at a part
};

constexpr std::string_view k_both = R"("lock": "thumbs.lock", "index": "index.json", )";

std::string manifest_of(std::string_view top, std::string_view set) {
  return "{" + std::string(top) + R"("sets": [{"name": "s", "source": "in", )" + std::string(set) + "}]}";
}

constexpr std::string_view k_out = R"("output": "out", "variants": [{"name": "a", "width": 16, "format": "png"},
  {"name": "b", "width": 8, "format": "png"}])";

/// One of two worlds with one history.
class Builder : public World {
 private:
  template <class Body>
  auto in_arena(const Body& body) {
    Observer quiet;
    oneapi::tbb::task_arena arena(2);
    return arena.execute([&] { return body(quiet); });
  }

 public:
  explicit Builder(const Project& project) : World(project.manifest), options_(project.options) {
    options_.paths_base = std::string(FakeDisk::k_folder);
    add_pictures();
    disk.put("in/x.png", picture(1));
    disk.put("in/sub/y.png", picture(2));
    disk.tick(k_hour);
  }

  /// What a whole run refuses is refused; "" otherwise.
  std::string build_all() {
    try {
      last_.ended(disk, manifest, in_arena([&](Observer& quiet) {
                    return engine::run_on(disk, *cache, manifest, options_, 2, quiet,
                                          {.before_writing = {},
                                           .before_commit = {},
                                           .decided = [this](const graph::Graph& g) { last_.decided(g); }});
                  }));
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }

  bool build_part(const std::set<std::string>& files) {
    const std::optional<Report> report = in_arena([&](Observer& quiet) {
      return engine::run_part_on(disk, *cache, manifest, options_, 2, quiet, {}, last_, {files.begin(), files.end()});
    });
    if (report) last_.ended(disk, manifest, *report);
    return report.has_value();
  }

  std::uint64_t orphans() const { return last_.orphans(); }

  /// All that counts, as text.
  std::vector<std::string> state() {
    std::vector<std::string> found;
    for (const char* const folder : {"in", "out"})
      for (const std::string& path : disk.files(folder))
        found.push_back(path + " " + hash_text(disk.text(path).value_or("")).hex());
    for (const char* const file : {"thumbs.lock", "index.json"})
      found.push_back(std::string(file) + ":\n" + disk.text(file).value_or("(none)"));
    const cache::Records rows = cache->load().rows;
    for (const cache::SourceRecord& row : rows.sources)
      found.push_back("source " + std::string(row.path) + " " + row.hash.hex() + " " + std::string(row.format));
    for (const cache::OutputRecord& row : rows.outputs)
      found.push_back("output " + std::string(row.path) + " of " + std::string(row.source) + " " +
                      row.source_hash.hex() + " " + row.hash.hex() + " " + std::to_string(row.width) + "x" +
                      std::to_string(row.height) + (row.made ? " made" : "") + (row.failed ? " failed " : " ") +
                      row.name->set + " " + row.name->variant + " " + rows.recipes[row.recipe].settings);
    return found;
  }

 private:
  Options options_;
  engine::LastRun last_;
};

/// One change, the same in both worlds; gives the files that it touched.
std::set<std::string> change(std::minstd_rand& random,
                             const std::function<void(const std::function<void(World&)>&)>& both) {
  constexpr std::array k_names{"in/one.png", "in/x.png", "in/sub/y.png", "in/new.png",  "in/sub/three.png",
                               "in/X.png",   "in/m.png", "in/n.jpg",     "in/\"q\".png"};
  const auto pick = [&](std::size_t count) { return static_cast<std::size_t>(random() >> 8) % count; };
  const std::string source = k_names[pick(k_names.size())];
  const std::string stem = source.substr(3, source.size() - 7);
  switch (pick(8)) {
    case 0:
    case 1:
    case 2: {
      const int seed = static_cast<int>(pick(4));
      both([&](World& world) { world.disk.put(source, picture(seed, seed == 3 ? 12 : 48)); });
      return {source};
    }
    case 3: both([&](World& world) { world.disk.put(source, "no picture"); }); return {source};
    case 4: both([&](World& world) { world.disk.remove(source); }); return {source};
    case 5: {
      const std::string output = "out/" + stem + (pick(2) == 0 ? "-a.png" : "-b.png");
      both([&](World& world) { world.disk.remove(output); });
      return {output};
    }
    case 6: {
      const std::string output = "out/" + stem + "-a.png";
      both([&](World& world) { world.disk.put(output, "mine"); });
      return {output};
    }
    default: {
      const std::string target = k_names[pick(k_names.size())];
      both([&](World& world) {
        if (const auto bytes = world.disk.text(source)) {
          world.disk.remove(source);
          world.disk.put(target, *bytes);
        }
      });
      return {source, target};
    }
  }
}

void compare_histories(const Project& project, unsigned seed) {
  Builder narrow(project);
  Builder whole(project);
  ASSERT_EQ(narrow.build_all(), "");
  ASSERT_EQ(whole.build_all(), "");
  std::minstd_rand random(seed);
  std::set<std::string> files;
  bool behind = false;
  int parts = 0;
  for (int step = 0; step < 60; ++step) {
    const std::vector<std::string> changed = [&] {
      const std::set<std::string> touched = change(random, [&](const std::function<void(World&)>& body) {
        body(narrow);
        body(whole);
      });
      return std::vector<std::string>(touched.begin(), touched.end());
    }();
    files.insert(changed.begin(), changed.end());
    for (World* const world : {static_cast<World*>(&narrow), static_cast<World*>(&whole)})
      world->disk.tick(step % 5 == 0 ? World::k_hour : FakeDisk::k_second);
    if (random() % 4 == 0) continue;  // several changes are one build
    bool part = false;
    std::string refused;
    try {
      part = !behind && narrow.build_part(files);
      parts += part ? 1 : 0;
      if (!part) refused = narrow.build_all();
    } catch (const ManifestError&) {
      refused = narrow.build_all();
    }
    ASSERT_EQ(refused, whole.build_all()) << project.name << ", step " << step;
    behind = !refused.empty();
    if (behind) continue;
    ASSERT_EQ(narrow.state(), whole.state()) << project.name << ", step " << step << (part ? ", a part" : "");
    ASSERT_EQ(narrow.orphans(), whole.orphans()) << project.name << ", step " << step;
    files.clear();
  }
  EXPECT_GE(parts, project.least_parts) << project.name;
}

/// THUMBS_PART_SEEDS=100 tries that many histories of each.
unsigned seeds() {
  const char* const given = std::getenv("THUMBS_PART_SEEDS");
  return given != nullptr ? static_cast<unsigned>(std::stoul(given)) : 1;
}

Options of_set(const char* set) {
  Options options;
  options.sets = {set};
  return options;
}

Options of_path(const char* path) {
  Options options;
  options.paths = {path};
  return options;
}

Options pruning() {
  Options options;
  options.prune = true;
  return options;
}

TEST(Part, EndsWhereAWholeRunDoes) {
  const std::string plain = manifest_of("", k_out);
  const std::string both = manifest_of(k_both, k_out);
  const std::string hashed =
      manifest_of(k_both, std::string(R"("path": "{dir}/{stem}-{hash}.{ext}", )") + std::string(k_out));
  const std::string ladder = manifest_of(
      k_both, R"("output": "out", "variants": [{"name": "a", "widths": [8, 16, 32], "formats": ["png", "jpeg"]}],
      "overrides": {"sub/*": {"background": "#123"}, "new.png": {"quality": 70}})");
  const std::string by_source =
      manifest_of(k_both, R"("output": "out", "variants": [{"name": "a", "width": 8, "format": "source"}])");
  const std::string inside = manifest_of(k_both, R"("output": "in/out", "exclude": ["out/**"], "variants": [
      {"name": "a", "width": 8, "format": "png"}])");
  const std::string two_sets = R"({"lock": "thumbs.lock", "index": "index.json", "sets": [
      {"name": "s", "source": "in", "output": "out/s", "variants": [{"name": "a", "width": 16, "format": "png"}]},
      {"name": "t", "source": "in/sub", "output": "out/t", "variants": [{"name": "a", "width": 8}]}]})";
  const std::vector<Project> projects{
      {"plain", plain},
      {"lockfile and index", both},
      {"lockfile and index, pruned", both, pruning(), 1},
      {"a hash in the path", hashed},
      {"a ladder with overrides", ladder},
      {"the source's format", by_source},
      {"thumbnails below the originals", inside, {}, 5},
      {"two sets of one source", two_sets},
      {"one of two sets", two_sets, of_set("t"), 4},
      {"one folder", both, of_path("in/sub"), 4},
  };
  for (const Project& project : projects)
    for (unsigned seed = 1; seed <= seeds(); ++seed) compare_histories(project, seed);
}

TEST(Part, IsNotEnoughWhereSomebodyElseWroteLockfileOrIndex) {
  const std::string both = manifest_of(k_both, k_out);
  for (const char* const file : {"thumbs.lock", "index.json"}) {
    Builder world({"both", both});
    ASSERT_EQ(world.build_all(), "");
    world.disk.put("in/one.png", picture(9));
    world.disk.tick(World::k_hour);
    ASSERT_TRUE(world.build_part({"in/one.png"}));
    world.disk.tick(World::k_hour);
    world.disk.put(file, *world.disk.text(file));
    world.disk.put("in/one.png", picture(10));
    EXPECT_FALSE(world.build_part({"in/one.png"})) << file;
    ASSERT_EQ(world.build_all(), "");
    world.disk.put("in/one.png", picture(11));
    EXPECT_TRUE(world.build_part({"in/one.png"})) << file;
  }
}

}  // namespace
}  // namespace thumbs
