// Rules on files: paths from templates, thumbnails among the sources, shared recipes, contents from records.
#include "rules/apply_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/staleness.h"
#include "rules_support.h"

namespace thumbs::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Paths = std::vector<std::string>;

TEST(ApplyRules, TemplatesGiveEachSourceItsOutputs) {
  struct Case {
    std::string name, path, source, output;
  };
  const Case cases[] = {
      {"default", "{dir}/{stem}-{variant}.{ext}", "in/a.png", "out/a-a.jpg"},
      {"in a folder", "{dir}/{stem}-{variant}.{ext}", "in/x/y/a.png", "out/x/y/a-a.jpg"},
      {"the source's extension as spelled", "{stem}.{sourceExt}.{ext}", "in/a.PnG", "out/a.PnG.jpg"},
      {"no extension, no stray dot", "{stem}.{sourceExt}.{ext}", "in/a", "out/a.jpg"},
      {"only the last dot counts", "{stem}.{ext}", "in/a.b.png", "out/a.b.jpg"},
      {"a leading dot starts no extension", "{stem}.{ext}", "in/.png", "out/.png.jpg"},
      {"a dot at the end", "{stem}.{sourceExt}.{ext}", "in/a.", "out/a.jpg"},
      {"the box", "{width}x{height}/{stem}.{ext}", "in/a.png", "out/8xauto/a.jpg"},
      {"tokens in a name are no tokens", "{stem}.{ext}", "in/{variant}.png", "out/{variant}.jpg"},
      {"a space, a quote, a newline, a byte that is no UTF-8", "{stem}.{ext}", "in/ '\n\xff.png", "out/ '\n\xff.jpg"},
      {"up and down again", "x/../{stem}.{ext}", "in/a.png", "out/a.jpg"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Manifest manifest = simple_manifest(c.path);
    const graph::Graph graph = applied(manifest, {c.source});
    EXPECT_THAT(output_paths(graph), ElementsAre(c.output));
  }
}

TEST(ApplyRules, OutputsComeBySourceThenSetThenVariant) {
  const Manifest manifest = manifest_of(R"({"sets": [
    {"source": "in", "output": "x", "variants": [{"name": "b", "width": 1}, {"name": "a", "width": 2}]},
    {"source": "in/sub", "output": "y", "variants": [{"name": "c", "width": 1}]}]})");
  const graph::Graph graph = applied(manifest, {"in/sub/2.png", "in/1.png"});
  EXPECT_THAT(output_paths(graph),
              ElementsAre("x/1-b.jpg", "x/1-a.jpg", "x/sub/2-b.jpg", "x/sub/2-a.jpg", "y/2-c.jpg"));
  EXPECT_THAT(graph.recipes, SizeIs(2)) << "a recipe is one thing however many variants have it";
  EXPECT_EQ(graph.outputs[0].recipe, graph.outputs[4].recipe);
}

// Records are in the order of their paths, outputs in that of sources and variants.
TEST(ApplyRules, EachOutputFindsItsRecordWhateverTheOrder) {
  struct Case {
    const char* name;
    const char* path;
    bool variants;  // several, and not in the order of their names
  };
  const Case cases[] = {
      {"one variant", "{dir}/{stem}.{ext}", false},
      {"several", "{dir}/{stem}-{variant}.{ext}", true},
      {"a folder for each variant", "{variant}/{dir}/{stem}.{ext}", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Manifest manifest = c.variants
                                  ? simple_manifest(c.path, R"({"name": "z", "width": 8}, {"name": "y", "width": 9},
                                                {"name": "b", "width": 10}, {"name": "m", "width": 11},
                                                {"name": "a", "width": 12}, {"name": "c", "width": 13})")
                                  : simple_manifest(c.path);
    Paths sources;
    for (int i = 0; i < 50; ++i)
      sources.push_back("in/" + std::to_string(i * 37 % 50) + "/" + std::to_string(i) + ".png");
    const graph::Graph built = applied(manifest, sources);
    const Paths paths = output_paths(built);
    cache::Records records;
    for (std::size_t i = 0; i < paths.size(); ++i)
      if (i % 7 != 3) records.outputs.push_back(output_record(paths[i], "in/x.png", "x"));
    sort_records(records);
    const graph::Graph graph = applied(manifest, sources, records);
    ASSERT_THAT(output_paths(graph), paths);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const cache::OutputRecord* const record = graph.outputs[i].record;
      ASSERT_EQ(record != nullptr, i % 7 != 3) << paths[i];
      if (record != nullptr) {
        EXPECT_EQ(record->path, paths[i]);
      }
    }
    EXPECT_THAT(leftover_paths(graph), IsEmpty());
  }
}

