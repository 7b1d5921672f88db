// Files that a former build made and no rule makes: what is removed when asked, what is forgotten, what is left alone.
#include "plan/orphans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts.h"
#include "path/path.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "in/1.png" is there; "in/0.png" is gone, and its output is row 0.
Facts with_orphan() {
  Facts facts({"in/1.png"});
  facts.rows.outputs.push_back(output_row("out/0-a.jpg", "in/0.png", "in/0.png"));
  facts.rows.sources.push_back({"in/0.png", stat_data_of(1), true, hash_of("in/0.png"), "png"});
  return facts;
}

Orphans orphans_of(const Facts& facts, bool considered = true) {
  return find_orphans(facts.targets, facts.rows, facts.matching,
                      std::vector<bool>(facts.rows.outputs.size(), considered), facts.outputs.stats);
}

TEST(Orphans, AreRowsThatNoTargetClaimsAndWhoseFileStands) {
  Facts facts = with_orphan();
  facts.settle();
  EXPECT_THAT(orphans_of(facts).rows, ElementsAre(0));
  EXPECT_THAT(orphans_of(facts).forget, IsEmpty());
}

TEST(Orphans, AFileThatIsGoneIsForgotten) {
  Facts facts = with_orphan();
  facts.settle();
  facts.stat("out/0-a.jpg") = {};
  EXPECT_THAT(orphans_of(facts).rows, IsEmpty());
  EXPECT_THAT(orphans_of(facts).forget, ElementsAre(0));
}

TEST(Orphans, WhatWasNeverMadeIsForgotten) {
  Facts facts = with_orphan();
  facts.row("out/0-a.jpg").made = false;
  facts.settle();
  EXPECT_THAT(orphans_of(facts).rows, IsEmpty());
  EXPECT_THAT(orphans_of(facts).forget, ElementsAre(0));
}

TEST(Orphans, WhatIsASourceNowIsForgottenAndNeverRemoved) {
  Facts facts({"in/1.png"});
  facts.rows.outputs.push_back(output_row("in/1.png", "old/1.png", "x"));
  facts.settle();
  EXPECT_THAT(orphans_of(facts).rows, IsEmpty());
  EXPECT_THAT(orphans_of(facts).forget, ElementsAre(0));
}

TEST(Orphans, WhatIsASourceUnderAnotherNameIsForgottenAndNeverRemoved) {
  Facts facts = with_orphan();
  facts.settle();
  facts.stat("out/0-a.jpg").stat_data = facts.source("in/1.png").stat_data;  // a link stands where "out" was
  EXPECT_THAT(orphans_of(facts).rows, IsEmpty());
  EXPECT_THAT(orphans_of(facts).forget, ElementsAre(0));
}

TEST(OwnedRows, AreMadeStandAndAreNoSources) {
  Facts facts({"in/1.png", "in/2.png", "in/3.png"});
  facts.settle();
  const auto owned = [&] {
    return owned_rows(facts.targets, facts.rows, std::vector<bool>(facts.rows.outputs.size(), true),
                      facts.outputs.stats);
  };
  EXPECT_THAT(owned(), ElementsAre(0, 1, 2));
  facts.stat("out/1-a.jpg") = {};
  facts.stat("out/2-a.jpg").stat_data = facts.source("in/2.png").stat_data;
  EXPECT_THAT(owned(), ElementsAre(2));
  facts.row("out/3-a.jpg").made = false;
  EXPECT_THAT(owned(), IsEmpty());
}

TEST(Orphans, OutsideOfWhatIsConsideredNothingIsTouched) {
  Facts facts = with_orphan();
  facts.settle();
  EXPECT_THAT(orphans_of(facts, false).rows, IsEmpty());
  EXPECT_THAT(orphans_of(facts, false).forget, IsEmpty());
}

TEST(IsAtOrBelow, KnowsFoldersFromNames) {
  struct Case {
    std::string path, folder;
    bool below;
  };
  const Case cases[] = {
      {"a/b", "a", true},       {"a", "a", true},    {"ab", "a", false},   {"a", "a/b", false},
      {"a/b/c", "a/b", true},   {"a", "", true},     {"a/b", "", true},    {"", "", true},
      {"..", "", false},        {"../a", "", false}, {"..a", "", true},    {"../a/b", "../a", true},
      {"../ab", "../a", false}, {"/a", "", false},   {"/a/b", "/a", true},
  };
  for (const Case& c : cases) EXPECT_EQ(is_at_or_below(c.path, c.folder), c.below) << c.path << " in " << c.folder;
}

TEST(EmptiedSets, AreThoseThatHadSourcesAndHaveNone) {
  const Manifest manifest = manifest_of(R"({"sets": [
      {"source": "x", "output": "out", "variants": [{"name": "a", "width": 8}]},
      {"source": "y", "output": "out", "variants": [{"name": "b", "width": 8}]},
      {"source": "z", "output": "out", "variants": [{"name": "c", "width": 8}]}]})");
  Facts facts({"y/1.png"}, manifest);
  facts.rows.outputs.push_back(output_row("out/0-a.jpg", "x/sub/0.png", "x"));
  facts.rows.outputs.push_back(output_row("out/0-b.jpg", "y/0.png", "x"));
  facts.settle();
  const std::vector<std::uint32_t> orphans = orphans_of(facts).rows;
  EXPECT_THAT(orphans, ElementsAre(0, 1));
  EXPECT_THAT(emptied_sets(manifest, facts.targets, facts.rows, orphans), ElementsAre(0))
      << "y still has a source, z never had one";
  EXPECT_THAT(emptied_sets(manifest, facts.targets, facts.rows, {1}), IsEmpty());
}

TEST(EmptiedSets, AreToldFromOthersOfTheSameFolderByTheirPatterns) {
  const Manifest manifest = manifest_of(R"({"sets": [
      {"source": "in", "include": ["**/*.png"], "output": "x", "variants": [{"name": "a", "width": 8}]},
      {"source": "in/sub", "include": ["**/*.webp"], "output": "y", "variants": [{"name": "a", "width": 8}]}]})");
  for (const auto& [lost, emptied] : {std::pair("in/sub/0.png", 0U), std::pair("in/sub/0.jpg", 1U)}) {
    Facts facts({"in/1.png"}, manifest);
    facts.rows.outputs.push_back(output_row("x/0-a.jpg", lost, "x"));
    facts.settle();
    EXPECT_EQ(emptied_sets(manifest, facts.targets, facts.rows, orphans_of(facts).rows).size(), emptied)
        << lost << ": the second set never had a png, but a jpg may be from before its include was edited";
  }
}

TEST(ForgettableSources, AreGoneAndNamedByNoRowThatStays) {
  Facts facts = with_orphan();
  facts.settle();
  const auto names = [&](const std::vector<std::uint32_t>& forgotten, const std::vector<std::string>& unlistable) {
    return forgettable_sources(facts.targets, facts.rows, forgotten, unlistable);
  };
  EXPECT_THAT(names({}, {}), IsEmpty()) << "an orphan that stays needs its source's row";
  EXPECT_THAT(names({0}, {}), ElementsAre("in/0.png"));
  EXPECT_THAT(names({0}, {"in"}), IsEmpty()) << "nothing below a folder that cannot be listed counts as deleted";
  EXPECT_THAT(names({0}, {""}), IsEmpty());
  EXPECT_THAT(names({0}, {"i"}), ElementsAre("in/0.png"));
}

}  // namespace
}  // namespace thumbs
