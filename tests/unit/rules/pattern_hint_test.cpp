// What is suggested where a pattern matches nothing.
#include "rules/pattern_hint.h"

#include <gtest/gtest.h>

namespace thumbs::rules {
namespace {

const scan::NamesBelow k_names{
    {"a.jpg", "drafts/b.jpg", "deep/er/c.webp", "IMG_1.JPG", "notes.txt"}, {"drafts", "deep", "deep/er"}, {}};

TEST(PatternHint, NamesTheNearestThatWouldMatch) {
  struct Case {
    const char* pattern;
    PatternUse use;
    const char* hint;
  };
  const Case cases[] = {
      {"*.jpge", PatternUse::include, ": did you mean \"*.jpg\"?"},
      {"**/*.jpeg", PatternUse::include, ": did you mean \"**/*.jpg\"?"},
      {"*.{jpge,gif}", PatternUse::include, ": did you mean \"*.jpg\"?"},
      {"*.wbep", PatternUse::include, ": did you mean \"**/*.webp\"?"},
      {"*.jpge", PatternUse::exclude, ": did you mean \"*.jpg\"?"},
      {"src/*.jpg", PatternUse::include, ": did you mean \"*.jpg\"? Patterns are relative to \"assets/src\"."},
      {"assets/src/drafts/**", PatternUse::exclude,
       ": did you mean \"drafts/**\"? Patterns are relative to \"assets/src\"."},
      {"drafts", PatternUse::include, ": did you mean \"drafts/**\"? A folder's name does not match the files in it."},
      {"**/drafts", PatternUse::exclude,
       ": did you mean \"**/drafts/**\"? A folder's name does not match the files in it."},
      {"draft/**", PatternUse::exclude, ": did you mean \"drafts/**\"?"},
      {"Drafts/*.jpg", PatternUse::include, ": did you mean \"drafts/*.jpg\"?"},
      {"b.jpg", PatternUse::include, ": did you mean \"**/b.jpg\"?"},
      {"drafts\\b.jpg", PatternUse::include,
       ": did you mean \"drafts/b.jpg\"? Separate folders with \"/\"; a backslash escapes."},
      {"img_*.jpg", PatternUse::include, ": case matters: the file is named \"IMG_1.JPG\""},
      {"!a.jpg", PatternUse::include, ": \"!\" does not exclude files: add \"a.jpg\" to \"exclude\""},
      {"!a.jpg", PatternUse::exclude, ": \"!\" does not re-include files: exclude fewer files"},
      {"[[:alpha:]].jpg", PatternUse::include, ": [:alpha:] is not supported: write \"[A-Za-z]\""},
      {"assets/src/x/y", PatternUse::include, ": patterns are relative to \"assets/src\""},
      // Nobody who writes these means another kind of file.
      {"*.png", PatternUse::include, ""},
      {"**/*.gif", PatternUse::include, ""},
      {"*.psd", PatternUse::exclude, ""},
      {"else/where.xyz", PatternUse::include, ""},
  };
  for (const Case& c : cases) EXPECT_EQ(pattern_hint(c.pattern, c.use, "assets/src", k_names), c.hint) << c.pattern;
}

TEST(PatternHint, IsQuickWhereNamesAreMany) {
  scan::NamesBelow names;
  for (int i = 0; i < 10'000; ++i) names.files.push_back("folder" + std::to_string(i) + "/picture.jpg");
  std::string braces = "{";
  for (int i = 0; i < 200; ++i) braces += "fold" + std::to_string(i) + ",";
  EXPECT_EQ(pattern_hint(braces + "x}/y.nothing", PatternUse::include, "src", names), "");
}

}  // namespace
}  // namespace thumbs::rules
