// Names that must be escaped for JSON or a terminal.
#include <gtest/gtest.h>

#include "thumbs/text.h"

namespace thumbs::text {
namespace {

TEST(JsonPath, EncodesWhatIsNotUtf8AndPercents) {
  const struct {
    std::string path, written;
  } cases[] = {
      {"photos/a.jpg", "photos/a.jpg"},    {"100%.jpg", "100%25.jpg"},
      {"a%FF.jpg", "a%25FF.jpg"},          {"ä/日本.png", "ä/日本.png"},
      {"a\nb\"c\\", "a\nb\"c\\"},          {"a\xFF.jpg", "a%FF.jpg"},
      {"100%/\xE4.jpg", "100%25/%E4.jpg"}, {"ä\xC3", "ä%C3"},
      {"\xED\xA0\x80", "%ED%A0%80"},       {"", ""},
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
}  // namespace thumbs::text
