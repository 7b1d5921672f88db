// PATHs of the command line: files, folders and globs, from whatever folder they are given.
#include "rules/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts.h"

namespace thumbs::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Selection, MatchesFilesFoldersAndGlobs) {
  struct Case {
    std::string given, from, path;
    bool matches;
  };
  const Case cases[] = {
      {"in/a.png", "/p", "in/a.png", true},
      {"in/a.png", "/p", "in/a.pn", false},
      {"in/a.png", "/p", "in/a.png2", false},
      {"in", "/p", "in/a.png", true},
      {"in/", "/p", "in/sub/a.png", true},
      {"./in//sub/.", "/p", "in/sub/a.png", true},
      {"in", "/p", "inner/a.png", false},
      {"in/sub/a.png", "/p", "in/sub", false},
      {".", "/p", "in/a.png", true},
      {".", "/p", "../elsewhere/a.png", false},
      {".", "/p/in", "in/a.png", true},
      {".", "/p/in", "out/a.png", false},
      {"../in/a.png", "/p/out", "in/a.png", true},
      {"../../p/in", "/p/out", "in/a.png", true},
      {"a.png", "/p/in", "in/a.png", true},
      {"../q/a.png", "/p", "../q/a.png", true},
      {"a.png", "/q", "../q/a.png", true},
      {"a.png", "/", "../a.png", true},
      {"/p/in/a.png", "/elsewhere", "in/a.png", true},
      {"/p", "/elsewhere", "in/a.png", true},
      {"/", "/elsewhere", "../elsewhere/a.png", true},
      {"/", "/elsewhere", "in/a.png", true},
      {"in/*.png", "/p", "in/a.png", true},
      {"in/*.png", "/p", "in/sub/a.png", false},
      {"in/**/*.png", "/p", "in/sub/a.png", true},
      {"*.png", "/p/in", "in/a.png", true},
      {"*.png", "/p/in", "a.png", false},
      {"../in/{a,b}.png", "/p/out", "in/b.png", true},
      {"in/?.png", "/p", "in/a.png", true},
      {"in/[ab].png", "/p", "in/b.png", true},
      {"in/a[1].png", "/p", "in/a[1].png", true},
      {"in/a*.png", "/p", "in/a*.png", true},
      {"-x.png", "/p", "-x.png", true},
      {"in/\xff.png", "/p", "in/\xff.png", true},
      {"in/a\nb.png", "/p", "in/a\nb.png", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.given + " in " + c.from + " on " + c.path);
    Selection selection({c.given}, c.from, "/p");
    EXPECT_FALSE(selection.everything());
    EXPECT_EQ(selection.matches(c.path), c.matches);
    EXPECT_EQ(selection.unused().empty(), c.matches);
  }
}

TEST(Selection, OfNothingIsEverything) {
  Selection selection({}, "/p", "/p");
  EXPECT_TRUE(selection.everything());
  EXPECT_TRUE(selection.matches("in/a.png"));
  EXPECT_THAT(selection.unused(), IsEmpty());
}

TEST(Selection, NamesAsGivenWhatWasOfNoUse) {
  Selection selection({"./in/a.png", "typo", "in", "x*"}, "/p", "/p");
  EXPECT_THAT(selection.unused(), ElementsAre("./in/a.png", "typo", "in", "x*"));
  EXPECT_TRUE(selection.matches("in/a.png"));
  EXPECT_FALSE(selection.matches("out/a.png"));
  EXPECT_THAT(selection.unused(), ElementsAre("typo", "x*")) << "one file may be meant by several PATHs";
}

TEST(Selection, WhatMayLieInAFolderThatIsNotKnownIsExcused) {
  Selection selection({"in", "in/sub", "in/sub/a.png", "in/*/b.png", "in/other", "in/*.png", "out"}, "/p", "/p");
  selection.excuse("in/sub");
  EXPECT_THAT(selection.unused(), ElementsAre("in/other", "in/*.png", "out"));
}

TEST(Selection, TakesAMalformedGlobAsAName) {
  Selection selection({"in/{a,b", "in/a[1.png"}, "/p", "/p");
  EXPECT_TRUE(selection.matches("in/{a,b"));
  EXPECT_TRUE(selection.matches("in/a[1.png"));
  EXPECT_FALSE(selection.matches("in/a"));
}