TEST(ApplyRules, AnOwnFileIsNoSource) {
  const Manifest manifest = simple_manifest();
  const graph::Graph graph = applied(manifest, {"in/a.png", "in/report.json"}, {}, {"in/report.json"});
  EXPECT_THAT(source_paths(graph), ElementsAre("in/a.png"));
}

TEST(ApplyRules, ASourceOfTwoSetsIsOneSource) {
  const Manifest manifest = manifest_of(R"({"sets": [
    {"source": "in", "output": "x", "variants": [{"name": "a", "width": 1}]},
    {"source": ".", "output": "y", "variants": [{"name": "a", "width": 1}]}]})");
  const graph::Graph graph = applied(manifest, {"in/a.png"});
  ASSERT_THAT(graph.sources, SizeIs(1));
  EXPECT_EQ(graph.sources[0].memberships, 2U);
  EXPECT_THAT(output_paths(graph), ElementsAre("x/a-a.jpg", "y/in/a-a.jpg"));
}

struct MadeCase {
  std::string name;
  std::string manifest;
  Paths files;
  Paths sources;
};

// Thumbnails among the sources, told from the rules alone.
TEST(ApplyRules, WhatARuleMakesFromAnotherSourceIsNoSource) {
  const std::string beside = R"({"sets": [{"source": "in", "output": "in", "variants": [{"name": "a", "width": 8}]}]})";
  const std::string two_variants =
      R"({"sets": [{"source": "in", "output": "in", "variants": [{"name": "a", "width": 8}, {"name": "b", "width": 9}]}]})";
  const std::string from_root =
      R"({"sets": [{"source": ".", "output": "t", "variants": [{"name": "a", "width": 8}]}]})";
  const std::string relay = R"({"sets": [
      {"source": "in", "output": "mid", "variants": [{"name": "a", "width": 8}]},
      {"source": ".", "include": ["in/*.png", "mid/*"], "output": "end", "variants": [{"name": "b", "width": 8}]}]})";
  const MadeCase cases[] = {
      {"none made yet", beside, {"in/1.jpg"}, {"in/1.jpg"}},
      {"beside its original", beside, {"in/1.jpg", "in/1-a.jpg"}, {"in/1.jpg"}},
      {"its like without an original", beside, {"in/1-a.jpg", "in/2.jpg"}, {"in/1-a.jpg", "in/2.jpg"}},
      {"a chain: what a thumbnail would make is an original again",
       beside,
       {"in/1.jpg", "in/1-a.jpg", "in/1-a-a.jpg"},
       {"in/1-a-a.jpg", "in/1.jpg"}},
      {"a longer chain",
       beside,
       {"in/1.jpg", "in/1-a.jpg", "in/1-a-a.jpg", "in/1-a-a-a.jpg"},
       {"in/1-a-a.jpg", "in/1.jpg"}},
      {"several variants",
       two_variants,
       {"in/1.jpg", "in/1-a.jpg", "in/1-b.jpg", "in/x/1.jpg", "in/x/1-b.jpg"},
       {"in/1.jpg", "in/x/1.jpg"}},
      {"an output folder below the source", from_root, {"1.jpg", "t/1-a.jpg"}, {"1.jpg"}},
      {"a relay by way of another set's folder", relay, {"in/1.png", "mid/1-a.jpg"}, {"in/1.png"}},
  };
  for (const MadeCase& c : cases) {
    SCOPED_TRACE(c.name);
    const Manifest manifest = manifest_of(c.manifest);
    graph::Graph graph = applied(manifest, c.files);
    find_conflicts(graph);
    EXPECT_EQ(fault_texts(graph), Paths{});
    EXPECT_EQ(source_paths(graph), c.sources);
    std::size_t outputs = 0;
    for (const graph::Source& source : graph.sources) {
      for (const graph::Output& output : graph.outputs_of(source)) ASSERT_EQ(output.source, &source);
      outputs += graph.outputs_of(source).size();
      for (const graph::Membership& membership : graph.memberships_of(source))
        ASSERT_LT(membership.set, manifest.sets.size());
    }
    EXPECT_EQ(outputs, graph.outputs.size());
  }
}

