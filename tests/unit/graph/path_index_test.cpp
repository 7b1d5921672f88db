// The table that finds paths.
#include "graph/path_index.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace thumbs::graph {
namespace {

TEST(PathIndex, FindsEachOfManyPathsAndNothingElse) {
  std::vector<std::string> paths;
  for (int i = 0; i < 5000; ++i) paths.push_back("a/" + std::to_string(i * 7919));
  const auto text = [&](std::uint32_t i) -> std::string_view { return paths[i]; };
  PathIndex index(paths.size(), text);
  for (std::uint32_t i = 0; i < paths.size(); ++i) EXPECT_FALSE(index.add(i));
  for (std::uint32_t i = 0; i < paths.size(); ++i) {
    ASSERT_EQ(index.find(paths[i]), i);
    ASSERT_FALSE(index.find(paths[i] + "x"));
  }
  EXPECT_FALSE(index.find(""));
}

TEST(PathIndex, GivesThePositionThatWasFirst) {
  const std::vector<std::string> paths{"a", "b", "a", ""};
  PathIndex index(paths.size(), [&](std::uint32_t i) -> std::string_view { return paths[i]; });
  EXPECT_FALSE(index.add(0));
  EXPECT_FALSE(index.add(1));
  EXPECT_EQ(index.add(2), 0U);
  EXPECT_FALSE(index.add(3));
  EXPECT_EQ(index.find("a"), 0U);
  EXPECT_EQ(index.find(""), 3U);
}

TEST(PathIndex, OfNothingFindsNothing) {
  const PathIndex index(0, [](std::uint32_t) -> std::string_view { return "?"; });
  EXPECT_FALSE(index.find("a"));
}

}  // namespace
}  // namespace thumbs::graph
