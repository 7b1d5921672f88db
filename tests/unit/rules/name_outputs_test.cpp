// Paths that depend on a content: named once it is known, and then held to all that other paths are held to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace thumbs::rules {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Paths = std::vector<std::string>;

// Contents that were read after apply_rules(): each source's is its path.
void read_contents_of(graph::Graph& graph, const Paths& paths) {
  for (graph::Source& source : graph.sources)
    if (std::ranges::find(paths, source.path) != paths.end()) set_content(source, source.path);
}

graph::Source& source_of(graph::Graph& graph, std::string_view path) {
  return *std::ranges::find(graph.sources, path, &graph::Source::path);
}

TEST(NameOutputs, WhereAllHaveAPathDoesNothing) {
  const Manifest manifest = simple_manifest();
  graph::Graph graph = applied(manifest, {"in/1.png"});
  EXPECT_FALSE(name_outputs(graph));
  EXPECT_THAT(output_paths(graph), ElementsAre("out/1-a.jpg"));
}

TEST(NameOutputs, GivesThePathsThatKnownContentsWouldHaveHad) {
  const char* const templates[] = {"{hash}.{ext}", "{stem}-{variant}.{ext}", "{stem}-{hash}-{variant}.{ext}"};
  for (const char* const path : templates) {
    SCOPED_TRACE(path);
    const Manifest manifest =
        simple_manifest(path, R"({"name": "a", "width": 8, "format": "source"}, {"name": "b", "width": 9})");
    const Paths files{"in/1.jpg", "in/2.jpg", "in/3.jpg"};
    graph::Graph known = graph_of(manifest, files);
    read_contents_of(known, files);
    apply_rules(known);
    graph::Graph graph = applied(manifest, files);
    const Paths before = output_paths(graph);
    read_contents_of(graph, files);
    EXPECT_TRUE(name_outputs(graph));
    EXPECT_NE(output_paths(graph), before);
    EXPECT_EQ(output_paths(graph), output_paths(known));
    EXPECT_THAT(output_paths(graph), testing::Each(testing::StartsWith("out/")));
    for (std::size_t i = 0; i < graph.outputs.size(); ++i)
      EXPECT_EQ(graph.outputs[i].recipe->text, known.outputs[i].recipe->text);
    EXPECT_FALSE(name_outputs(graph)) << "there are none left to name";
  }
}

TEST(NameOutputs, AContentThatCouldNotBeReadLeavesItsOutputsWithoutAPath) {
  const Manifest manifest = simple_manifest("{hash}.{ext}");
  graph::Graph graph = applied(manifest, {"in/1.png", "in/2.png", "in/3.png"});
  read_contents_of(graph, {"in/1.png", "in/3.png"});
  EXPECT_TRUE(name_outputs(graph));
  EXPECT_FALSE(waits_for_content(graph, graph.sources[0]));
  EXPECT_TRUE(waits_for_content(graph, graph.sources[1]));
  EXPECT_FALSE(waits_for_content(graph, graph.sources[2]));
}

TEST(NameOutputs, OfASourceInSeveralSetsNamesThoseThatWaited) {
  const Manifest manifest = manifest_of(R"({"sets": [
    {"source": "in", "output": "x", "path": "{hash}.{ext}", "variants": [{"name": "a", "width": 8}]},
    {"source": "in", "output": "y", "path": "{stem}.{ext}", "variants": [{"name": "a", "width": 8}]},
    {"source": ".", "output": "z", "path": "{dir}/{hash}-{variant}.{ext}",
     "variants": [{"name": "a", "width": 8}, {"name": "b", "width": 9}]}]})");
  graph::Graph graph = applied(manifest, {"in/1.png"});
  EXPECT_THAT(output_paths(graph), ElementsAre("", "y/1.jpg", "", ""));
  read_contents_of(graph, {"in/1.png"});
  EXPECT_TRUE(name_outputs(graph));
  using testing::MatchesRegex;
  EXPECT_THAT(output_paths(graph),
              ElementsAre(MatchesRegex("x/[0-9a-f]+\\.jpg"), "y/1.jpg", MatchesRegex("z/in/[0-9a-f]+-a\\.jpg"),
                          MatchesRegex("z/in/[0-9a-f]+-b\\.jpg")));
}

TEST(NameOutputs, FindsTheRecordsOfWhatItNames) {
  const Manifest manifest = simple_manifest("{hash}.{ext}");
  graph::Graph known = graph_of(manifest, {"in/1.png"});
  read_contents_of(known, {"in/1.png"});
  apply_rules(known);
  const std::string path(known.outputs[0].path);
  cache::Records records;
  records.outputs = {output_record(path, "in/1.png", "in/1.png"), output_record("out/zz.jpg", "in/0.png", "x")};
  graph::Graph graph = applied(manifest, {"in/1.png"}, records);
  EXPECT_EQ(graph.outputs[0].record, nullptr);
  EXPECT_THAT(leftover_paths(graph), ElementsAre(path, "out/zz.jpg"));
  read_contents_of(graph, {"in/1.png"});
  EXPECT_TRUE(name_outputs(graph));
  EXPECT_EQ(graph.outputs[0].record, &graph.records.outputs[0]);
  EXPECT_THAT(leftover_paths(graph), ElementsAre("out/zz.jpg"));
}

