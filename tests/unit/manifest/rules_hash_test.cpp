// What counts as the same rules.
#include "manifest/rules_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace thumbs::manifest {
namespace {

Hash128 hash_of(const std::string& set, const std::string& top = "") {
  return rules_hash(normalised(parse_manifest("{" + top + "\"sets\": [{" + set + "}]}", "thumbs.json", "/p")));
}

std::string set_with(const std::string& more, const std::string& variant = R"("width": 8)") {
  return R"("source": "in", "output": "out", )" + more + R"("variants": [{ "name": "t", )" + variant + " }]";
}

TEST(RulesHash, IsThatOfWhatIsMadeAndHow) {
  const Hash128 plain = hash_of(set_with(""));
  for (const std::string& same :
       {set_with("\"name\": \"other\", "), set_with("// a comment\n"), set_with("", R"("width": 8, "quality": 80)"),
        set_with("\"followSymlinks\": false, ")})
    EXPECT_EQ(hash_of(same), plain) << same;
  EXPECT_EQ(hash_of(set_with(""), R"("lock": "x", "index": "y", "cache": "z", )"), plain);
  for (const std::string& other :
       {set_with("", R"("width": 9)"), set_with("", R"("height": 8)"), set_with("", R"("width": 8, "quality": 81)"),
        set_with("", R"("width": 8, "format": "source")"), set_with(R"("include": ["*.png"], )"),
        set_with(R"("exclude": ["*.png"], )"), set_with(R"("path": "{stem}.{ext}", )"),
        set_with("\"followSymlinks\": true, "), set_with(R"("overrides": { "a*": { "quality": 5 } }, )"),
        set_with(R"("overrides": { "b*": { "quality": 5 } }, )"),
        std::string(R"("source": "in2", "output": "out", "variants": [{ "name": "t", "width": 8 }])"),
        std::string(R"("source": "in", "output": "out", "variants": [{ "name": "u", "width": 8 }])")})
    EXPECT_NE(hash_of(other), plain) << other;
}

}  // namespace
}  // namespace thumbs::manifest
