// Defaults have one home: what the schema states, what a manifest leaves out, what code leaves alone are the same.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "manifest/recipe.h"
#include "thumbs/manifest.h"

namespace thumbs::manifest {
namespace {

using Json = nlohmann::ordered_json;

constexpr PictureFormat k_formats[] = {PictureFormat::jpeg, PictureFormat::png, PictureFormat::webp,
                                       PictureFormat::avif};

Json least() {
  return Json::parse(R"({"sets": [{"source": "in", "output": "out", "variants": [{"name": "a", "width": 9}]}]})");
}

Manifest parsed(const Json& document) { return parse_manifest(document.dump(), "thumbs.json", "/project"); }

/// All that a manifest comes to, as lines.
std::vector<std::string> meaning_of(const Manifest& manifest) {
  std::vector<std::string> lines = {manifest.cache, manifest.lock.value_or("-"), manifest.index.value_or("-"),
                                    manifest.url_base.value_or("-"),
                                    manifest.stat == StatMode::full ? "full" : "minimal"};
  const Limits& limits = manifest.limits;
  lines.push_back(std::to_string(limits.input_pixels) + " " + std::to_string(limits.input_bytes) + " " +
                  std::to_string(limits.memory.value_or(~std::uint64_t{0})) + " " + std::to_string(limits.seconds));
  for (const Set& set : manifest.sets) {
    lines.insert(lines.end(), {set.name, set.source, set.output, set.path, set.follow_symlinks ? "follows" : "-"});
    for (const auto* globs : {&set.include, &set.exclude}) {
      lines.insert(lines.end(), globs->begin(), globs->end());
      lines.emplace_back("end");
    }
    for (const Variant& variant : set.variants) {
      lines.push_back(variant.name + " " + std::to_string(static_cast<int>(variant.format)));
      for (const PictureFormat format : k_formats) {
        for (const Fit fit : {variant.fit, Fit::contain}) {  // shows position and background too
          Variant shown = variant;
          shown.fit = fit;
          lines.push_back(resolve(shown, format).text);
        }
      }
    }
  }
  return lines;
}

TEST(Defaults, OfAManifestInCodeAreThoseOfAFile) {
  Manifest manifest;
  manifest.folder = "/project";
  manifest.sets.emplace_back();
  manifest.sets[0].source = "in";
  manifest.sets[0].output = "out";
  manifest.sets[0].variants.emplace_back();
  manifest.sets[0].variants[0].name = "a";
  manifest.sets[0].variants[0].width = 9;
  const Manifest file = parsed(least());
  const Manifest code = normalised(manifest);
  EXPECT_EQ(meaning_of(code), meaning_of(file));
  EXPECT_EQ(code.file, file.file);
  EXPECT_EQ(code.path, file.path);
}

TEST(Defaults, OfTheSchemaAreThoseOfTheParser) {
  const Json schema = Json::parse(manifest_schema());
  const std::vector<std::string> expected = meaning_of(parsed(least()));
  const struct {
    const char* properties;  // in the schema
    const char* place;       // in a manifest
  } objects[] = {{"/properties", ""},
                 {"/$defs/limits/properties", "/limits"},
                 {"/$defs/set/properties", "/sets/0"},
                 {"/$defs/settings/properties", "/sets/0/variants/0"}};
  int stated = 0;
  for (const auto& object : objects) {
    for (const auto& [key, property] : schema.at(Json::json_pointer(object.properties)).items()) {
      if (!property.contains("default")) continue;
      SCOPED_TRACE(std::string(object.place) + "/" + key);
      Json document = least();
      document[Json::json_pointer(object.place)][key] = property["default"];
      EXPECT_EQ(meaning_of(parsed(document)), expected);
      ++stated;
    }
  }
  EXPECT_GE(stated, 20);
}

TEST(Defaults, WhatAFormatImpliesIsTheSameSpelledOut) {
  for (const PictureFormat format : k_formats) {
    SCOPED_TRACE(extension(format));
    for (const std::optional<int> quality : {std::optional<int>(), std::optional<int>(90)}) {
      Variant open;
      open.width = 9;
      open.quality = quality;
      const ResolvedVariant filled(open, format);
      Variant stated = open;
      stated.quality = filled.quality;
      stated.chroma_subsampling = filled.chroma_subsampling;
      stated.background = filled.background;
      EXPECT_EQ(resolve(stated, format).text, resolve(open, format).text);
    }
  }
}

TEST(ResolvedVariant, OfTheFormatSourceNeedsTheSource) {
  Variant variant;
  variant.width = 9;
  variant.format = OutputFormat::source;
  EXPECT_THROW(ResolvedVariant{variant}, Error);
  EXPECT_EQ(ResolvedVariant(variant, PictureFormat::avif).format, PictureFormat::avif);
  variant.format = OutputFormat::webp;
  EXPECT_EQ(ResolvedVariant(variant).format, PictureFormat::webp);
}

}  // namespace
}  // namespace thumbs::manifest
