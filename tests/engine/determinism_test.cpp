// The law: an output's bytes follow from its source's bytes and its own recipe, whatever the workers, the order, the
// siblings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/runs.h"
#include "support/pictures.h"

namespace thumbs {
namespace {

using testing::SizeIs;

constexpr std::string_view k_many_variants = R"({"sets": [{"source": "in", "output": "out", "variants": [
  {"name": "tiny", "width": 12},
  {"name": "small", "width": 40, "height": 40, "fit": "cover"},
  {"name": "box", "width": 64, "height": 64, "fit": "contain", "format": "png"},
  {"name": "fine", "width": 100, "quality": 95, "kernel": "mitchell"},
  {"name": "point", "width": 40, "height": 40, "fit": "cover", "focus": "20,90"},
  {"name": "cut", "width": 30, "trim": true},
  {"name": "held", "width": 50, "height": 50, "fit": "cover", "trim": {"threshold": 20, "margin": 5}, "format": "png"},
  {"name": "near", "width": 33, "kernel": "nearest", "format": "png"},
  {"name": "whole", "width": 4000, "progressive": true}]}]})";

constexpr std::size_t k_pictures = 8;
constexpr std::size_t k_outputs = 9 * k_pictures;

std::string text_of(const test::Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Photographs in small: JPEGs of several samplings, progressive ones, turned ones, PNGs with and without alpha.
std::vector<std::string> pictures() {
  std::vector<std::string> found;
  for (unsigned seed = 0; seed < 3; ++seed) {
    test::JpegRecipe recipe{.width = 301, .height = 203, .sampling = {{2, 2}, {1, 1}, {1, 1}}};
    recipe.progressive = seed == 1;
    if (seed == 2) recipe.app1 = {test::exif_segment(6)};
    found.push_back(text_of(test::make_jpeg(recipe, test::texture(seed))));
  }
  found.push_back(text_of(test::make_jpeg({.width = 170, .height = 411, .space = JCS_GRAYSCALE}, test::texture(7))));
  found.push_back(text_of(test::make_png(90, 71, test::texture(4))));
  found.push_back(text_of(test::make_png(140, 60, test::texture(5), true)));
  const auto product = [](int c, double x, double y) {
    return x > 80 && x < 200 && y > 50 && y < 120 ? test::texture(6)(c, x, y) / 2 : 250.0;
  };
  found.push_back(text_of(test::make_jpeg({.width = 301, .height = 203, .app1 = {test::exif_segment(8)}}, product)));
  found.push_back(text_of(test::make_png(210, 140, product)));
  return found;
}

void add_pictures(World& world) {
  int number = 0;
  for (const std::string& bytes : pictures()) world.disk.put("in/" + std::to_string(number++), bytes);
  world.disk.tick(World::k_hour);
}

std::string manifest_of(std::string_view text) {
  std::string with_include(text);
  const std::string_view key = R"("output":)";
  return with_include.insert(with_include.find(key), R"("include": ["**"], )");
}

TEST(Determinism, AnyNumberOfWorkersMakesTheSameBytes) {
  std::map<std::string, std::string> expected;
  for (const int jobs : {1, 2, 8, 2}) {
    SCOPED_TRACE(jobs);
    World world(manifest_of(k_many_variants));
    add_pictures(world);
    const Report report = run_with(world, *world.cache, jobs);
    EXPECT_EQ(report.summary.built, k_outputs);
    if (expected.empty()) expected = digests(world);
    EXPECT_EQ(digests(world), expected);
  }
}

TEST(Determinism, ATinyMemoryBudgetMakesTheSameBytes) {
  World roomy(manifest_of(k_many_variants));
  add_pictures(roomy);
  roomy.run();
  World tight(manifest_of(k_many_variants));
  add_pictures(tight);
  Options options;
  options.memory = 1;
  EXPECT_EQ(run_with(tight, *tight.cache, 8, options).summary.built, k_outputs);
  EXPECT_EQ(digests(tight), digests(roomy));
}

TEST(Determinism, NamesAndOrderDoNotMatter) {
  World forwards(manifest_of(k_many_variants));
  World backwards(manifest_of(k_many_variants));
  const std::vector<std::string> all = pictures();
  const auto name = [&](std::size_t i) { return std::string(1, static_cast<char>('a' + i)); };
  const auto mirrored = [&](std::size_t i) { return "z/" + name(all.size() - 1 - i); };
  for (std::size_t i = 0; i < all.size(); ++i) {
    forwards.disk.put("in/" + name(i), all[i]);
    backwards.disk.put("in/" + mirrored(i), all[i]);
  }
  forwards.run();
  backwards.run();
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const Variant& variant : forwards.manifest.sets[0].variants) {
      const std::string ext = variant.format == OutputFormat::png ? ".png" : ".jpg";
      const std::string path = "out/" + name(i) + "-" + variant.name + ext;
      SCOPED_TRACE(path);
      ASSERT_TRUE(forwards.disk.text(path));
      EXPECT_EQ(forwards.disk.text(path), backwards.disk.text("out/" + mirrored(i) + "-" + variant.name + ext));
    }
}

TEST(Determinism, AVariantIsTheSameAloneAndAmongSiblings) {
  World family(manifest_of(k_many_variants));
  add_pictures(family);
  family.run();
  const auto expected = digests(family);
  for (const Variant& variant : family.manifest.sets[0].variants) {
    SCOPED_TRACE(variant.name);
    World alone(manifest_of(k_many_variants));
    alone.manifest.sets[0].variants = {variant};
    add_pictures(alone);
    alone.run();
    const auto made = digests(alone);
    EXPECT_THAT(made, SizeIs(k_pictures));
    for (const auto& [path, digest] : made) EXPECT_EQ(digest, expected.at(path)) << path;
  }
}

TEST(Determinism, VariantsAddedOneByOneEqualThoseMadeAtOnce) {
  World at_once(manifest_of(k_many_variants));
  add_pictures(at_once);
  at_once.run();
  World grown(manifest_of(k_many_variants));
  add_pictures(grown);
  const std::vector<Variant> all = grown.manifest.sets[0].variants;
  for (std::size_t count = 1; count <= all.size(); ++count) {
    grown.manifest.sets[0].variants.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    EXPECT_EQ(grown.run().summary.built, k_pictures);
    grown.disk.tick(World::k_hour);
  }
  EXPECT_EQ(digests(grown), digests(at_once));
}

TEST(Determinism, ARebuiltOutputEqualsTheOneThatWasThere) {
  World world(manifest_of(k_many_variants));
  add_pictures(world);
  world.run();
  const auto expected = digests(world);
  for (const auto& [path, digest] : expected) {
    world.disk.erase(path);
    EXPECT_EQ(world.run().summary.built, 1U) << path;
    EXPECT_EQ(hash_text(world.disk.text(path).value_or("")).hex(), digest) << path;
  }
  Options force;
  force.force = true;
  EXPECT_EQ(world.run(force).summary.built, k_outputs);
  EXPECT_EQ(digests(world), expected);
}

}  // namespace
}  // namespace thumbs
