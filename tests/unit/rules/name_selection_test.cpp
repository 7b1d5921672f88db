// --set and --variant: which rules and which records they mean.
#include "rules/name_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace thumbs::rules {
namespace {

using Names = std::vector<std::string>;

Manifest two_sets() {
  return manifest_of(R"({"sets": [
    {"name": "photos", "source": "in", "output": "out", "variants": [
      {"name": "card", "widths": [4, 8]}, {"name": "card-tall", "width": 2}]},
    {"name": "logos", "source": "in", "output": "lo", "variants": [{"name": "tile", "width": 2}]}]})");
}

/// "SET/VARIANT" of each that is meant.
Names meant(NameSelection& names, const Manifest& manifest) {
  Names found;
  for (const Set& set : manifest.sets)
    for (const Variant& variant : set.variants)
      if (names.matches(set, variant)) found.push_back(set.name + "/" + variant.name);
  return found;
}

TEST(NameSelection, MeansNamesGlobsAndLadders) {
  const struct {
    Names sets, variants, meant;
    std::string fault;
  } cases[] = {
      {{}, {}, {"photos/card-4", "photos/card-8", "photos/card-tall", "logos/tile"}, ""},
      {{"logos"}, {}, {"logos/tile"}, ""},
      {{"*o*"}, {"tile"}, {"logos/tile"}, ""},
      {{}, {"card"}, {"photos/card-4", "photos/card-8"}, ""},
      {{}, {"card-4"}, {"photos/card-4"}, ""},
      {{}, {"card-?"}, {"photos/card-4", "photos/card-8"}, ""},
      {{}, {"card-*"}, {"photos/card-4", "photos/card-8", "photos/card-tall"}, ""},
      {{}, {"{card-4,tile}"}, {"photos/card-4", "logos/tile"}, ""},
      {{}, {"tile", "card-8"}, {"photos/card-8", "logos/tile"}, ""},
      {{"logo"}, {}, {}, "set \"logo\" is not in thumbs.json: did you mean \"logos\"?"},
      {{}, {"crad"}, {}, "variant \"crad\" is not in thumbs.json: did you mean \"card\"?"},
      {{"logos"}, {"card"}, {}, "variant \"card\" is not in the sets that --set names: expected one of \"tile\""},
      {{},
       {"[a"},
       {},
       "variant \"[a\" is not in thumbs.json: expected one of \"card\", \"card-4\", \"card-8\", "
       "\"card-tall\", \"tile\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.sets) + testing::PrintToString(c.variants));
    const Manifest manifest = two_sets();
    NameSelection names(c.sets, c.variants);
    EXPECT_EQ(meant(names, manifest), c.meant);
    EXPECT_EQ(names.fault(manifest), c.fault);
  }
}

TEST(NameSelection, MeansRecordsByTheNameThatTheyHad) {
  const struct {
    Names sets, variants;
    cache::VariantName record;
    bool meant;
  } cases[] = {
      {{}, {}, {"", ""}, true},
      {{"photos"}, {}, {"photos", "gone"}, true},
      {{"photos"}, {}, {"logos", "tile"}, false},
      {{}, {"card"}, {"photos", "card-4"}, true},
      {{}, {"card"}, {"photos", "card-6"}, true},  // its width is not in the list any more
      {{}, {"card"}, {"photos", "card-tall"}, false},
      {{}, {"card"}, {"logos", "card-6"}, false},
      {{}, {"gone"}, {"photos", "gone"}, true},
      {{}, {"card"}, {"", ""}, false},  // nobody knows: it is left alone
      {{"photos"}, {}, {"", ""}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.sets) + testing::PrintToString(c.variants) + c.record.variant);
    const Manifest manifest = two_sets();
    NameSelection names(c.sets, c.variants);
    EXPECT_EQ(names.matches(manifest, c.record), c.meant);
  }
}

}  // namespace
}  // namespace thumbs::rules
