// Watermarks as evidence: what is read of them, and what they make stale.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/world.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view k_marked = R"({"sets": [{"name": "s", "source": "in", "output": "out", "variants": [
  {"name": "a", "width": 16, "format": "png", "watermark": {"file": "brand/mark.png"}},
  {"name": "b", "width": 8, "format": "png"}]}]})";

class Watermarks : public testing::Test {
 protected:
  Watermarks() {
    world.disk.put("brand/mark.png", picture(9, 12, 6));
    world.add_pictures();
    first = world.run();
    world.disk.tick(World::k_hour);
  }

  std::string refused() {
    try {
      world.run();
    } catch (const ManifestError& error) {
      return error.what();
    }
    return "";
  }

  World world{k_marked};
  Report first;
};

TEST_F(Watermarks, AreReadOnceAndThenOnlyLookedAt) {
  EXPECT_EQ(first.summary.built, 6U);
  EXPECT_EQ(first.summary.hashed, 4U);
  const Report second = world.run();
  EXPECT_THAT(lines(second), IsEmpty());
  EXPECT_EQ(second.summary.hashed, 0U);
  EXPECT_EQ(second.summary.fresh, 6U);
}

TEST_F(Watermarks, TouchedTheyAreHashedOnceMore) {
  world.disk.put("brand/mark.png", picture(9, 12, 6));
  world.disk.tick(World::k_hour);
  for (const std::uint64_t hashed : {1U, 0U}) {
    const Report report = world.run();
    EXPECT_THAT(lines(report), IsEmpty());
    EXPECT_EQ(report.summary.hashed, hashed);
  }
}

TEST_F(Watermarks, ChangedTheyMakeStaleWhatUsesThem) {
  world.disk.put("brand/mark.png", picture(8, 12, 6));
  world.disk.tick(World::k_hour);
  EXPECT_THAT(lines(world.run()),
              ElementsAre("out/one-a.png: built recipe-changed", "out/sub/three-a.png: built recipe-changed",
                          "out/two-a.png: built recipe-changed"));
  World clean(k_marked);
  clean.disk.put("brand/mark.png", picture(8, 12, 6));
  clean.add_pictures();
  clean.run();
  EXPECT_EQ(outputs(world), outputs(clean));
}

TEST_F(Watermarks, OneThatNothingUsesAnyMoreIsForgotten) {
  world.set_manifest(k_two_variants);
  world.run();
  world.disk.tick(World::k_hour);
  world.disk.put("in/one.png", picture(5, 60));  // so that there is something to commit
  world.run();
  EXPECT_EQ(world.cache->stats().sources, 3U);
}

TEST_F(Watermarks, ABrokenOneIsNoticedWhereItIsNeeded) {
  world.disk.put("brand/mark.png", "no picture");
  world.disk.tick(World::k_hour);
  const auto before = outputs(world);
  EXPECT_THAT(refused(),
              HasSubstr("/sets/0/variants/0/watermark/file: the watermark \"brand/mark.png\" cannot be used: "));
  world.disk.erase("brand/mark.png");
  EXPECT_THAT(refused(), HasSubstr("does not exist: put a picture there, or change \"file\""));
  EXPECT_EQ(outputs(world), before);
}

TEST_F(Watermarks, AmongThePicturesTheyAreNoSources) {
  World beside(R"({"sets": [{"name": "s", "source": "in", "output": "out", "variants": [
    {"name": "a", "width": 16, "watermark": {"file": "in/mark.png"}}]}]})");
  beside.disk.put("in/mark.png", picture(9, 12, 6));
  beside.disk.put("in/one.png", picture(1));
  beside.disk.tick(World::k_hour);
  EXPECT_THAT(lines(beside.run()), ElementsAre("out/one-a.jpg: built new"));
  beside.disk.tick(World::k_hour);
  EXPECT_EQ(beside.run().summary.fresh, 1U);
}

}  // namespace
}  // namespace thumbs
