// Which folders are watched, and which files matter.
#include "watch/plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace thumbs::watch {
namespace {

Manifest manifest_of(std::vector<Set> sets) {
  Manifest manifest;
  manifest.folder = "/project";
  manifest.lock = "out/thumbs.lock";
  manifest.sets = std::move(sets);
  return manifest;
}

Set set_of(std::string source, std::string output) {
  Set set;
  set.source = std::move(source);
  set.output = std::move(output);
  set.exclude = {"**/drafts/**"};
  return set;
}

TEST(Plan, SaysWhatAFileIs) {
  const Plan plan(manifest_of({set_of("in/pics", "out"), set_of("", "small")}), {"/project/out/report.json"});
  const struct {
    const char* file;
    bool manifest, source, output;
  } cases[] = {
      {"thumbs.json", true, false, false},
      {"in/pics/a.jpg", false, true, false},
      {"in/pics/A.JPG", false, true, false},
      {"in/pics/x/y/a.png", false, true, false},
      {"in/pics/drafts/a.png", false, false, false},
      {"in/pics/.hidden.png", false, false, false},
      {"in/pics/notes.txt", false, false, false},
      {"in/pics/.thumbs-tmp-1-a.jpg", false, false, false},
      {"out/a.jpg", false, true, true},  // the second set reads all
      {"out/a.html", false, false, true},
      {"out/thumbs.lock", false, false, false},
      {"out/report.json", false, false, false},
      {".thumbs/cache.db", false, false, false},
      {".thumbs/cache.db-journal", false, false, false},
      {"../a.jpg", false, false, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.file);
    const Concern concern = plan.concern(c.file);
    EXPECT_EQ(concern.manifest, c.manifest);
    EXPECT_EQ(concern.source, c.source);
    EXPECT_EQ(concern.output, c.output);
  }
}

TEST(Plan, WatermarksAreNoSourcesAndTheirFoldersAreWatched) {
  Set set = set_of("in", "out");
  set.variants = {{.name = "a", .watermark = Watermark{.file = "brand/art/mark.png"}},
                  {.name = "b", .watermark = Watermark{.file = "in/mark.png"}}};
  const Plan plan(manifest_of({set}), {});
  EXPECT_EQ(plan.ways(), (std::vector<std::string>{"", "brand", "brand/art", "in"}));
  for (const char* const file : {"brand/art/mark.png", "in/mark.png"}) {
    EXPECT_TRUE(plan.concern(file).mark) << file;
    EXPECT_FALSE(plan.concern(file).source) << file;
  }
  EXPECT_FALSE(plan.concern("brand/art/other.png"));
  EXPECT_FALSE(plan.watches("brand/art"));
}

TEST(Plan, WatchesFoldersThatCanHoldSourcesOrOutputs) {
  Set set = set_of("in/pics", "out");
  set.path = "small/{dir}/{stem}.{ext}";
  const Plan plan(manifest_of({set}), {});
  EXPECT_EQ(plan.roots(), (std::vector<std::string>{"in/pics", "out/small"}));
  EXPECT_EQ(plan.ways(), (std::vector<std::string>{"", "in", "out"}));
  for (const char* const folder : {"in/pics", "in/pics/x/y", "out/small", "out/small/x"})
    EXPECT_TRUE(plan.watches(folder)) << folder;
  for (const char* const folder :
       {"", "in", "in/pics/drafts", "in/pics/.git", "out/large", "out/small/.git", "in/pics2"})
    EXPECT_FALSE(plan.watches(folder)) << folder;
  EXPECT_TRUE(plan.leads_to_source("in"));
  EXPECT_FALSE(plan.leads_to_source("out"));
}

TEST(Plan, SourcesOutsideOfTheProjectHaveTheirWays) {
  const Plan plan(manifest_of({set_of("../far/pics", "out")}), {});
  EXPECT_EQ(plan.ways(), (std::vector<std::string>{"", "..", "../far"}));
  EXPECT_TRUE(plan.concern("../far/pics/a.jpg").source);
}

TEST(Plan, FollowsLinksWhereTheSetDoes) {
  Set set = set_of("in", "out");
  EXPECT_FALSE(Plan(manifest_of({set}), {}).follows("in/link"));
  set.follow_symlinks = true;
  EXPECT_TRUE(Plan(manifest_of({set}), {}).follows("in/link"));
  EXPECT_FALSE(Plan(manifest_of({set}), {}).follows("out/link"));
}

}  // namespace
}  // namespace thumbs::watch
