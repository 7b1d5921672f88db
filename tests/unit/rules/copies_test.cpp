// Outputs that need no decode: bytes taken over from a former output, or from one that this run makes first.
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
  std::function<void(Facts&)> before;
  std::function<void(Facts&)> after;
  std::vector<std::string> lines;
};

// "in/2.png" has the content of "in/1.png", whose output is fresh; its own output is not.
Facts copied_source() {
  Facts facts({"in/1.png", "in/2.png"});
  set_content(facts.source("in/2.png"), "in/1.png");
  facts.forget_output("out/2-a.jpg");
  return facts;
}

TEST(Copies, AreTakenFromTheCacheWhereBytesAndRecipeAreEqual) {
  const auto nothing = [](Facts&) {};
  const std::string decoded = "out/2-a.jpg: new";
  const Case cases[] = {
      {"a copied source", nothing, nothing, {"out/2-a.jpg: new from out/1-a.jpg"}},
      {"a source that was overwritten with another",
       [](Facts& f) { f.add_record(output_record("out/2-a.jpg", "in/2.png", "old")); },
       nothing,
       {"out/2-a.jpg: source-changed from out/1-a.jpg"}},
      {"a retry",
       [](Facts& f) {
         f.add_record(output_record("out/2-a.jpg", "in/2.png", "in/1.png"));
         f.graph.records.outputs.back().failed = true;
       },
       nothing,
       {"out/2-a.jpg: retry from out/1-a.jpg"}},
      {"the orphan of a renamed source",
       [](Facts& f) { f.record("out/1-a.jpg").path = "out/0-a.jpg"; },
       nothing,
       {"out/1-a.jpg: new from out/0-a.jpg", "out/2-a.jpg: new from out/0-a.jpg after out/1-a.jpg"}},
      {"other bytes", [](Facts& f) { set_content(f.source("in/2.png"), "x"); }, nothing, {decoded}},
      {"bytes nobody knows", [](Facts& f) { f.source("in/2.png").content = nullptr; }, nothing, {decoded}},
      {"a recorded output that failed last",
       [](Facts& f) { f.record("out/1-a.jpg").failed = true; },
       nothing,
       {"out/1-a.jpg: retry", "out/2-a.jpg: new after out/1-a.jpg"}},
      {"a recorded output that was never made",
       [](Facts& f) { f.record("out/1-a.jpg").made = false; },
       nothing,
       {"out/1-a.jpg: new", "out/2-a.jpg: new after out/1-a.jpg"}},
      {"a recorded output of another recipe",
       [](Facts& f) { f.graph.records.recipes[0].settings += ";x=1"; },
       nothing,
       {"out/1-a.jpg: recipe-changed", "out/2-a.jpg: new after out/1-a.jpg"}},
      {"a recorded output of another stage's version",
       [](Facts& f) { f.graph.records.recipes[0].stages += ";x=1"; },
       nothing,
       {"out/1-a.jpg: tool-changed", "out/2-a.jpg: new after out/1-a.jpg"}},
      {"a recorded output that is modified",
       nothing,
       [](Facts& f) { ++f.output("out/1-a.jpg").stat_data.size; },
       {"out/1-a.jpg: output-modified", "out/2-a.jpg: new after out/1-a.jpg"}},
      {"forced: the first is built, the other copied",
       nothing,
       [](Facts& f) { f.options.force = true; },
       {"out/1-a.jpg: forced", "out/2-a.jpg: forced after out/1-a.jpg"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Facts facts = copied_source();
    c.before(facts);
    facts.settle();
    c.after(facts);
    EXPECT_EQ(facts.lines(), c.lines);
  }
}

TEST(Copies, AnOutputThatIsMissingOrModifiedIsRebuiltAlone) {
  Facts facts({"in/1.png", "in/2.png"});
  set_content(facts.source("in/2.png"), "in/1.png");
  facts.record("out/2-a.jpg").source_hash = hash_of("in/1.png");
  facts.settle();
  facts.remove_file("out/2-a.jpg");
  EXPECT_THAT(facts.lines(), ElementsAre("out/2-a.jpg: output-missing"));
  facts.remove_file("out/1-a.jpg");
  EXPECT_THAT(facts.lines(), ElementsAre("out/1-a.jpg: output-missing", "out/2-a.jpg: output-missing"));
}

TEST(Copies, OfSeveralEqualNewSourcesTheFirstByPathIsBuilt) {
  Facts facts({"in/c.png", "in/a.png", "in/b.png", "in/other.png"});
  for (const char* path : {"in/a.png", "in/b.png", "in/c.png"}) set_content(facts.source(path), "same");
  facts.graph.records.outputs.clear();
  EXPECT_THAT(facts.settle().lines(),
              ElementsAre("out/a-a.jpg: new", "out/other-a.jpg: new", "out/b-a.jpg: new after out/a-a.jpg",
                          "out/c-a.jpg: new after out/a-a.jpg"));
}

TEST(Copies, ACopyIsKnownByHashAndSize) {
  Facts facts = copied_source();
  facts.record("out/1-a.jpg").width = 31;
  facts.settle().decide();
  const std::vector<graph::Copy>& copies = facts.stale().at(0)->stale->copies;
  ASSERT_EQ(copies.size(), 1U);
  EXPECT_EQ(copies[0].path, "out/1-a.jpg");
  EXPECT_EQ(copies[0].hash, hash_of("made"));
  EXPECT_EQ(copies[0].width, 31U);
  EXPECT_EQ(copies[0].height, 6U);
}

TEST(Copies, SeveralAreKnownForTheCaseThatTheFirstDoesNotHold) {
  Facts facts = copied_source();
  for (int i = 0; i < 20; ++i)
    facts.add_record(output_record("old/" + std::to_string(10 + i) + ".jpg", "old/x.png", "in/1.png"));
  facts.settle().decide();
  std::vector<std::string> paths;
  for (const graph::Copy& copy : facts.stale().at(0)->stale->copies) paths.emplace_back(copy.path);
  ASSERT_EQ(paths.size(), 8U) << "but no more of them than are of use";
  EXPECT_EQ(paths[0], "old/10.jpg");
  EXPECT_EQ(paths[7], "old/17.jpg");
}

TEST(Copies, OfOneSourceInTwoSetsAreMadeTogether) {
  Facts facts({"in/1.png"}, manifest_of(R"({"sets": [
      {"source": "in", "output": "x", "variants": [{"name": "a", "width": 8}]},
      {"source": "in", "output": "y", "variants": [{"name": "a", "width": 8}]}]})"));
  facts.graph.records.outputs.clear();
  facts.settle().decide();
  const std::vector<const graph::Output*> stale = facts.stale();
  ASSERT_EQ(stale.size(), 2U);
  for (const graph::Output* const output : stale) {
    EXPECT_EQ(output->source, &facts.source("in/1.png"));
    EXPECT_EQ(output->stale->leader, nullptr) << "a source does not wait for itself";
    EXPECT_THAT(output->stale->copies, IsEmpty());
  }
}

TEST(Copies, ASourceMayLeadWithOneVariantAndFollowWithAnother) {
  const std::string variants = R"({"name": "a", "width": 8}, {"name": "b", "width": 9})";
  Facts facts({"in/1.png", "in/2.png"}, simple_manifest("{stem}-{variant}.{ext}", variants));
  set_content(facts.source("in/2.png"), "in/1.png");
  facts.record("out/2-a.jpg").source_hash = facts.record("out/2-b.jpg").source_hash = hash_of("in/1.png");
  facts.forget_output("out/1-a.jpg");
  facts.record("out/2-a.jpg").failed = true;
  facts.record("out/2-b.jpg").failed = true;
  EXPECT_THAT(facts.settle().lines(), ElementsAre("out/1-a.jpg: new", "out/2-b.jpg: retry from out/1-b.jpg",
                                                  "out/2-a.jpg: retry after out/1-a.jpg"));
}

}  // namespace
}  // namespace thumbs::rules
