// Globs: what they match, which patterns are rejected, and what a walk may skip.
#include "manifest/glob.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <stdexcept>
#include <string>

namespace thumbs::manifest {
namespace {

TEST(Glob, MatchesAsDocumented) {
  struct Case {
    std::string pattern, path;
    bool expected;
  };
  const Case cases[] = {
      {"a.jpg", "a.jpg", true},
      {"a.jpg", "b/a.jpg", false},
      {"*", "a", true},
      {"*", "a/b", false},
      {"*/b", "a/b", true},
      {"?.png", "a.png", true},
      {"?.png", "ab.png", false},
      {"?.png", ".png", false},
      {"?.png", "ä.png", true},
      {"?.png", "\xFF.png", true},
      {"?.png", "\xC3.png", true},
      {"a?b", "a/b", false},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXbYbZ", false},
      {"a*", "a", true},
      {"*a*", "bab", true},
      {"a**b", "axxb", true},
      {"a**b", "a/b", false},
      // Folders.
      {"**", "a", true},
      {"**", "a/b/c", true},
      {"**/a", "a", true},
      {"**/a", "x/y/a", true},
      {"**/a", "x/ba", false},
      {"a/**", "a", false},
      {"a/**", "a/b", true},
      {"a/**", "a/b/c", true},
      {"a/**/b", "a/b", true},
      {"a/**/b", "a/x/y/b", true},
      {"a/**/**/b", "a/x/b", true},
      {"**/a/**/b", "x/a/y/a/z/b", true},
      {"**/a/**/b", "x/a/y/b/c", false},
      {"**/a/b", "a/a/b", true},
      {"**/*.jpg", "a.jpg", true},
      {"**/drafts/**", "drafts/a", true},
      {"**/drafts/**", "x/drafts/y/a", true},
      {"**/drafts/**", "draft/a", false},
      // Classes.
      {"[abc]", "b", true},
      {"[abc]", "d", false},
      {"[a-c]x", "bx", true},
      {"[!a-c]", "b", false},
      {"[^a-c]", "d", true},
      {"[]]", "]", true},
      {"[]a]", "a", true},
      {"[!]]", "]", false},
      {"[a-]", "-", true},
      {"[\\]x]", "]", true},
      {"[ä-ü]", "ö", true},
      {"[!a]", "ö", true},
      {"[{,}]", ",", true},
      {"a[!x]b", "a/b", false},
      // Braces.
      {"{a,b}", "a", true},
      {"{a,b}", "c", false},
      {"x{,y}", "x", true},
      {"x{,y}", "xy", true},
      {"{a,b{c,d}}e", "bde", true},
      {"{a,b{c,d}}e", "be", false},
      {"{a/b,c}/d", "a/b/d", true},
      {"{a/b,c}/d", "c/d", true},
      {"{a}", "a", true},
      {"a,b", "a,b", true},
      {"{a\\,b,c}", "a,b", true},
      {"{[,],x}", ",", true},
      // Escapes.
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"\\{a\\}", "{a}", true},
      {"a\\b", "ab", true},
      // Only extensions ignore case.
      {"*.jpg", "a.JPG", true},
      {"*.JPG", "a.jpg", true},
      {"**/*.{jpg,png}", "x/a.Png", true},
      {"a.jpg", "A.jpg", false},
      {"x/a.jpg", "X/a.jpg", false},
      {"*.[j]pg", "a.JPG", true},
      {"*.[^j]pg", "a.JPG", false},
      {"*.jp?g", "a.JPEG", true},
      {"README", "readme", false},
      {"a.b/c", "A.B/c", false},
      {"a.B/c", "a.b/c", false},
      {"*.tar.gz", "a.tar.GZ", true},
      {"*.tar.gz", "a.TAR.gz", false},
      {"*.\xC3\x84", "a.\xC3\xA4", false},
      // Only a literal dot matches a leading dot.
      {"*", ".a", false},
      {"?a", ".a", false},
      {"[.]a", ".a", false},
      {"**/*.jpg", ".x/a.jpg", false},
      {"**/*.jpg", "x/.a.jpg", false},
      {"**", "a/.b/c", false},
      {".*", ".a", true},
      {"\\.a", ".a", true},
      {"{.a,b}/*", ".a/x", true},
      {".x/**/*.jpg", ".x/y/a.jpg", true},
      {".x/**/*.jpg", ".x/.y/a.jpg", false},
      {"**/.x/*", "a/b/.x/c", true},
      {"**/.*", "a/.b", true},
      {".JPG", ".jpg", false},
      {"*", "", false},
      {"**", "", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.pattern + " and " + c.path);
    EXPECT_EQ(Glob(c.pattern).matches(c.path), c.expected);
  }
}

TEST(Glob, ForExcludesDotsAreLetters) {
  EXPECT_TRUE(Glob("**/drafts/**", Dots::all).matches(".x/drafts/.y/.a"));
  EXPECT_TRUE(Glob("*", Dots::all).matches(".a"));
  EXPECT_FALSE(Glob("*", Dots::all).matches(".a/b"));
}

TEST(Glob, MalformedPatternsAreRefusedWithAReason) {
  struct Case {
    std::string pattern, reason;
  };
  const Case cases[] = {
      {"", "it is empty"},
      {"[", "a \"[\" without"},
      {"a[b", "a \"[\" without"},
      {"[]", "a \"[\" without"},
      {"[!]", "a \"[\" without"},
      {"[a/b]", "a \"[\" without"},
      {"[z-a]", "runs backwards"},
      {"{a", "a \"{\" without"},
      {"{a,{b}", "a \"{\" without"},
      {"a}", "a \"}\" without"},
      {"a\\", "a backslash"},
      {"/a", "relative to the source"},
      {"a/", "did you mean \"a/**\"?"},
      {"a//b", "an empty folder"},
      {"a/../b", "\"..\""},
      {"./a", "\".\""},
      {"{a,}", "it is empty"},
      {std::string(5000, 'a'), "longer"},
      {"[\\", "a \"[\" without"},
      {"{a[}", "a \"[\" without"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.pattern.substr(0, 40));
    try {
      Glob glob(c.pattern);
      ADD_FAILURE() << "accepted";
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find(c.reason), std::string::npos) << error.what();
    }
  }
}

