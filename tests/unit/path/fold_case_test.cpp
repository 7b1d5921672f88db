// Case folding, and finding paths.
#include "path/fold_case.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plan/path_index.h"

namespace thumbs {
namespace {

TEST(FoldCase, LowersLettersAndLeavesTheRest) {
  struct Case {
    std::string name, text, folded;
  };
  const Case cases[] = {
      {"empty", "", ""},
      {"ASCII", "A/b-Z.PNG", "a/b-z.png"},
      {"what stands around the letters", "@[`{", "@[`{"},
      {"Latin", "\xC3\x89t\xC3\xA9", "\xC3\xA9t\xC3\xA9"},
      {"Greek", "\xCE\xA9", "\xCF\x89"},
      {"Cyrillic", "\xD0\x96", "\xD0\xB6"},
      {"beyond the first plane (Deseret)", "\xF0\x90\x90\x80", "\xF0\x90\x90\xA8"},
      {"no case at all", "\xE6\x97\xA5", "\xE6\x97\xA5"},
      {"mixed with ASCII", "A\xC3\x89", "a\xC3\xA9"},
      {"the last code point", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
      {"a lone byte", "\xC9", "\xC9"},
      {"a lone byte before a letter", "\xC3X", "\xC3x"},
      {"a sequence cut short", "A\xE2\x82", "a\xE2\x82"},
      {"a continuation byte", "\x80\xBF", "\x80\xBF"},
      {"an overlong A", "\xC1\x81", "\xC1\x81"},
      {"an overlong NUL", "\xC0\x80", "\xC0\x80"},
      {"an overlong slash in three", "\xE0\x80\xAF", "\xE0\x80\xAF"},
      {"an overlong letter in four", "\xF0\x80\x83\x89", "\xF0\x80\x83\x89"},
      {"beyond Unicode", "\xF4\x90\x80\x80", "\xF4\x90\x80\x80"},
      {"a byte that starts nothing", "\xFF\x80\x80\x80", "\xFF\x80\x80\x80"},
      {"a surrogate", "\xED\xA0\x80", "\xED\xA0\x80"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(fold_case(c.text), c.folded);
    EXPECT_EQ(fold_case(c.folded), c.folded) << "folded once is folded";
  }
}

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
}  // namespace thumbs
