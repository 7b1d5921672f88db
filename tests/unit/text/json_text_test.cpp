// JSON as text is what a JSON library writes.
#include "text/json_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace thumbs::text {
namespace {

TEST(JsonText, Quotes) {
  const struct {
    std::string text, quoted;
  } cases[] = {
      {"", R"("")"},
      {"a b", R"("a b")"},
      {"\"\\/", R"("\"\\/")"},
      {"\b\t\n\f\r", R"("\b\t\n\f\r")"},
      {std::string("\0\x1F\x7F", 3), "\"\\u0000\\u001f\x7F\""},
      {"\xC3\xA9\xF0\x9F\x98\x80", "\"\xC3\xA9\xF0\x9F\x98\x80\""},
      {"a\xFF"
       "b\xC3",
       "\"a\xEF\xBF\xBD"
       "b\xEF\xBF\xBD\""},
  };
  for (const auto& expected : cases) EXPECT_EQ(json_string(expected.text), expected.quoted);
}

TEST(JsonText, RealNumbersAreShortAndKeepTheirFraction) {
  const struct {
    double value;
    std::string text;
  } cases[] = {
      {0, "0.0"},           {1.5, "1.5"},
      {0.001, "0.001"},     {1.235, "1.235"},
      {100000, "100000.0"}, {-12.25, "-12.25"},
      {1e15, "1e+15"},      {123456.789, "123456.789"},
      {1e-5, "1e-05"},      {std::numeric_limits<double>::infinity(), "null"},
  };
  for (const auto& expected : cases) EXPECT_EQ(real_text(expected.value), expected.text);
}

TEST(JsonText, ObjectsAreOnOneLine) {
  std::string text = "x";
  ObjectText object(text);
  object.text("a", "\"");
  object.number("b", 1);
  object.value("c", "[2]");
  object.key("d") += "null";
  object.close();
  EXPECT_EQ(text, R"(x{"a":"\"","b":1,"c":[2],"d":null})");
}

}  // namespace
}  // namespace thumbs::text