TEST(ApplyRules, OutputsFollowTheirSourcesWhenMadeFilesAreDropped) {
  const Manifest manifest =
      manifest_of(R"({"sets": [{"source": "in", "output": "in", "variants": [{"name": "a", "width": 8}]}]})");
  const graph::Graph graph = applied(manifest, {"in/1-a.jpg", "in/1.jpg", "in/2-a.jpg", "in/2.jpg"});
  ASSERT_THAT(output_paths(graph), ElementsAre("in/1-a.jpg", "in/2-a.jpg"));
  EXPECT_EQ(graph.outputs[0].source->path, "in/1.jpg");
  EXPECT_EQ(graph.outputs[1].source->path, "in/2.jpg");
}

// The sources some of whose outputs have no path yet.
Paths waiting(graph::Graph& graph) {
  Paths paths;
  for (const graph::Source& source : graph.sources)
    if (waits_for_content(graph, source)) paths.emplace_back(source.path);
  return paths;
}

TEST(ApplyRules, FormatSourceFollowsTheContentNotTheName) {
  const Manifest manifest = simple_manifest("{stem}.{ext}", R"({"name": "a", "width": 8, "format": "source"})");
  const Paths files{"in/1.png", "in/2.png", "in/3.txt", "in/4.PNG"};
  graph::Graph unknown = applied(manifest, files);
  EXPECT_EQ(waiting(unknown), files);
  EXPECT_THAT(output_paths(unknown), ElementsAre("", "", "", "")) << "nobody knows yet";
  graph::Graph known = graph_of(manifest, files);
  set_content(known.sources[0], "one", "jpeg");
  set_content(known.sources[1], "two", "png");
  set_content(known.sources[2], "three", "");
  set_content(known.sources[3], "four", "gif");
  apply_rules(known);
  EXPECT_THAT(waiting(known), IsEmpty());
  EXPECT_THAT(output_paths(known), ElementsAre("out/1.jpg", "out/2.png", "out/3.jpg", "out/4.png"));
}

TEST(ApplyRules, OneUnknownVariantDoesNotHideItsSiblings) {
  const Manifest manifest = simple_manifest(
      "{stem}-{variant}.{ext}", R"({"name": "a", "width": 8, "format": "source"}, {"name": "b", "width": 8})");
  graph::Graph graph = applied(manifest, {"in/1.png"});
  EXPECT_THAT(output_paths(graph), ElementsAre("", "out/1-b.jpg"));
  EXPECT_THAT(waiting(graph), ElementsAre("in/1.png"));
}

