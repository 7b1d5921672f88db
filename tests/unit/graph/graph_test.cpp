// Look-ups in a graph, and its links when sources are dropped.
#include "graph/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/kept.h"

namespace thumbs::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Paths = std::vector<std::string>;

Manifest manifest_of_three_sets() {
  return parse_manifest(R"({"sets": [
      {"source": "x", "output": "out", "variants": [{"name": "a", "width": 8}, {"name": "b", "width": 9}]},
      {"source": "y", "output": "out", "variants": [{"name": "c", "width": 8}]},
      {"source": "z", "output": "out", "variants": [{"name": "d", "width": 8}]}]})",
                        "thumbs.json", "/project");
}

// Four sources with one to three outputs each; the record of each is its own, and so is the record of each output.
struct World {
  Manifest manifest = manifest_of_three_sets();
  Graph graph{manifest};

  World() {
    const struct {
      std::string path;
      std::vector<std::uint32_t> sets;
      std::uint32_t outputs;
    } sources[] = {{"x/1.png", {0}, 2}, {"x/y/2.png", {0, 1}, 3}, {"y/3.png", {1}, 1}, {"y/4.png", {1}, 1}};
    graph.rules = {{0, 0}, {0, 1}, {1, 0}, {2, 0}};
    for (const auto& source : sources) {
      graph.records.sources.push_back({test::kept(source.path), {}, {}, "png", true});
      for (std::uint32_t i = 0; i < source.outputs; ++i) {
        cache::OutputRecord& record = graph.records.outputs.emplace_back();
        record.path = test::kept(output_path(source.path, i));
        record.source = test::kept(source.path);
      }
    }
    graph.sources.reserve(std::size(sources));
    graph.outputs.reserve(graph.records.outputs.size());
    for (const auto& source : sources) add(source.path, source.sets, source.outputs);
  }

  static std::string output_path(const std::string& source, std::uint32_t i) {
    return source + "-" + std::to_string(i);
  }

  void add(const std::string& path, const std::vector<std::uint32_t>& sets, std::uint32_t outputs) {
    Source& source = graph.sources.emplace_back();
    source.path = graph.paths.add(path);
    source.record = &graph.records.sources[graph.sources.size() - 1];
    source.first_membership = static_cast<std::uint32_t>(graph.memberships.size());
    source.memberships = static_cast<std::uint32_t>(sets.size());
    for (const std::uint32_t set : sets) graph.memberships.push_back({set, 2});
    source.first_output = static_cast<std::uint32_t>(graph.outputs.size());
    source.outputs = outputs & Source::k_most_outputs;
    for (std::uint32_t i = 0; i < outputs; ++i) {
      Output& output = graph.outputs.emplace_back();
      output.path = graph.paths.add(output_path(path, i));
      output.source = &source;
      output.rule = &graph.rules[i];
      output.record = find_output_record(graph.records, output.path);
    }
  }

  Paths source_paths() const {
    Paths paths;
    for (const Source& source : graph.sources) paths.emplace_back(source.path);
    return paths;
  }

  // Holds each link against the paths, which nothing changes.
  void expect_linked() {
    std::size_t outputs = 0;
    for (const Source& source : graph.sources) {
      const std::string path(source.path);
      SCOPED_TRACE(path);
      ASSERT_NE(source.record, nullptr);
      EXPECT_EQ(source.record->path, path);
      Paths sets;
      for (const Membership& membership : graph.memberships_of(source))
        sets.push_back(manifest.sets[membership.set].source);
      EXPECT_EQ(sets, path == "x/y/2.png" ? (Paths{"x", "y"}) : Paths{path.substr(0, 1)});
      std::uint32_t i = 0;
      for (const Output& output : graph.outputs_of(source)) {
        EXPECT_EQ(&output, &graph.outputs[outputs++]) << "they follow one another";
        EXPECT_EQ(output.path, output_path(path, i));
        EXPECT_EQ(output.source, &source);
        EXPECT_EQ(output.rule, &graph.rules[i]);
        ASSERT_NE(output.record, nullptr);
        EXPECT_EQ(output.record->path, output.path);
        ++i;
      }
      EXPECT_EQ(i, path == "x/1.png" ? 2U : path == "x/y/2.png" ? 3U : 1U);
    }
    EXPECT_EQ(outputs, graph.outputs.size());
  }
};

