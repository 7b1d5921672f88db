// Ladders and overrides: what a manifest in a file or in code comes to.
#include "manifest/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "manifest/overrides.h"
#include "manifest/recipe.h"
#include "manifest/unsupported.h"
#include "unit/manifest/faults.h"

namespace thumbs::manifest {
namespace {

using testing::ElementsAre;

Manifest in_code(Variant variant) {
  Manifest manifest;
  manifest.folder = "/site";
  Set& set = manifest.sets.emplace_back();
  set.source = "in";
  set.output = "out";
  set.variants.push_back(std::move(variant));
  return manifest;
}

Manifest in_file(const std::string& variant, const std::string& top = "") {
  return parse_manifest("{" + top + R"("sets": [{"source": "in", "output": "out", "variants": [)" + variant + "]}]}",
                        "m.json", "/site");
}

/// "NAME WIDTHxHEIGHT format POINTER" of each variant.
std::vector<std::string> lines_of(const Manifest& manifest) {
  std::vector<std::string> lines;
  for (const Variant& v : manifest.sets[0].variants)
    lines.push_back(v.name + " " + std::to_string(v.width.value_or(0)) + "x" + std::to_string(v.height.value_or(0)) +
                    " " + std::string(name_of(v.format)) + " " + v.statement.pointer);
  return lines;
}

std::vector<std::string> faults_of(const Manifest& manifest) {
  try {
    normalised(manifest);
    return {};
  } catch (const ManifestError& error) {
    std::vector<std::string> texts;
    for (const Diagnostic& fault : error.diagnostics()) texts.push_back(fault.pointer + ": " + fault.message);
    return texts;
  }
}

TEST(Ladder, StandsForAVariantForEachPair) {
  EXPECT_THAT(lines_of(in_file(R"({"name": "x", "width": 9},
                                  {"name": "a", "widths": [100, 150], "formats": ["avif", "jpeg"]})")),
              ElementsAre("x 9x0 jpeg /sets/0/variants/0", "a-100 100x0 avif /sets/0/variants/1",
                          "a-100 100x0 jpeg /sets/0/variants/1", "a-150 150x0 avif /sets/0/variants/1",
                          "a-150 150x0 jpeg /sets/0/variants/1"));
}

TEST(Ladder, ScalesItsHeightWithTheFirstWidthHalfUp) {
  EXPECT_THAT(lines_of(in_file(R"({"name": "a", "widths": [2, 3, 5], "height": 3})")),
              ElementsAre("a-2 2x3 jpeg /sets/0/variants/0", "a-3 3x5 jpeg /sets/0/variants/0",
                          "a-5 5x8 jpeg /sets/0/variants/0"));
}

TEST(Ladder, AVariantsOwnKeyTakesThePlaceOfTheDefaultsList) {
  const std::string defaults = R"("defaults": {"widths": [1, 2], "formats": ["png", "webp"]},)";
  EXPECT_THAT(lines_of(in_file(R"({"name": "a", "width": 9, "format": "jpeg"})", defaults)),
              ElementsAre("a 9x0 jpeg /sets/0/variants/0"));
  EXPECT_THAT(lines_of(in_file(R"({"name": "a", "widths": [3]})", R"("defaults": {"width": 9},)")),
              ElementsAre("a-3 3x0 jpeg /sets/0/variants/0"));
}

TEST(Ladder, InCodeIsThatOfAFileAndNormalisedOnce) {
  Variant stated;
  stated.name = "a";
  stated.widths = {4, 8};
  stated.height = 3;
  stated.formats = {OutputFormat::png, OutputFormat::jpeg};
  const Manifest once = normalised(in_code(stated));
  EXPECT_EQ(once.sets[0].variants,
            in_file(R"({"name": "a", "widths": [4, 8], "height": 3, "formats": ["png", "jpeg"]})").sets[0].variants);
  EXPECT_EQ(normalised(once).sets[0].variants, once.sets[0].variants);
}

TEST(Ladder, FaultsInCodeAreToldAsThoseOfAFile) {
  Variant stated;
  stated.name = "a";
  stated.width = 1;
  stated.widths = {4, 0, 4, 70000};
  stated.formats = {OutputFormat::png, OutputFormat::png};
  EXPECT_THAT(faults_of(in_code(stated)),
              ElementsAre("/sets/0/variants/0: \"width\" and \"widths\" cannot be combined: remove one",
                          "/sets/0/variants/0/widths/1: is 0; must be a whole number from 1 to 65535",
                          "/sets/0/variants/0/widths/3: is 70000; must be a whole number from 1 to 65535",
                          "/sets/0/variants/0/formats/1: \"png\" is in the list already: remove one"));
}

TEST(Ladder, NamesThatMeetAreRefused) {
  EXPECT_THAT(texts_of(manifest::faults_of(
                  R"({"sets": [{"source": "i", "output": "o", "variants": [{"name": "a", "widths": [1, 2]},
{"name": "a-2", "width": 3}]}]})")),
              ElementsAre("m.json:2:10: /sets/0/variants/1/name: variant name \"a-2\" is already used by "
                          "/sets/0/variants/0"));
}

TEST(Ladder, AFormatThatIsLeftOutOfTheBuildIsToldAtItsItem) {
  const Manifest manifest = in_file(R"({"name": "a", "width": 1, "formats": ["jpeg", "avif"]})");
  const std::vector<Diagnostic> gaps = unsupported_by(manifest, {.webp = true, .avif = false});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].pointer, "/sets/0/variants/0/formats/1");
}

TEST(Override, KnowsEachKeyOfAVariant) {
  const auto schema = nlohmann::json::parse(manifest_schema());
  int checked = 0;
  for (const auto& [key, value] : schema["$defs"]["settings"]["properties"].items()) {
    const bool list = key == "widths" || key == "formats";
    EXPECT_EQ(fault_of_override_key(key).has_value(), list) << key;
    ++checked;
  }
  EXPECT_GT(checked, 20);
}

TEST(Override, ChangesWhatItsKeysNameAndNothingElse) {
  Variant variant;
  variant.name = "a";
  variant.width = 5;
  Override change{"*", {"quality", "width"}, {}};
  change.settings.quality = 3;
  change.settings.width = 9;
  change.settings.effort = 0;
  apply(change, variant);
  EXPECT_EQ(variant.quality, 3);
  EXPECT_EQ(variant.width, 9);
  EXPECT_EQ(variant.effort, 4);
  EXPECT_EQ(variant.name, "a");
}

TEST(Override, FaultsInCodeAreToldAsThoseOfAFile) {
  Variant variant;
  variant.name = "a";
  variant.width = 1;
  Manifest manifest = in_code(variant);
  Override change{"x/[a", {"qualty", "name"}, {}};
  change.settings.quality = 0;
  manifest.sets[0].overrides = {change};
  const std::vector<std::string> faults = faults_of(manifest);
  EXPECT_THAT(faults, ElementsAre(testing::StartsWith("/sets/0/overrides/x~1[a: malformed glob"),
                                  "/sets/0/overrides/x~1[a/qualty: unknown key \"qualty\": did you mean \"quality\"?",
                                  "/sets/0/overrides/x~1[a/name: \"name\" cannot be overridden: it decides which "
                                  "outputs a source has",
                                  "/sets/0/overrides/x~1[a/quality: is 0; must be a whole number from 1 to 100"));
}

}  // namespace
}  // namespace thumbs::manifest
