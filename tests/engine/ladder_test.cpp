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