TEST(DropSources, LeavesTheOthersTheirOutputsAndRecords) {
  const Paths all{"x/1.png", "x/y/2.png", "y/3.png", "y/4.png"};
  for (unsigned bits = 0; bits < 16; ++bits) {
    World world;
    std::vector<bool> drop;
    Paths left;
    for (unsigned i = 0; i < 4; ++i) {
      drop.push_back((bits >> i & 1) != 0);
      if (!drop.back()) left.push_back(all[i]);
    }
    SCOPED_TRACE(testing::PrintToString(left));
    drop_sources(world.graph, drop);
    EXPECT_EQ(world.source_paths(), left);
    world.expect_linked();
  }
}

TEST(DropSources, CanBeRepeated) {
  World world;
  drop_sources(world.graph, {false, true, false, false});
  drop_sources(world.graph, {true, false, false});
  EXPECT_THAT(world.source_paths(), ElementsAre("y/3.png", "y/4.png"));
  world.expect_linked();
}

TEST(DropSources, KeepsWhatIsKnownOfThem) {
  World world;
  const cache::SourceRecord three{.path = "y/3.png", .stat_data = {}, .hash = hash_text("three"), .format = "jpeg"};
  world.graph.sources[2].content = &three;
  world.graph.sources[2].selected = false;
  world.graph.outputs[5].stale = std::make_unique<Stale>();
  const Stale* const stale = world.graph.outputs[5].stale.get();
  drop_sources(world.graph, {true, false, false, true});
  EXPECT_THAT(world.source_paths(), ElementsAre("x/y/2.png", "y/3.png"));
  EXPECT_EQ(world.graph.sources[1].content, &three);
  EXPECT_FALSE(world.graph.sources[1].selected);
  EXPECT_EQ(world.graph.outputs[3].stale.get(), stale);
}

TEST(DropSources, OfNoneMovesNothing) {
  World world;
  const Source* const sources = world.graph.sources.data();
  drop_sources(world.graph, {});
  drop_sources(world.graph, {false, false, false, false});
  EXPECT_EQ(world.graph.sources.data(), sources);
  world.expect_linked();
}

TEST(DropSources, MayComeBeforeThereAreOutputs) {
  World world;
  world.graph.outputs.clear();
  for (Source& source : world.graph.sources) source.first_output = source.outputs = 0;
  drop_sources(world.graph, {true, false, true, false});
  EXPECT_THAT(world.source_paths(), ElementsAre("x/y/2.png", "y/4.png"));
  EXPECT_TRUE(world.graph.outputs_of(world.graph.sources[0]).empty());
}

TEST(GraphNodes, StayWhereTheyAreWhenTheGraphIsMoved) {
  World world;
  const Graph moved = std::move(world.graph);
  world.graph = Graph(world.manifest);
  for (const Output& output : moved.outputs) {
    EXPECT_EQ(output.source, find_source(moved, output.record->source));
    EXPECT_EQ(output.path, output.record->path);
  }
}

TEST(FindSource, FindsByPathAlone) {
  const World world;
  for (const Source& source : world.graph.sources) EXPECT_EQ(find_source(world.graph, source.path), &source);
  for (const char* const path : {"", "x", "x/1.pn", "x/1.png0", "y/4.pnh", "z"})
    EXPECT_EQ(find_source(world.graph, path), nullptr) << path;
}

TEST(FindOutputRecord, FindsByPathAlone) {
  World world;
  for (cache::OutputRecord& record : world.graph.records.outputs)
    EXPECT_EQ(find_output_record(world.graph.records, record.path), &record);
  for (const char* const path : {"", "x/1.png", "x/1.png-2", "z"})
    EXPECT_EQ(find_output_record(world.graph.records, path), nullptr) << path;
}

TEST(SetsWithSources, FollowTheSources) {
  World world;
  EXPECT_THAT(sets_with_sources(world.graph), ElementsAre(true, true, false));
  EXPECT_THAT(empty_sets(world.graph), ElementsAre(2));
  drop_sources(world.graph, {true, true, false, false});
  EXPECT_THAT(sets_with_sources(world.graph), ElementsAre(false, true, false));
  EXPECT_THAT(empty_sets(world.graph), ElementsAre(0, 2));
}

}  // namespace
}  // namespace thumbs::graph
