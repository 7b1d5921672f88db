// Writing a lockfile: format and order of the lines, and changes by a run.
#include "lockfile/lockfile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "lockfile_support.h"
#include "support/hash.h"

namespace thumbs::lockfile {
namespace {

using testing::ElementsAre;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string one; std::getline(stream, one);) lines.push_back(one);
  return lines;
}

std::string source_of(const std::string& one) { return one.substr(0, one.find('\t')); }

TEST(LockfileText, IsALineForEachOutputThatWasMade) {
  cache::Records rows;
  rows.recipes = {{"format=jpeg;width=8", "decode=1", "libjpeg"}};
  rows.outputs = {made("out/a.jpg", "in/a.png"), made("out/b.jpg", "in/b.png")};
  rows.outputs[1].made = false;
  rows.outputs[1].failed = true;
  const std::string hash = "xxh3-128:00000000000000010000000000000003";
  const std::string output_hash = "xxh3-128:0000000000000005fffffffffffffffe";
  const std::string recipe = "xxh3-128:" + hash_text("format=jpeg;width=8").hex() + "." + hash_text("decode=1").hex();
  EXPECT_EQ(lockfile_text(rows), "in/a.png\t" + hash + "\t" + recipe + "\tout/a.jpg\t" + output_hash + "\n");
}

TEST(LockfileText, KeepsTheLineOfAnOlderSuccess) {
  cache::Records rows;
  rows.recipes = {{}};
  rows.outputs = {made("out/a.jpg", "in/a.png")};
  const std::string before = lockfile_text(rows);
  rows.outputs[0].failed = true;
  EXPECT_EQ(lockfile_text(rows), before);
}

TEST(LockfileText, HasNoLibrariesInItsFingerprints) {
  cache::Records rows;
  rows.outputs = {made("out/a.jpg", "in/a.png")};
  rows.recipes = {{"s", "t", "libjpeg 1"}};
  const std::string before = lockfile_text(rows);
  rows.recipes = {{"s", "t", "libjpeg 2"}};
  EXPECT_EQ(lockfile_text(rows), before);
  rows.recipes = {{"s", "u", "libjpeg 1"}};
  EXPECT_NE(lockfile_text(rows), before);
}

TEST(LockfileText, WritesWhatItReadForARecipeThatNobodyKnows) {
  const std::string text = line("in/a.png", "out/a.jpg");
  EXPECT_EQ(lockfile_text(parse_lockfile(text, "l")), text);
}

TEST(LockfileText, IsSortedAsBytesWhateverTheOrderOfTheRows) {
  cache::Records rows;
  rows.recipes = {{"s", "t", ""}, {"v", "t", ""}};
  for (const char* source : {"in/b.png", "in/a/c.png", "in/a.png", "in/\xC3\xA4.png", "in/B.png"}) {
    for (std::uint32_t recipe = 0; recipe < 2; ++recipe) {
      cache::OutputRecord row = made("out" + std::to_string(recipe) + "/" + std::string(source + 3), source);
      row.recipe = recipe;
      rows.outputs.push_back(row);
    }
  }
  const std::vector<std::string> lines = lines_of(lockfile_text(rows));
  EXPECT_EQ(lines.size(), 10U);
  EXPECT_TRUE(std::is_sorted(lines.begin(), lines.end()));
  std::vector<std::string> sources;
  for (std::size_t i = 0; i < lines.size(); i += 2) sources.push_back(source_of(lines[i]));
  EXPECT_THAT(sources, ElementsAre("in/B.png", "in/a.png", "in/a/c.png", "in/b.png", "in/\xC3\xA4.png"));
  std::reverse(rows.outputs.begin(), rows.outputs.end());
  EXPECT_EQ(lines_of(lockfile_text(rows)), lines);
}

TEST(LockfileRecords, FollowsWhatWasCommitted) {
  cache::Records rows;
  rows.recipes = {{"s", "t", ""}};
  rows.outputs = {made("out/a.jpg", "in/a.png"), made("out/b.jpg", "in/b.png"), made("out/c.jpg", "in/c.png")};
  LockfileRecords lockfile(rows);
  EXPECT_FALSE(lockfile.changed());
  cache::Batch batch;
  batch.forget_outputs = {"out/a.jpg", "out/b.jpg", "out/unknown.jpg"};
  batch.outputs = {{made("out/b.jpg", "in/b.png", 7), {"s", "t", ""}}, {made("out/d.jpg", "in/d.png"), {"s", "t", ""}}};
  lockfile.apply(batch);
  EXPECT_TRUE(lockfile.changed());
  cache::Records after;
  after.recipes = rows.recipes;
  after.outputs = {made("out/b.jpg", "in/b.png", 7), made("out/c.jpg", "in/c.png"), made("out/d.jpg", "in/d.png")};
  EXPECT_EQ(lockfile.text(), lockfile_text(after));
  cache::Batch later;
  later.outputs = {{made("out/d.jpg", "in/d.png"), {}}};
  later.outputs[0].row.made = false;
  lockfile.apply(later);
  after.outputs.pop_back();
  EXPECT_EQ(lockfile.text(), lockfile_text(after));
}

TEST(RecipeText, AStandInMeansItsTextAndNoOther) {
  EXPECT_TRUE(cache::means("width=8", "width=8"));
  EXPECT_TRUE(cache::means(cache::stand_in_for("width=8"), "width=8"));
  EXPECT_FALSE(cache::means(cache::stand_in_for("width=8"), "width=9"));
  EXPECT_FALSE(cache::means("width=8", "width=9"));
  EXPECT_EQ(cache::stand_in_for(cache::stand_in_for("width=8")), cache::stand_in_for("width=8"));
  EXPECT_TRUE(cache::is_stand_in(cache::stand_in_for("")));
  EXPECT_FALSE(cache::is_stand_in("width=8"));
}

}  // namespace
}  // namespace thumbs::lockfile
