// Which sources must be read before anything can be decided, and above all which need not; and what is recorded of
// what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "facts.h"

namespace thumbs::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  std::string name;
  std::function<void(Facts&)> change;  // nobody knows the content of "in/1.png"; that of the other is known
  bool in_doubt;
};

void unknown(Facts& facts, const std::string& path) { facts.source(path).content = nullptr; }

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
      {"no record, and nothing is of its size",
       [](Facts& f) { f.forget_source("in/1.png"), f.forget_output("out/1-a.jpg"); }, false},
      {"no record, and another picture is of its size",
       [](Facts& f) {
         f.forget_source("in/1.png"), f.forget_output("out/1-a.jpg");
         f.source("in/22.png").stat_data.size = f.source("in/1.png").stat_data.size;
       },
       true},
      {"no record, and a picture that is gone was of its size",
       [](Facts& f) {
         f.forget_source("in/1.png"), f.forget_output("out/1-a.jpg");
         f.graph.records.sources.push_back(
             {"in/gone.png", f.source("in/1.png").stat_data, hash_of("gone"), "png", true});
       },
       true},
      {"its last attempt failed", [](Facts& f) { f.record("out/1-a.jpg").failed = true; }, false},
      {"its output was never made", [](Facts& f) { f.record("out/1-a.jpg").made = false; }, false},
      {"no record of its own, but one of its output", [](Facts& f) { f.forget_source("in/1.png"); }, true},
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
  facts.settle().source("in/1.png").selected = false;
  EXPECT_THAT(facts.doubtful_sources(), ElementsAre("in/2.png"));
}

TEST(SourcesInDoubt, UnlessAPathDependsOnIt) {
  Facts facts({"in/1.png", "in/2.png"}, simple_manifest("{hash}.{ext}"));
  unknown(facts, "in/1.png");
  for (graph::Source& source : facts.settle().graph.sources) source.selected = false;
  EXPECT_THAT(facts.doubtful_sources(), ElementsAre("in/1.png"))
      << "without its path nobody knows what is an orphan, or in conflict";
}

TEST(RecordLinks, PairByPathAndLeaveTheRest) {
  Facts facts({"in/1.png", "in/2.png"});
  facts.add_record(output_record("out/0-a.jpg", "in/0.png", "x"));
  facts.add_record(output_record("out/9-a.jpg", "in/9.png", "x"));
  facts.forget_output("out/2-a.jpg");
  facts.settle();
  ASSERT_THAT(output_paths(facts.graph), ElementsAre("out/1-a.jpg", "out/2-a.jpg"));
  EXPECT_EQ(facts.graph.outputs[0].record, &facts.record("out/1-a.jpg"));
  EXPECT_EQ(facts.graph.outputs[1].record, nullptr);
  ASSERT_THAT(leftover_paths(facts.graph), ElementsAre("out/0-a.jpg", "out/9-a.jpg"));
  for (const graph::Output& leftover : facts.graph.leftovers) {
    EXPECT_EQ(leftover.record, &facts.record(leftover.path));
    EXPECT_EQ(leftover.source, nullptr);
    EXPECT_EQ(leftover.rule, nullptr);
  }
}

TEST(RecordLinks, AnUnknownPathClaimsNothing) {
  Facts facts({"in/1.png"}, simple_manifest("{hash}.{ext}"));
  const std::string recorded(facts.graph.records.outputs.at(0).path);
  unknown(facts, "in/1.png");
  facts.settle();
  ASSERT_THAT(output_paths(facts.graph), ElementsAre(""));
  EXPECT_EQ(facts.graph.outputs[0].record, nullptr);
  EXPECT_THAT(leftover_paths(facts.graph), ElementsAre(recorded));
}

TEST(RecordLinks, SourcesFindTheirRecords) {
  Facts facts({"in/1.png", "in/2.png", "in/3.png"});
  facts.graph.records.sources.push_back({"in/0.png", stat_data_of(1), hash_of("x"), "png", true});
  facts.forget_source("in/2.png");
  facts.settle();
  EXPECT_EQ(facts.source("in/1.png").record, &facts.source_record("in/1.png"));
  EXPECT_EQ(facts.source("in/2.png").record, nullptr);
  EXPECT_EQ(facts.source("in/3.png").record, &facts.source_record("in/3.png"));
}

}  // namespace
}  // namespace thumbs::rules