TEST(Selection, FromAFolderAboveTheManifestMeansAllThatIsInIt) {
  for (const char* given : {".", "..", "/", "p", "p/in", "*", "**", "**/*.png", "p/*/a.png", "*/in", "/q/p"}) {
    SCOPED_TRACE(given);
    Selection selection({given}, "/q", "/q/p");
    EXPECT_EQ(selection.matches("in/a.png"), std::string_view(given) != "*" && std::string_view(given) != "*/in");
  }
}

TEST(Selection, FoldersWithAGlobsCharactersAreMeantAsTheyAreSpelled) {
  const std::string folder = "/a[1]/{b,c}/d*/e\\";
  Selection selection({"*.png"}, folder + "/in", folder);
  EXPECT_TRUE(selection.matches("in/a.png"));
  EXPECT_FALSE(selection.matches("out/a.png"));
}

// What select() leaves selected of a project whose "in/0.png" is gone, but not its output.
struct Selected {
  std::vector<std::string> sources;
  std::vector<std::string> records;
  std::vector<std::string> unused;
};

Selected selected_by(const std::vector<std::string>& paths, bool by_output) {
  Facts facts({"in/1.png", "in/2.png"});
  facts.add_record(output_record("out/0-a.jpg", "in/0.png", "x"));
  facts.settle();
  Selection selection(paths, "/project", "/project");
  select(facts.graph, selection, by_output);
  Selected selected{{}, {}, selection.unused()};
  for (const graph::Source& source : facts.graph.sources)
    if (source.selected) selected.sources.emplace_back(source.path);
  for (const graph::Output* const output : facts.recorded())
    if (output->record_selected) selected.records.emplace_back(output->path);
  return selected;
}

TEST(Select, ByASourceOrWhereAskedByAnOutput) {
  const std::vector<std::string> none;
  const struct {
    const char* title;
    std::vector<std::string> paths;
    bool by_output;
    std::vector<std::string> sources, records, unused;
  } cases[] = {
      {"everything", {}, false, {"in/1.png", "in/2.png"}, {"out/1-a.jpg", "out/2-a.jpg", "out/0-a.jpg"}, none},
      {"a source", {"in/1.png"}, false, {"in/1.png"}, {"out/1-a.jpg"}, none},
      {"an output, which means nothing", {"out/1-a.jpg"}, false, none, {"out/1-a.jpg"}, {"out/1-a.jpg"}},
      {"an output", {"out/1-a.jpg"}, true, {"in/1.png"}, {"out/1-a.jpg"}, none},
      {"a source that is gone is none", {"in/0.png"}, false, none, {"out/0-a.jpg"}, {"in/0.png"}},
      {"a source that is gone, by its output", {"in/0.png"}, true, none, {"out/0-a.jpg"}, none},
      {"nothing", {"x"}, true, none, none, {"x"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.title);
    const Selected selected = selected_by(c.paths, c.by_output);
    EXPECT_EQ(selected.sources, c.sources);
    EXPECT_EQ(selected.records, c.records);
    EXPECT_EQ(selected.unused, c.unused);
  }
}

TEST(Selection, PartsAreDisjointAndTogetherEverything) {
  std::vector<int> sizes(5);
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "in/" + std::to_string(i) + ".png";
    int owners = 0;
    for (std::uint32_t part = 1; part <= 5; ++part) {
      const Selection selection({}, "/p", "/p", {.part = part, .parts = 5});
      if (!selection.in_part(path)) continue;
      ++owners;
      ++sizes[part - 1];
    }
    EXPECT_EQ(owners, 1) << path;
    EXPECT_TRUE(Selection({}, "/p", "/p").in_part(path));
  }
  for (const int size : sizes) EXPECT_NEAR(size, 200, 60);
}

TEST(Selection, APartNeverChanges) {  // caches of parts of different versions are merged
  std::string parts;
  for (const char* path : {"in/a.png", "in/b.png", "in/c.png", "in/\xff.png", ""})
    for (std::uint32_t part = 1; part <= 7; ++part)
      if (is_in_part(path, part, 7)) parts += std::to_string(part) + " ";
  EXPECT_EQ(parts, "3 3 7 5 4 ");
}

}  // namespace
}  // namespace thumbs::rules