constexpr std::string_view k_beside = R"({"sets": [
    {"source": "in", "output": "in", "path": "{stem}-{hash}.{ext}", "variants": [{"name": "a", "width": 8}]}]})";

// Where the output of "in/1.jpg" goes.
std::string output_of_first(const Manifest& manifest) {
  graph::Graph graph = applied(manifest, {"in/1.jpg"});
  read_contents_of(graph, {"in/1.jpg"});
  name_outputs(graph);
  return output_paths(graph).at(0);
}

TEST(NameOutputs, WhatTurnsOutToBeMadeFromAnotherSourceIsNoSource) {
  const Manifest manifest = manifest_of(k_beside);
  const std::string made = output_of_first(manifest);
  graph::Graph graph = applied(manifest, {"in/1.jpg", made, "in/2.jpg"});
  ASSERT_THAT(source_paths(graph), SizeIs(3)) << "nobody knows yet";
  read_contents_of(graph, {"in/1.jpg", made, "in/2.jpg"});
  for (const std::string& path : {std::string("in/1.jpg"), made}) {
    cache::SourceRecord& record = graph.updates.sources.emplace_back();
    record.path = test::kept(path);
  }
  EXPECT_TRUE(name_outputs(graph));
  EXPECT_THAT(source_paths(graph), ElementsAre("in/1.jpg", "in/2.jpg"));
  ASSERT_THAT(graph.outputs, SizeIs(2));
  EXPECT_EQ(graph.outputs[0].path, made);
  EXPECT_EQ(graph.outputs[0].source, &source_of(graph, "in/1.jpg"));
  EXPECT_EQ(graph.outputs[1].source, &source_of(graph, "in/2.jpg"));
  EXPECT_THAT(fault_texts(graph), IsEmpty());
  ASSERT_THAT(graph.updates.sources, SizeIs(1)) << "what is no source needs no record of one";
  EXPECT_EQ(graph.updates.sources[0].path, "in/1.jpg");
}

TEST(NameOutputs, OutputsThatTurnOutToShareAPathAreRefused) {
  const Manifest manifest = simple_manifest("{hash}.{ext}");
  graph::Graph graph = applied(manifest, {"in/1.png", "in/2.png", "in/3.png"});
  find_conflicts(graph);
  EXPECT_THAT(fault_texts(graph), IsEmpty());
  set_content(graph.sources[0], "same");
  set_content(graph.sources[1], "other");
  set_content(graph.sources[2], "same");
  EXPECT_TRUE(name_outputs(graph));
  find_conflicts(graph);
  EXPECT_THAT(fault_texts(graph),
              ElementsAre(AllOf(HasSubstr("in/1.png"), HasSubstr("in/3.png"), HasSubstr("would both write"))));
}

TEST(NameOutputs, AnotherSetsOriginalIsNeverWrittenOnto) {
  constexpr std::string_view k_onto_another_set = R"({"sets": [
    {"source": "in", "output": "other", "path": "{stem}-{hash}.{ext}", "variants": [{"name": "a", "width": 8}]},
    {"source": "other", "output": "out", "variants": [{"name": "a", "width": 8}]}]})";
  const Manifest manifest = manifest_of(k_onto_another_set);
  const std::string original = output_of_first(manifest);
  graph::Graph graph = applied(manifest, {"in/1.jpg", original});
  EXPECT_THAT(fault_texts(graph), IsEmpty());
  read_contents_of(graph, {"in/1.jpg"});
  EXPECT_TRUE(name_outputs(graph));
  EXPECT_THAT(fault_texts(graph),
              ElementsAre(AllOf(HasSubstr("in/1.jpg"), HasSubstr(original), HasSubstr("another set"))));
}

TEST(NameOutputs, AnOutputThatTurnsOutToLeaveItsFolderIsRefused) {
  const Manifest manifest = simple_manifest("{dir}/../{hash}.{ext}");
  graph::Graph graph = applied(manifest, {"in/1.png", "in/2.png"});
  EXPECT_THAT(fault_texts(graph), IsEmpty());
  read_contents_of(graph, {"in/1.png", "in/2.png"});
  EXPECT_TRUE(name_outputs(graph));
  EXPECT_THAT(fault_texts(graph), ElementsAre(HasSubstr("outside \"out\"")));
}

}  // namespace
}  // namespace thumbs::rules
