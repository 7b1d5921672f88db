// Which words are options, and which are their values.
#include "cli/option_words.h"

#include <gtest/gtest.h>

namespace thumbs::cli {
namespace {

using Words = std::vector<std::string>;

// "--set=a --quiet", as they were understood.
std::string text_of(const SeparatedWords& separated) {
  std::string text;
  for (const GivenOption& option : separated.options) {
    if (!text.empty()) text += ' ';
    text += option.row->name();
    if (!option.value.empty()) text += "=" + option.value;
  }
  return text;
}

TEST(OptionWords, SeparatesOptionsFromOtherWords) {
  const struct {
    Words words;
    std::string options;
    Words others;
  } cases[] = {
      {{}, "", {}},
      {{"a", "", "-"}, "", {"a", "", "-"}},
      {{"--set=a", "--set", "b", "c"}, "--set=a --set=b", {"c"}},
      {{"--set", "--quiet"}, "--set=--quiet", {}},
      {{"--set", ""}, "--set", {}},
      {{"--set=a=b"}, "--set=a=b", {}},
      {{"-j4", "-j", "5", "-j=6"}, "--jobs=4 --jobs=5 --jobs==6", {}},
      {{"-nq", "-qj4", "-nj", "4"}, "--dry-run --quiet --quiet --jobs=4 --dry-run --jobs=4", {}},
      {{"--json", "a", "--json=b"}, "--json --json=b", {"a"}},
      {{"--nothing=a", "-nZ", "-Zn", "---", "--=", "--set=a"},
       "--dry-run --set=a",
       {"--nothing=a", "-Z", "-Zn", "---", "--="}},
      {{"--set=[a,b]", "[c]"}, "--set=[a,b]", {"[c]"}},
  };
  for (const auto& expected : cases) {
    const SeparatedWords found = separate(expected.words);
    EXPECT_EQ(text_of(found), expected.options);
    EXPECT_EQ(found.others, expected.others);
    EXPECT_EQ(found.fault, "");
  }
}

TEST(OptionWords, StopsAtTheFirstFault) {
  const struct {
    Words words;
    std::string fault;
  } cases[] = {
      {{"--jobs"}, "--jobs needs a value"},
      {{"-nj"}, "--jobs needs a value"},
      {{"-C"}, "-C needs a value"},
      {{"--quiet=yes", "--jobs"}, "--quiet takes no value"},
  };
  for (const auto& expected : cases) EXPECT_EQ(separate(expected.words).fault, expected.fault);
}

TEST(OptionWords, KnowsAnOptionByItsName) {
  const SeparatedWords found = separate(Words{"-n"});
  EXPECT_TRUE(found.has("--dry-run"));
  EXPECT_FALSE(found.has("--quiet"));
}

}  // namespace
}  // namespace thumbs::cli
