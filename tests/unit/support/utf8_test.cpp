// The table of well-formed sequences, at its edges.
#include "support/utf8.h"

#include <gtest/gtest.h>

#include <string>

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
    SCOPED_TRACE(testing::PrintToString(c.text));
    EXPECT_EQ(utf8_length(c.text), c.length);
  }
}

TEST(Utf8, TextsOfUnknownEncodingBecomeUtf8) {
  const struct {
    std::string text;
    bool utf8;
    std::string as_utf8;
  } cases[] = {
      {"", true, ""},
      {"plain", true, "plain"},
      {"caf\xC3\xA9", true, "caf\xC3\xA9"},
      {"caf\xE9", false, "caf\xC3\xA9"},                      // Latin-1
      {"\xC3\xA9 \xE9", false, "\xC3\x83\xC2\xA9 \xC3\xA9"},  // one bad byte: all is taken for Latin-1
      {"\xE2\x82", false, "\xC3\xA2\xC2\x82"},                // cut short
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.text));
    EXPECT_EQ(is_utf8(c.text), c.utf8);
    EXPECT_EQ(as_utf8(c.text), c.as_utf8);
  }
}

}  // namespace
}  // namespace thumbs
