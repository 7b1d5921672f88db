// Files that a former build made and no rule makes: what is removed when asked, what is no longer tracked, what is left
// alone.
#include "rules/orphans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts.h"
#include "path/path.h"

namespace thumbs::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Paths = std::vector<std::string>;

const std::string k_orphan = "out/0-a.jpg";

// "in/1.png" is there; "in/0.png" is gone, and its output is left.
Facts with_orphan() {
  Facts facts({"in/1.png"});
  facts.add_record(output_record(k_orphan, "in/0.png", "in/0.png"));
  facts.graph.records.sources.push_back({"in/0.png", stat_data_of(1), hash_of("in/0.png"), "png", true});
  return facts;
}

// What becomes of the outputs that no rule makes.
struct Found {
  Paths orphans;
  Paths untracked;
};

Found orphans_of(Facts& facts) {
  find_orphans(facts.graph);
  Found found;
  for (const graph::Output& output : facts.graph.leftovers) {
    if (output.orphan) found.orphans.emplace_back(output.path);
    if (output.untracked) found.untracked.emplace_back(output.path);
  }
  return found;
}

void expect(Facts& facts, const Paths& orphans, const Paths& untracked) {
  const Found found = orphans_of(facts);
  EXPECT_EQ(found.orphans, orphans);
  EXPECT_EQ(found.untracked, untracked);
  Paths left;
  for (const graph::Output* const output : orphans_left(facts.graph)) left.emplace_back(output->path);
  EXPECT_EQ(left, orphans);
}

TEST(Orphans, AreRecordedOutputsThatNoRuleMakesAndWhoseFileStands) {
  Facts facts = with_orphan();
  facts.settle();
  expect(facts, {k_orphan}, {});
}

TEST(Orphans, AFileThatIsGoneIsUntracked) {
  Facts facts = with_orphan();
  facts.settle();
  facts.remove_file(k_orphan);
  expect(facts, {}, {k_orphan});
}

TEST(Orphans, WhatWasNeverMadeIsUntracked) {
  Facts facts = with_orphan();
  facts.record(k_orphan).made = false;
  facts.settle();
  expect(facts, {}, {k_orphan});
}

TEST(Orphans, WhatIsASourceNowIsUntrackedAndNeverRemoved) {
  Facts facts({"in/1.png"});
  facts.add_record(output_record("in/1.png", "old/1.png", "x"));
  facts.settle();
  expect(facts, {}, {"in/1.png"});
}

TEST(Orphans, WhatIsASourceUnderAnotherNameIsUntrackedAndNeverRemoved) {
  Facts facts = with_orphan();
  facts.settle();
  facts.output(k_orphan).stat_data = facts.source("in/1.png").stat_data;  // a link stands where "out" was
  expect(facts, {}, {k_orphan});
}

TEST(Orphans, OutsideOfTheSelectionNothingIsTouched) {
  Facts facts = with_orphan();
  facts.settle().output(k_orphan).record_selected = false;
  expect(facts, {}, {});
}

TEST(Orphans, WhereTheSourceCannotBeListedNothingIsTouched) {
  for (const auto& [folder, touched] : {std::pair("in", false), std::pair("", false), std::pair("i", true)}) {
    SCOPED_TRACE(folder);
    Facts facts = with_orphan();
    facts.settle().graph.unlistable = {folder};
    expect(facts, touched ? Paths{k_orphan} : Paths{}, {});
  }
}

TEST(Orphans, WhereTheSourcesOutputsHaveNoPathYetNothingIsTouched) {
  Facts facts({"in/1.png"}, simple_manifest("{hash}.{ext}"));
  facts.source("in/1.png").content = nullptr;
  facts.add_record(output_record("out/zz.jpg", "in/0.png", "x"));
  facts.settle();
  expect(facts, {"out/zz.jpg"}, {});
}

TEST(Orphans, ThatAreRemovedOrUntrackedAreNotLeft) {
  Facts facts = with_orphan();
  facts.settle();
  find_orphans(facts.graph);
  facts.output(k_orphan).removed = true;
  EXPECT_THAT(orphans_left(facts.graph), IsEmpty());
  facts.output(k_orphan).removed = false;
  facts.output(k_orphan).untracked = true;
  EXPECT_THAT(orphans_left(facts.graph), IsEmpty());
}