TEST(ApplyRules, HashInThePathIsOfContentAndRecipeTogether) {
  const Manifest manifest =
      simple_manifest("{hash}.{ext}", R"({"name": "a", "width": 8}, {"name": "b", "width": 9}, {"name": "c", "width": 8,
                                      "format": "png"})");
  const Paths files{"in/1.png", "in/2.png"};
  graph::Graph unknown = applied(manifest, files);
  EXPECT_EQ(waiting(unknown), files);
  const auto known_paths = [&] {
    graph::Graph known = graph_of(manifest, files);
    set_content(known.sources[0], "one");
    set_content(known.sources[1], "two");
    apply_rules(known);
    return output_paths(known);
  };
  const Paths paths = known_paths();
  ASSERT_THAT(paths, SizeIs(6));
  for (const std::string& path : paths) {
    EXPECT_THAT(path, testing::MatchesRegex("out/[0-9a-f]+\\.(jpg|png)"));
    EXPECT_EQ(path.size(), std::string("out/").size() + 10 + 4);
    EXPECT_EQ(std::count(paths.begin(), paths.end(), path), 1) << path;
  }
  EXPECT_EQ(known_paths(), paths);
}

TEST(RecordedContents, AreReusedOnlyWhereTrustedStatDataIsEqual) {
  struct Case {
    std::string name;
    disk::StatData stat_data;
    bool trusted;
    StatMode mode;
    bool reused;
    bool trusted_mtime = false;
    bool verify = false;
  };
  const disk::StatData now = stat_data_of(8);
  const auto with = [&](auto change) {
    disk::StatData stat_data = now;
    change(stat_data);
    return stat_data;
  };
  const Case cases[] = {
      {"equal", now, true, StatMode::full, true},
      {"not trusted", now, false, StatMode::full, false},
      {"size", with([](disk::StatData& s) { ++s.size; }), true, StatMode::full, false},
      {"later mtime", with([](disk::StatData& s) { ++s.mtime_ns; }), true, StatMode::full, false},
      {"earlier mtime", with([](disk::StatData& s) { --s.mtime_ns; }), true, StatMode::full, false},
      {"ctime", with([](disk::StatData& s) { ++s.ctime_ns; }), true, StatMode::full, false},
      {"inode", with([](disk::StatData& s) { ++s.inode; }), true, StatMode::full, false},
      {"minimal: ctime", with([](disk::StatData& s) { ++s.ctime_ns; }), true, StatMode::minimal, true},
      {"minimal: inode", with([](disk::StatData& s) { ++s.inode; }), true, StatMode::minimal, true},
      {"minimal: size", with([](disk::StatData& s) { ++s.size; }), true, StatMode::minimal, false},
      {"minimal: mtime", with([](disk::StatData& s) { --s.mtime_ns; }), true, StatMode::minimal, false},
      {"minimal, not trusted", now, false, StatMode::minimal, false},
      {"its mtime alone is trusted", now, false, StatMode::full, false, true},
      {"minimal, its mtime alone is trusted", now, false, StatMode::minimal, true, true},
      {"verified", now, true, StatMode::full, false, true, true},
      {"minimal, verified", now, true, StatMode::minimal, false, true, true},
  };
  const Manifest manifest = simple_manifest();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    cache::Records records;
    records.sources = {{"in/a.pn", now, hash_of("other"), "gif", true},
                       {"in/b.png", c.stat_data, hash_of("b"), "png", c.trusted, c.trusted_mtime},
                       {"in/z.png", now, hash_of("other"), "gif", true}};
    graph::Graph graph = graph_of(manifest, {"in/a.png", "in/b.png", "in/c.png"}, records);
    reuse_recorded_contents(graph, {.verify = c.verify, .stat = c.mode});
    EXPECT_EQ(graph.sources[0].content, nullptr);
    EXPECT_EQ(graph.sources[1].content, c.reused ? graph.sources[1].record : nullptr);
    ASSERT_NE(graph.sources[1].record, nullptr);
    EXPECT_EQ(graph.sources[1].record->hash, hash_of("b"));
    EXPECT_EQ(graph.sources[2].content, nullptr);
  }
}

}  // namespace
}  // namespace thumbs::rules
