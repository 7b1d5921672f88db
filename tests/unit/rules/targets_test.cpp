// Rules on files: paths from templates, our own products among the sources, recipes shared, contents recalled.
#include "plan/targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan_support.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Paths = std::vector<std::string>;

TEST(Targets, TemplatesGiveEachSourceItsOutputs) {
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
    const Targets targets = make_targets(manifest, found(manifest, {c.source}), {});
    EXPECT_THAT(output_paths(targets), ElementsAre(c.output));
  }
}

TEST(Targets, OutputsComeBySourceThenSetThenVariant) {
  const Manifest manifest = manifest_of(R"({"sets": [
    {"source": "in", "output": "x", "variants": [{"name": "b", "width": 1}, {"name": "a", "width": 2}]},
    {"source": "in/sub", "output": "y", "variants": [{"name": "c", "width": 1}]}]})");
  const Targets targets = make_targets(manifest, found(manifest, {"in/sub/2.png", "in/1.png"}), {});
  EXPECT_THAT(output_paths(targets),
              ElementsAre("x/1-b.jpg", "x/1-a.jpg", "x/sub/2-b.jpg", "x/sub/2-a.jpg", "y/2-c.jpg"));
  EXPECT_THAT(targets.recipes, SizeIs(2)) << "a recipe is one thing however many variants have it";
  EXPECT_EQ(targets.outputs[0].recipe, targets.outputs[4].recipe);
}

TEST(Targets, AnOwnFileIsNoSource) {
  const Manifest manifest = simple_manifest();
  const SourceList list = found(manifest, {"in/a.png", "in/report.json"}, {"in/report.json"});
  EXPECT_THAT(source_paths(make_targets(manifest, list, {})), ElementsAre("in/a.png"));
}

TEST(Targets, ASourceOfTwoSetsIsOneSource) {
  const Manifest manifest = manifest_of(R"({"sets": [
    {"source": "in", "output": "x", "variants": [{"name": "a", "width": 1}]},
    {"source": ".", "output": "y", "variants": [{"name": "a", "width": 1}]}]})");
  const SourceList list = found(manifest, {"in/a.png"});
  ASSERT_THAT(list.sources, SizeIs(1));
  EXPECT_EQ(list.sources[0].memberships, 2U);
  EXPECT_THAT(output_paths(make_targets(manifest, list, {})), ElementsAre("x/a-a.jpg", "y/in/a-a.jpg"));
}

struct MadeCase {
  std::string name;
  std::string manifest;
  Paths files;
  Paths sources;
};

// Thumbnails among the sources, told from the rules alone.
TEST(Targets, WhatARuleMakesFromAnotherSourceIsNoSource) {
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
      {"a chain: what a product would make is an original again",
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
    const SourceList list = found(manifest, c.files);
    EXPECT_EQ(faults_of(manifest, list), Paths{});
    const Targets targets = make_targets(manifest, list, {});
    EXPECT_EQ(source_paths(targets), c.sources);
    for (const Target& target : targets.outputs) ASSERT_LT(target.source, targets.list.sources.size());
    for (const Source& source : targets.list.sources)
      for (std::uint32_t m = 0; m < source.memberships; ++m)
        ASSERT_LT(targets.list.memberships[source.first_membership + m].set, manifest.sets.size());
  }
}

TEST(Targets, OutputsFollowTheirSourcesWhenProductsAreDropped) {
  const Manifest manifest =
      manifest_of(R"({"sets": [{"source": "in", "output": "in", "variants": [{"name": "a", "width": 8}]}]})");
  const Targets targets =
      make_targets(manifest, found(manifest, {"in/1-a.jpg", "in/1.jpg", "in/2-a.jpg", "in/2.jpg"}), {});
  ASSERT_THAT(output_paths(targets), ElementsAre("in/1-a.jpg", "in/2-a.jpg"));
  EXPECT_EQ(targets.list.sources[targets.outputs[0].source].path, "in/1.jpg");
  EXPECT_EQ(targets.list.sources[targets.outputs[1].source].path, "in/2.jpg");
}

