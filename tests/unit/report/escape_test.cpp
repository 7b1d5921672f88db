// Names that JSON or a terminal cannot take as they are.
#include "report/escape.h"

#include <gtest/gtest.h>

namespace thumbs {
namespace {

TEST(Utf8, LengthsFollowTheTableOfWellFormedSequences) {
  const struct {
    std::string text;
    std::size_t length;
  } cases[] = {
      {"", 0},
      {std::string(1, '\0'), 1},
      {"a", 1},
      {"\x7F", 1},
      {"\x80", 0},
      {"\xC1\xBF", 0},  // overlong
      {"\xC2\x80", 2},
      {"\xC2", 0},
      {"\xDF\xBF", 2},
      {"\xDF\x41", 0},
      {"\xE0\x9F\xBF", 0},  // overlong
      {"\xE0\xA0\x80", 3},
      {"\xE2\x82", 0},
      {"\xED\x9F\xBF", 3},
      {"\xED\xA0\x80", 0},  // a surrogate
      {"\xEE\x80\x80", 3},
      {"\xF0\x8F\xBF\xBF", 0},  // overlong
      {"\xF0\x9F\x98\x80", 4},
      {"\xF0\x9F\x98", 0},
      {"\xF4\x8F\xBF\xBF", 4},
      {"\xF4\x90\x80\x80", 0},  // beyond U+10FFFF
      {"\xF5\x80\x80\x80", 0},
      {"\xFF", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(printable(c.text));
    EXPECT_EQ(utf8_length(c.text), c.length);
  }
}

TEST(JsonPath, OnlyPathsThatAreNotUtf8AreEncoded) {
  const struct {
    std::string path, written;
  } cases[] = {
      {"photos/a.jpg", "photos/a.jpg"},
      {"100%.jpg", "100%.jpg"},
      {"ä/日本.png", "ä/日本.png"},
      {"a\nb\"c\\", "a\nb\"c\\"},
      {"a\xFF.jpg", "a%FF.jpg"},
      {"100%/\xE4.jpg", "100%25/%E4.jpg"},
      {"ä\xC3", "ä%C3"},
      {"\xED\xA0\x80", "%ED%A0%80"},
      {"", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.written);
    EXPECT_EQ(json_path(c.path), c.written);
  }
}

TEST(DisplayName, IsQuotedWhereATerminalWouldBeFooled) {
  const struct {
    std::string name, shown;
  } cases[] = {
      {"plain name.jpg", "plain name.jpg"},
      {"-n", "-n"},
      {"ä日😀", "ä日😀"},
      {"a\nb", R"("a\nb")"},
      {"a\tb\r", R"("a\tb\r")"},
      {"\x1b[31m", R"("\033[31m")"},
      {std::string("a\0b", 3), R"("a\000b")"},
      {"say \"hi\"", R"("say \"hi\"")"},
      {"back\\slash", R"("back\\slash")"},
      {"\xFFx", R"("\377x")"},
      {"\xC2\x9B", R"("\302\233")"},                // CSI as one C1 character
      {"\xE2\x80\xAEgpj", R"("\342\200\256gpj")"},  // right-to-left override
      {"\x7F", R"("\177")"},
      {"", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.shown);
    EXPECT_EQ(display_name(c.name), c.shown);
  }
}

TEST(Printable, EscapesButKeepsQuotesAndBackslashes) {
  EXPECT_EQ(printable("cannot open \"a\\b\": \x1b\n\xFE"), "cannot open \"a\\b\": \\033\\n\\376");
  EXPECT_EQ(printable("quality: 80 → 75"), "quality: 80 → 75");
}

}  // namespace
}  // namespace thumbs
