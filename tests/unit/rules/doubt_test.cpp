// Which sources must be read before anything can be decided, and above all which need not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "facts.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  std::string name;
  std::function<void(Facts&)> change;  // "in/1.png" has no recalled content; the other is known
  bool in_doubt;
};

void unknown(Facts& facts, const std::string& path) {
  facts.source(path).hash.reset();
  facts.source(path).format.reset();
}

TEST(SourcesInDoubt, AreThoseWhoseContentCouldStillDecideSomething) {
  const Case cases[] = {
      {"touched: its output may be fresh", [](Facts&) {}, true},
      {"another size than it had: it has changed", [](Facts& f) { ++f.source_record("in/1.png").stat_data.size; },
       false},
      {"another size, but that of another picture: it may be renamed",
       [](Facts& f) {
         ++f.source_record("in/1.png").stat_data.size;
         f.source("in/22.png").stat_data.size = f.source("in/1.png").stat_data.size;
       },
       true},
      {"no row, and nothing is of its size",
       [](Facts& f) { f.forget_source("in/1.png"), f.forget_output("out/1-a.jpg"); }, false},
      {"no row, and another picture is of its size",
       [](Facts& f) {
         f.forget_source("in/1.png"), f.forget_output("out/1-a.jpg");
         f.source("in/22.png").stat_data.size = f.source("in/1.png").stat_data.size;
       },
       true},
      {"no row, and a picture that is gone was of its size",
       [](Facts& f) {
         f.forget_source("in/1.png"), f.forget_output("out/1-a.jpg");
         f.rows.sources.push_back({"in/gone.png", f.source("in/1.png").stat_data, true, hash_of("gone"), "png"});
       },
       true},
      {"its last attempt failed", [](Facts& f) { f.row("out/1-a.jpg").failed = true; }, false},
      {"its output was never made", [](Facts& f) { f.row("out/1-a.jpg").made = false; }, false},
      {"no row of its own but an output of its path", [](Facts& f) { f.forget_source("in/1.png"); }, true},
      {"forced", [](Facts& f) { f.options.force = true; }, false},
      {"forced, and another picture is of its size",
       [](Facts& f) {
         f.options.force = true;
         f.source("in/22.png").stat_data.size = f.source("in/1.png").stat_data.size;
       },
       true},
      {"verified, whatever its size",
       [](Facts& f) {
         ++f.source_record("in/1.png").stat_data.size;
         f.options.verify = true;
       },
       true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Facts facts({"in/1.png", "in/22.png"});
    unknown(facts, "in/1.png");
    c.change(facts);
    facts.settle();
    if (c.in_doubt) {
      EXPECT_THAT(facts.doubtful_sources(), ElementsAre("in/1.png"));
    } else {
      EXPECT_THAT(facts.doubtful_sources(), IsEmpty());
    }
  }
}

TEST(SourcesInDoubt, WhatIsKnownIsNotAskedAgain) {
  Facts facts({"in/1.png", "in/2.png"});
  EXPECT_THAT(facts.settle().doubtful_sources(), IsEmpty());
  facts.options.force = true;
  EXPECT_THAT(facts.doubtful_sources(), IsEmpty());
}

TEST(SourcesInDoubt, NothingOutsideTheSelectionIsRead) {
  Facts facts({"in/1.png", "in/2.png"});
  unknown(facts, "in/1.png");
  unknown(facts, "in/2.png");
  facts.settle().selected[0] = false;
  EXPECT_THAT(facts.doubtful_sources(), ElementsAre("in/2.png"));
}

TEST(SourcesInDoubt, UnlessAPathDependsOnIt) {
  Facts facts({"in/1.png", "in/2.png"}, simple_manifest("{hash}.{ext}"));
  unknown(facts, "in/1.png");
  facts.settle().selected.assign(2, false);
  EXPECT_THAT(facts.doubtful_sources(), ElementsAre("in/1.png"))
      << "without its path nobody knows what is an orphan, or clashes";
}

TEST(MatchRows, PairsByPathAndLeavesTheRest) {
  Facts facts({"in/1.png", "in/2.png"});
  facts.rows.outputs.push_back(output_row("out/0-a.jpg", "in/0.png", "x"));
  facts.rows.outputs.push_back(output_row("out/9-a.jpg", "in/9.png", "x"));
  facts.forget_output("out/2-a.jpg");
  facts.settle();
  EXPECT_THAT(facts.matching.row_of_target, ElementsAre(1, k_no_row));
  EXPECT_THAT(facts.matching.unclaimed, ElementsAre(0, 2));
}

TEST(MatchRows, AnUnknownPathClaimsNothing) {
  Facts facts({"in/1.png"}, simple_manifest("{hash}.{ext}"));
  unknown(facts, "in/1.png");
  facts.settle();
  EXPECT_THAT(facts.matching.row_of_target, ElementsAre(k_no_row));
  EXPECT_THAT(facts.matching.unclaimed, ElementsAre(0));
}

}  // namespace
}  // namespace thumbs