TEST(OwnedOutputs, AreMadeStandAndAreNoSources) {
  Facts facts({"in/1.png", "in/2.png", "in/3.png"});
  facts.add_record(output_record("out/2-0.jpg", "in/0.png", "x"));
  facts.settle();
  const auto owned = [&] {
    Paths paths;
    for (const graph::Output* const output : owned_outputs(facts.graph)) paths.emplace_back(output->path);
    return paths;
  };
  EXPECT_THAT(owned(), ElementsAre("out/1-a.jpg", "out/2-0.jpg", "out/2-a.jpg", "out/3-a.jpg"));
  facts.output("out/2-0.jpg").record_selected = false;
  EXPECT_THAT(owned(), ElementsAre("out/1-a.jpg", "out/2-a.jpg", "out/3-a.jpg"));
  facts.remove_file("out/1-a.jpg");
  facts.output("out/2-a.jpg").stat_data = facts.source("in/2.png").stat_data;
  EXPECT_THAT(owned(), ElementsAre("out/3-a.jpg"));
  facts.record("out/3-a.jpg").made = false;
  EXPECT_THAT(owned(), IsEmpty());
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
  for (const bool lost_x : {true, false}) {
    SCOPED_TRACE(lost_x);
    Facts facts({"y/1.png"}, manifest);
    facts.add_record(output_record("out/0-a.jpg", "x/sub/0.png", "x"));
    facts.add_record(output_record("out/0-b.jpg", "y/0.png", "x"));
    facts.settle().output("out/0-a.jpg").record_selected = lost_x;
    if (lost_x) {
      EXPECT_THAT(orphans_of(facts).orphans, ElementsAre("out/0-a.jpg", "out/0-b.jpg"));
      EXPECT_THAT(emptied_sets(facts.graph), ElementsAre(0)) << "y still has a source, z never had one";
    } else {
      EXPECT_THAT(orphans_of(facts).orphans, ElementsAre("out/0-b.jpg"));
      EXPECT_THAT(emptied_sets(facts.graph), IsEmpty());
    }
  }
}

TEST(EmptiedSets, AreToldFromOthersOfTheSameFolderByTheirPatterns) {
  const Manifest manifest = manifest_of(R"({"sets": [
      {"source": "in", "include": ["**/*.png"], "output": "x", "variants": [{"name": "a", "width": 8}]},
      {"source": "in/sub", "include": ["**/*.webp"], "output": "y", "variants": [{"name": "a", "width": 8}]}]})");
  for (const auto& [lost, emptied] : {std::pair("in/sub/0.png", 0U), std::pair("in/sub/0.jpg", 1U)}) {
    Facts facts({"in/1.png"}, manifest);
    facts.add_record(output_record("x/0-a.jpg", lost, "x"));
    facts.settle();
    find_orphans(facts.graph);
    EXPECT_EQ(emptied_sets(facts.graph).size(), emptied)
        << lost << ": the second set never had a png, but a jpg may be from before its include was edited";
  }
}

TEST(ForgettableSources, AreGoneAndNamedByNoRecordThatStays) {
  Facts facts = with_orphan();
  facts.settle();
  const auto names = [&](Paths unlistable) {
    facts.graph.unlistable = std::move(unlistable);
    return forgettable_sources(facts.graph);
  };
  EXPECT_THAT(names({}), IsEmpty()) << "an orphan that stays needs its source's record";
  for (bool graph::Output::*const gone : {&graph::Output::untracked, &graph::Output::removed}) {
    facts.output(k_orphan).*gone = true;
    EXPECT_THAT(names({}), ElementsAre("in/0.png"));
    EXPECT_THAT(names({"in"}), IsEmpty()) << "nothing below a folder that cannot be listed counts as deleted";
    EXPECT_THAT(names({""}), IsEmpty());
    EXPECT_THAT(names({"i"}), ElementsAre("in/0.png"));
    facts.output(k_orphan).*gone = false;
  }
}

}  // namespace
}  // namespace thumbs::rules
