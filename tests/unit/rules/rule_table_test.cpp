// Overrides and ladders as rules: which sources share which, and what an override changes.
#include "rules/rule_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "rules_support.h"

namespace thumbs::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

Manifest with_overrides(const std::string& overrides) {
  return manifest_of(R"({"sets": [{"source": "in", "output": "out", "variants": [{"name": "a", "widths": [8, 16]},
    {"name": "b", "width": 4}], "overrides": {)" +
                     overrides + "}}]}");
}

/// "SOURCE: QUALITY" of each source, as the recipes of its first output say.
std::vector<std::string> qualities(const graph::Graph& graph) {
  std::vector<std::string> found;
  for (const graph::Source& source : graph.sources)
    found.push_back(std::string(source.path) + ": " +
                    std::to_string(graph.outputs[source.first_output].recipe->settings.quality));
  return found;
}

TEST(Overrides, ReachTheSourcesThatTheyMatchInTheirOrder) {
  const struct {
    const char* title;
    std::string overrides;
    std::vector<std::string> qualities;
  } cases[] = {
      {"none", "", {"in/a.jpg: 80", "in/h/b.JPG: 80", "in/h/c.png: 80"}},
      {"a path", R"("h/c.png": {"quality": 1})", {"in/a.jpg: 80", "in/h/b.JPG: 80", "in/h/c.png: 1"}},
      {"a path whose extension is spelled otherwise",
       R"("h/b.jpg": {"quality": 1})",
       {"in/a.jpg: 80", "in/h/b.JPG: 1", "in/h/c.png: 80"}},
      {"a name is no extension", R"("h/B.jpg": {"quality": 1})", {"in/a.jpg: 80", "in/h/b.JPG: 80", "in/h/c.png: 80"}},
      {"a folder", R"("h/**": {"quality": 1})", {"in/a.jpg: 80", "in/h/b.JPG: 1", "in/h/c.png: 1"}},
      {"the last wins",
       R"("**": {"quality": 1}, "h/*": {"quality": 2}, "h/c.png": {"quality": 3})",
       {"in/a.jpg: 1", "in/h/b.JPG: 2", "in/h/c.png: 3"}},
      {"a path before a glob",
       R"("h/c.png": {"quality": 3}, "h/*": {"quality": 2})",
       {"in/a.jpg: 80", "in/h/b.JPG: 2", "in/h/c.png: 2"}},
      {"alternatives", R"("{a,h/c}.*": {"quality": 1})", {"in/a.jpg: 1", "in/h/b.JPG: 80", "in/h/c.png: 1"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.title);
    const Manifest manifest = with_overrides(c.overrides);
    EXPECT_EQ(qualities(applied(manifest, {"in/a.jpg", "in/h/b.JPG", "in/h/c.png"})), c.qualities);
  }
}

TEST(Overrides, SourcesWithTheSameOnesShareRules) {
  const Manifest manifest = with_overrides(R"("h/**": {"quality": 1}, "*/c*": {"effort": 0}, "x": {"quality": 2})");
  const graph::Graph graph =
      applied(manifest, {"in/a1.png", "in/a2.png", "in/h/b1.png", "in/h/b2.png", "in/h/c1.png", "in/h/c2.png"});
  std::set<const graph::Rule*> used;
  for (const graph::Output& output : graph.outputs) used.insert(output.rule);
  EXPECT_THAT(used, SizeIs(3 * 3)) << "no override; the first; the first and the second";
  EXPECT_THAT(graph.unused_overrides, ElementsAre(Pair(0, 2)));
  EXPECT_EQ(graph.outputs[6].path, "out/h/b1-a-8.jpg");
  EXPECT_EQ(graph.outputs[6].rule->name.variant, "a-8");
}

TEST(Overrides, LeaveOtherSetsAlone) {
  const Manifest manifest = manifest_of(R"({"sets": [
    {"source": "in", "output": "x", "variants": [{"name": "a", "width": 1}], "overrides": {"*": {"quality": 7}}},
    {"source": "in", "output": "y", "variants": [{"name": "a", "width": 1}]}]})");
  const graph::Graph graph = applied(manifest, {"in/1.png"});
  EXPECT_EQ(graph.outputs[0].recipe->settings.quality, 7);
  EXPECT_EQ(graph.outputs[1].recipe->settings.quality, 80);
  EXPECT_THAT(graph.unused_overrides, IsEmpty());
}

TEST(Ladders, AreOutputsBySizeThenFormat) {
  const Manifest manifest = simple_manifest("{dir}/{stem}-{variant}.{ext}",
                                            R"({"name": "a", "widths": [8, 16], "formats": ["png", "jpeg"]})");
  EXPECT_THAT(output_paths(applied(manifest, {"in/1.png"})),
              ElementsAre("out/1-a-8.png", "out/1-a-8.jpg", "out/1-a-16.png", "out/1-a-16.jpg"));
}

TEST(Ladders, WhoseFormatsShareAPathAreRefusedByName) {
  const Manifest manifest =
      simple_manifest("{stem}-{variant}", R"({"name": "a", "width": 8, "formats": ["png", "jpeg"]})");
  EXPECT_THAT(faults_of(manifest, {"in/1.png"}),
              ElementsAre("/sets/0/path: \"in/1.png\" (set \"0\", variant \"a\", format \"png\") and \"in/1.png\" (set "
                          "\"0\", variant \"a\", format \"jpeg\") would both write \"out/1-a\": use different outputs "
                          "or paths, for example with {ext}"));
}

}  // namespace
}  // namespace thumbs::rules
