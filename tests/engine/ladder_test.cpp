// Ladders, overrides and selections in whole runs: what is made, and which files were read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/world.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string ladder(const std::string& widths, const std::string& set = "") {
  return R"({"sets": [{"name": "s", "source": "in", "output": "out", )" + set + R"("variants": [
    {"name": "a", "format": "png", "widths": [)" +
         widths + "]}]}]}";
}

TEST(LadderRuns, AnAddedWidthIsBuiltAloneARemovedOneIsAnOrphan) {
  World world(ladder("8, 16"));
  world.disk.put("in/one.png", picture(1));
  world.disk.tick(World::k_hour);
  world.run();
  world.set_manifest(ladder("8, 12, 16"));
  EXPECT_THAT(lines(world.run()), ElementsAre("out/one-a-12.png: built new"));
  world.set_manifest(ladder("8, 12"));
  EXPECT_THAT(lines(world.run()), ElementsAre("out/one-a-16.png: orphan orphan"));
}

// A picture of 48×32.
const std::string k_wide = ladder("16, 48, 64, 96");

TEST(LadderRuns, AWidthBeyondThePictureIsMadeOnce) {
  World world(k_wide);
  world.disk.put("in/one.png", picture(1));
  world.disk.put("in/two.png", picture(2, 60));
  world.disk.tick(World::k_hour);
  const Report report = world.run();
  EXPECT_THAT(lines(report),
              ElementsAre("out/one-a-16.png: built new", "out/one-a-48.png: built new", "out/two-a-16.png: built new",
                          "out/two-a-48.png: built new", "out/two-a-64.png: built new"));
  EXPECT_EQ(report.items[4].width, 60);
  EXPECT_EQ(report.summary.outputs, 5u);
}

TEST(LadderRuns, ALaterRunOpensNothingToKnowWhatWasLeftOut) {
  World world(k_wide);
  world.disk.put("in/one.png", picture(1));
  world.disk.tick(World::k_hour);
  world.run();
  const Report report = world.run();
  EXPECT_THAT(lines(report), IsEmpty());
  EXPECT_EQ(report.summary.fresh, 2u);
  EXPECT_EQ(report.summary.hashed, 0u);
  EXPECT_THAT(world.disk.reads(), IsEmpty());
}

TEST(LadderRuns, WhatIsLeftOutNowIsAnOrphanIfItWasMadeBefore) {
  World world(k_wide);
  world.disk.put("in/one.png", picture(1, 200));
  world.disk.tick(World::k_hour);
  EXPECT_EQ(world.run().summary.built, 4u);
  world.disk.put("in/one.png", picture(1));
  EXPECT_THAT(lines(world.run()),
              ElementsAre("out/one-a-16.png: built source-changed", "out/one-a-48.png: built source-changed",
                          "out/one-a-64.png: orphan orphan", "out/one-a-96.png: orphan orphan"));
  world.disk.put("in/one.png", picture(3, 200));
  EXPECT_EQ(world.run().summary.built, 4u);
}

TEST(LadderRuns, NothingIsLeftOutThatDiffersOrCannotBeKnown) {
  const struct {
    const char* title;
    std::string settings, bytes;
    std::uint64_t outputs;
  } cases[] = {
      {"enlarged", R"("withoutEnlargement": false)", picture(1), 4},
      {"padded to the box", R"("fit": "contain", "height": 12)", picture(1), 4},
      {"a crop that is not yet all of the picture", R"("fit": "cover", "height": 4)", picture(1), 4},
      {"a crop that is", R"("fit": "cover", "height": 16)", picture(1), 2},
      {"stretched to its own height", R"("fit": "fill")", picture(1), 2},
      {"bound by its height", R"("height": 16)", picture(1, 32, 32), 2},
      {"cut to an unknown size", R"("trim": true)", picture(1), 4},
      {"no picture", R"("linear": false)", "no picture", 4},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.title);
    World world(R"({"sets": [{"source": "in", "output": "out", "variants": [{"name": "a", "format": "png",
      "widths": [16, 48, 64, 96], )" +
                c.settings + "}]}]}");
    world.disk.put("in/one.png", c.bytes);
    world.disk.tick(World::k_hour);
    EXPECT_EQ(world.run().summary.outputs, c.outputs);
    EXPECT_EQ(world.command(Command::check).summary.outputs, c.outputs);
  }
}

TEST(LadderRuns, AnOverrideMakesStaleWhatItChangesAlone) {
  World world(ladder("8"));
  world.add_pictures();
  world.run();
  world.set_manifest(ladder("8", R"("overrides": {"sub/*": {"kernel": "box"}, "one.png": {"quality": 3}},)"));
  const Report report = world.run();
  EXPECT_THAT(lines(report), ElementsAre("out/sub/three-a-8.png: built recipe-changed")) << "a PNG has no quality";
  EXPECT_EQ(report.summary.decoded, 1u);
  EXPECT_EQ(report.items[0].changes.size(), 1u);
  EXPECT_EQ(to_string(report.items[0].changes[0]), "kernel: lanczos3 → box");
  EXPECT_THAT(lines(world.run()), IsEmpty());
}

TEST(LadderRuns, ASelectionByNameReadsOnlyWhatItNeeds) {
  World world(k_two_variants);
  world.add_pictures();
  world.run();
  world.disk.put("in/one.png", picture(9));
  world.disk.erase("out/two-a.png");
  Options options;
  options.variants = {"b"};
  Report report = world.run(options);
  EXPECT_THAT(lines(report), ElementsAre("out/one-b.png: built source-changed"));
  EXPECT_EQ(report.summary.outputs, 3u);
  options.variants = {"a"};
  options.force = true;
  report = world.run(options);
  EXPECT_THAT(lines(report), ElementsAre("out/one-a.png: built forced", "out/sub/three-a.png: built forced",
                                         "out/two-a.png: built forced"));
  EXPECT_THAT(lines(world.run()), IsEmpty());
}

TEST(LadderRuns, ASelectionKeepsOrphansAndRecordsOutsideOfIt) {
  World world(k_two_variants);
  world.add_pictures();
  world.run();
  world.disk.erase("in/one.png");
  Options options;
  options.variants = {"b"};
  options.prune = true;
  EXPECT_THAT(lines(world.run(options)), ElementsAre("out/one-b.png: pruned orphan"));
  EXPECT_THAT(lines(world.run()), ElementsAre("out/one-a.png: orphan orphan"));
}

TEST(LadderRuns, ANameThatMatchesNothingIsRefused) {
  World world(k_two_variants);
  world.add_pictures();
  Options options;
  options.sets = {"z"};
  EXPECT_THROW(world.run(options), Error);
  EXPECT_THAT(world.disk.files("out"), IsEmpty());
}

TEST(LadderRuns, NoPathsAtAllMayMeanNothing) {
  World world(k_two_variants);
  world.add_pictures();
  Options options;
  options.only_paths = true;
  const Report report = world.run(options);
  EXPECT_EQ(report.summary.sources, 0u);
  EXPECT_THAT(world.disk.files("out"), IsEmpty());
}

}  // namespace
}  // namespace thumbs