TEST(Glob, BracesAreBounded) {
  std::string ten;
  for (int i = 0; i < 10; ++i) ten += "{a,b}";
  EXPECT_TRUE(Glob(ten).matches("abababbbba"));
  EXPECT_THROW(Glob(ten + "{a,b}"), std::invalid_argument);
  EXPECT_THROW(Glob(std::string(2000, '{') + std::string(2000, '}')), std::invalid_argument);
  EXPECT_THROW(Glob("{" + std::string(2000, ',') + "}"), std::invalid_argument);
}

TEST(Glob, KnowsWhatCouldMatchBelowAFolder) {
  struct Case {
    std::string pattern, folder;
    bool could, all;
  };
  const Case cases[] = {
      {"*.jpg", "", true, false},       {"*.jpg", "a", false, false},       {"a/*.jpg", "a", true, false},
      {"a/*.jpg", "b", false, false},   {"a/*.jpg", "a/b", false, false},   {"**/*.jpg", "x/y", true, false},
      {"**/*.jpg", ".x", false, false}, {"**/*.jpg", "x/.y", false, false}, {".x/*.jpg", ".x", true, false},
      {"**", "", true, true},           {"**", "a/b", true, true},          {"a/**", "", true, false},
      {"a/**", "a", true, true},        {"a/**", "a/b/c", true, true},      {"a/**", "b", false, false},
      {"**/d/**", "d", true, true},     {"**/d/**", "x/d/y", true, true},   {"**/d/**", "x", true, false},
      {"**/d/*", "d", true, false},     {"{a,b}/**", "b", true, true},      {"a/**/*", "a", true, true},
      {"a/**/?*", "a", true, false},    {"[ab]/c/*", "b/c", true, false},   {"a/*/**", "a", true, false},
      {"a/*/**", "a/b", true, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.pattern + " below " + c.folder);
    EXPECT_EQ(Glob(c.pattern).could_match_below(c.folder), c.could);
    EXPECT_EQ(Glob(c.pattern).matches_all_below(c.folder), c.all);
  }
  EXPECT_TRUE(Glob("**/d/**", Dots::all).matches_all_below(".x/d"));
}

TEST(Glob, HostilePatternsTakeNoExponentialTime) {
  std::string stars, folders, path;
  for (int i = 0; i < 200; ++i) stars += "a*";
  for (int i = 0; i < 300; ++i) folders += "**/a/";
  for (int i = 0; i < 500; ++i) path += "a/";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(Glob(stars + "b").matches(std::string(4000, 'a')));
  EXPECT_FALSE(Glob(stars + "b?").matches(std::string(4000, 'a')));
  EXPECT_FALSE(Glob(folders + "?b").matches(path + "a"));
  EXPECT_FALSE(Glob(folders + "*[c]").could_match_below(".x/" + path));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

/// A reference matcher for '*', '**', dots and letters that tries everything: slow but obviously right.
bool tried(std::string_view pattern, std::string_view path, bool segment_start = true) {
  if (pattern.empty()) return path.empty();
  if (segment_start && (pattern == "**" || pattern.starts_with("**/"))) {
    const std::string_view rest = pattern.substr(std::min<std::size_t>(3, pattern.size()));
    const bool hidden = path.starts_with('.');
    const std::size_t slash = path.find('/');
    if (pattern == "**") {
      if (path.empty() || hidden) return false;
      return slash == std::string_view::npos || tried(pattern, path.substr(slash + 1));
    }
    if (tried(rest, path)) return true;
    return !hidden && slash != std::string_view::npos && tried(pattern, path.substr(slash + 1));
  }
  if (pattern.front() == '*') {
    if (segment_start && (path.empty() || path.front() == '.' || path.front() == '/')) return false;
    if (tried(pattern.substr(1), path, false)) return true;
    return !path.empty() && path.front() != '/' && tried(pattern, path.substr(1), false);
  }
  if (path.empty() || path.front() != pattern.front()) return false;
  return tried(pattern.substr(1), path.substr(1), pattern.front() == '/');
}

TEST(Glob, AgreesWithTryingEveryWay) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto pick = [&random](std::initializer_list<const char*> choices) {
    return std::string(*(choices.begin() + std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(random)));
  };
  const auto join = [&](std::initializer_list<const char*> choices) {
    std::string text = pick(choices);
    for (auto more = std::uniform_int_distribution<int>(0, 4)(random); more > 0; --more) text += "/" + pick(choices);
    return text;
  };
  for (int round = 0; round < 20000; ++round) {
    const std::string pattern = join({"**", "**", "*", "a", "b", ".a", ".*", "a*", "*b*", "ab*a"});
    const std::string path = join({"a", "b", ".a", "ab", "aba", ".b", "bb"});
    SCOPED_TRACE(pattern + " and " + path);
    const Glob glob(pattern);
    ASSERT_EQ(glob.matches(path), tried(pattern, path));
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      const std::string_view folder = std::string_view(path).substr(0, slash);
      ASSERT_TRUE(!glob.matches(path) || glob.could_match_below(folder));
      const bool hidden = path.find("/.", slash) != std::string::npos;
      ASSERT_TRUE(!glob.matches_all_below(folder) || hidden || glob.matches(path));
    }
  }
}

}  // namespace
}  // namespace thumbs::manifest