TEST(Targets, FormatSourceFollowsTheContentNotTheName) {
  const Manifest manifest = simple_manifest("{stem}.{ext}", R"({"name": "a", "width": 8, "format": "source"})");
  SourceList list = found(manifest, {"in/1.png", "in/2.png", "in/3.txt", "in/4.PNG"});
  const Targets unknown = make_targets(manifest, list, {});
  EXPECT_THAT(unknown.unknown, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(output_paths(unknown), ElementsAre("", "", "", "")) << "nobody knows yet";
  list.sources[0].format = "jpeg";
  list.sources[1].format = "png";
  list.sources[2].format = "";
  list.sources[3].format = "gif";
  const Targets known = make_targets(manifest, list, {});
  EXPECT_THAT(known.unknown, IsEmpty());
  EXPECT_THAT(output_paths(known), ElementsAre("out/1.jpg", "out/2.png", "out/3.jpg", "out/4.png"));
}

TEST(Targets, OneUnknownVariantDoesNotHideItsSiblings) {
  const Manifest manifest = simple_manifest(
      "{stem}-{variant}.{ext}", R"({"name": "a", "width": 8, "format": "source"}, {"name": "b", "width": 8})");
  const Targets targets = make_targets(manifest, found(manifest, {"in/1.png"}), {});
  EXPECT_THAT(output_paths(targets), ElementsAre("", "out/1-b.jpg"));
  EXPECT_THAT(targets.unknown, ElementsAre(0));
}

TEST(Targets, HashInThePathIsOfContentAndRecipeTogether) {
  const Manifest manifest =
      simple_manifest("{hash}.{ext}", R"({"name": "a", "width": 8}, {"name": "b", "width": 9}, {"name": "c", "width": 8,
                                      "format": "png"})");
  SourceList list = found(manifest, {"in/1.png", "in/2.png"});
  EXPECT_THAT(make_targets(manifest, list, {}).unknown, ElementsAre(0, 1));
  list.sources[0].hash = hash_of("one");
  list.sources[1].hash = hash_of("two");
  const Paths paths = output_paths(make_targets(manifest, list, {}));
  ASSERT_THAT(paths, SizeIs(6));
  for (const std::string& path : paths) {
    EXPECT_THAT(path, testing::MatchesRegex("out/[0-9a-f]+\\.(jpg|png)"));
    EXPECT_EQ(path.size(), std::string("out/").size() + 10 + 4);
    EXPECT_EQ(std::count(paths.begin(), paths.end(), path), 1) << path;
  }
  EXPECT_EQ(output_paths(make_targets(manifest, list, {})), paths);
}

TEST(Targets, ContentsAreRecalledOnlyByATrustedEqualSignature) {
  struct Case {
    std::string name;
    StatData stat_data;
    bool trusted;
    StatMode mode;
    bool recalled;
    bool trusted_mtime = false;
  };
  const StatData now = stat_data_of(8);
  const auto with = [&](auto change) {
    StatData stat_data = now;
    change(stat_data);
    return stat_data;
  };
  const Case cases[] = {
      {"equal", now, true, StatMode::full, true},
      {"not trusted", now, false, StatMode::full, false},
      {"size", with([](StatData& s) { ++s.size; }), true, StatMode::full, false},
      {"later mtime", with([](StatData& s) { ++s.mtime_ns; }), true, StatMode::full, false},
      {"earlier mtime", with([](StatData& s) { --s.mtime_ns; }), true, StatMode::full, false},
      {"ctime", with([](StatData& s) { ++s.ctime_ns; }), true, StatMode::full, false},
      {"inode", with([](StatData& s) { ++s.inode; }), true, StatMode::full, false},
      {"minimal: ctime", with([](StatData& s) { ++s.ctime_ns; }), true, StatMode::minimal, true},
      {"minimal: inode", with([](StatData& s) { ++s.inode; }), true, StatMode::minimal, true},
      {"minimal: size", with([](StatData& s) { ++s.size; }), true, StatMode::minimal, false},
      {"minimal: mtime", with([](StatData& s) { --s.mtime_ns; }), true, StatMode::minimal, false},
      {"minimal, not trusted", now, false, StatMode::minimal, false},
      {"its mtime alone is trusted", now, false, StatMode::full, false, true},
      {"minimal, its mtime alone is trusted", now, false, StatMode::minimal, true, true},
  };
  const Manifest manifest = simple_manifest();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    SourceList list = found(manifest, {"in/a.png", "in/b.png", "in/c.png"});
    Records rows;
    rows.sources = {{"in/a.pn", now, true, hash_of("other"), "gif"},
                    {"in/b.png", c.stat_data, c.trusted, hash_of("b"), "png", c.trusted_mtime},
                    {"in/z.png", now, true, hash_of("other"), "gif"}};
    recall_contents(list, rows, c.mode);
    EXPECT_FALSE(list.sources[0].hash);
    EXPECT_EQ(list.sources[1].hash.has_value(), c.recalled);
    EXPECT_EQ(list.sources[1].format.has_value(), c.recalled);
    EXPECT_FALSE(list.sources[2].hash);
  }
}

}  // namespace
}  // namespace thumbs
