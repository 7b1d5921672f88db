// Tests the parser with the same cases as the schema (tests/schema_test.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "unit/manifest/faults.h"
#include "unit/manifest/source_tree.h"

namespace thumbs::manifest {
namespace {

using nlohmann::json;

std::string manifest_of(const json& entry) {
  if (entry.contains("text")) return entry["text"];
  json manifest =
      json::parse(R"({"sets": [{"source": "in", "output": "out", "variants": [{"name": "a", "width": 1}]}]})");
  json& set = manifest["sets"][0];
  if (entry.contains("variant")) set["variants"][0].update(entry["variant"]);
  if (entry.contains("set")) set.update(entry["set"]);
  if (entry.contains("top")) manifest.update(entry["top"]);
  return manifest.dump();
}

bool any_at(const std::vector<Diagnostic>& faults, const std::string& pointer) {
  return std::any_of(faults.begin(), faults.end(), [&](const Diagnostic& fault) { return fault.pointer == pointer; });
}

TEST(Cases, ParserAgreesWithTheList) {
  std::istringstream list(project_file("tests/unit/manifest/cases.jsonl"));
  int accepted = 0, rejected = 0;
  for (std::string line; std::getline(list, line);) {
    if (line.starts_with("//")) continue;
    const json entry = json::parse(line);
    SCOPED_TRACE(entry["name"].get<std::string>());
    const auto faults = faults_of(manifest_of(entry));
    EXPECT_EQ(faults.empty(), entry["accept"].get<bool>()) << testing::PrintToString(texts_of(faults));
    EXPECT_TRUE(!entry.contains("at") || any_at(faults, entry["at"])) << testing::PrintToString(texts_of(faults));
    ++(entry["accept"].get<bool>() ? accepted : rejected);
  }
  EXPECT_GT(accepted, 100);
  EXPECT_GT(rejected, 200);
}

TEST(Schema, IsEmbeddedByteForByte) { EXPECT_EQ(manifest_schema(), project_file("src/manifest/thumbs.schema.json")); }

TEST(Example, IsAManifestThatThisVersionCanBuild) {
  const Manifest manifest = parse_manifest(project_file("thumbs.json.example"), "thumbs.json.example", "/site");
  EXPECT_EQ(manifest.sets.size(), 2u);
  EXPECT_TRUE(unsupported(manifest).empty());
}

}  // namespace
}  // namespace thumbs::manifest
