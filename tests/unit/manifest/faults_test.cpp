// Messages and positions for bad manifests.
#include "unit/manifest/faults.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace thumbs::manifest {
namespace {

using Texts = std::vector<std::string>;

/// A valid manifest except for `keys` in its variant, which start at 1:60.
std::string with_variant(const std::string& keys) {
  return R"({"sets":[{"source":"i","output":"o","variants":[{"name":"a",)" + keys + R"("width":1}]}]})";
}

TEST(Faults, AllAreReportedAtOnceInTheOrderOfTheText) {
  const std::string text =
      "{\n"
      "  \"version\": 2,\n"
      "  \"chache\": \"x\",\n"
      "  \"limits\": { \"inputPixels\": -1, \"memory\": \"lots\" },\n"
      "  \"sets\": [\n"
      "    { \"source\": \"a\", \"include\": [\"[a\"], \"path\": \"{stm}.{ext}\",\n"
      "      \"variants\": [\n"
      "        { \"name\": \"a b\", \"widht\": 256, \"fit\": \"covr\" },\n"
      "        { \"name\": \"ok\", \"width\": \"256\", \"quality\": 101, \"quality\": 80 }\n"
      "      ]\n"
      "    }\n"
      "  ]\n"
      "}\n";
  EXPECT_EQ(
      texts_of(faults_of(text)),
      (Texts{
          "m.json:2:14: /version: is newer than this thumbs supports (version 1): "
          "upgrade thumbs",
          "m.json:3:3: /chache: unknown key \"chache\": did you mean \"cache\"?",
          "m.json:4:30: /limits/inputPixels: is -1; must be a whole number from 0 to 9007199254740991",
          "m.json:4:44: /limits/memory: invalid size \"lots\"; must be a whole number of bytes, or a string such as "
          "\"64MiB\", "
          "\"1GiB\" or \"500MB\", or \"auto\"",
          "m.json:6:5: /sets/0: a set needs \"output\", a folder",
          "m.json:6:34: /sets/0/include/0: malformed glob: a \"[\" without a \"]\" (write \"\\[\" for a literal "
          "\"[\")",
          "m.json:6:49: /sets/0/path: unknown token \"{stm}\": did you mean \"stem\"?",
          "m.json:8:9: /sets/0/variants/0: a variant needs a \"width\" or a \"height\"",
          "m.json:8:19: /sets/0/variants/0/name: invalid name \"a b\": use only A-Z, a-z, 0-9, \"_\" and \"-\"",
          "m.json:8:26: /sets/0/variants/0/widht: unknown key \"widht\": did you mean \"width\"?",
          "m.json:8:47: /sets/0/variants/0/fit: unknown value \"covr\": did you mean \"cover\"?",
          "m.json:9:34: /sets/0/variants/1/width: must be a whole number from 1 to 65535, not a string",
          "m.json:9:52: /sets/0/variants/1/quality: is 101; must be a whole number from 1 to 100",
          "m.json:9:57: /sets/0/variants/1/quality: duplicate key \"quality\", first on line 9: remove one",
      }));
}

TEST(Faults, EachStandsAtItsExactPlace) {
  struct Case {
    std::string name, keys;  // '@' marks the value at fault and is removed
  };
  const Case cases[] = {
      {"first thing", R"("effort":@-1,)"},
      {"after white space", "\"effort\" \t:\r\n  @-1,"},
      {"after comments", "/* \" , : */\"effort\"// -1\n:/*a*//*b*/@-1,"},
      {"after a number with a comment behind", R"("quality":1/*,"effort":-1*/,"effort":@-1,)"},
      {"after a string with quotes in it", R"("background":"\"\\","effort":@-1,)"},
      {"after letters of several bytes", "/*äö*/\"effort\":@-1,"},
      {"after a long exponent", R"("sharpen":1.25e-0,"effort":@-1,)"},
      {"after literals", R"("linear":true,"lossless":false,"effort":@-1,)"},
      {"after null", R"("linear":null,"effort":@-1,)"},
      {"after a nested value of the wrong type", R"("kernel":[{"a":[]},null],"effort":@-1,)"},
      {"after empty containers", R"("kernel":[],"fit":{},"effort":@-1,)"},
      {"a string", R"("effort":@"x",)"},
      {"an array", R"("effort": @[1],)"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::string text = with_variant(c.keys);
    const std::size_t at = text.find('@');
    text.erase(at, 1);
    const auto line_start = static_cast<std::ptrdiff_t>(text.rfind('\n', at) + 1);
    const auto faults = faults_of(text);
    ASSERT_FALSE(faults.empty());
    EXPECT_EQ(faults.back().line, 1 + std::count(text.begin(), text.begin() + line_start, '\n'));
    EXPECT_EQ(faults.back().column, 1 + static_cast<std::ptrdiff_t>(at) - line_start);
    EXPECT_EQ(faults.back().pointer, "/sets/0/variants/0/effort");
  }
}

TEST(Faults, AByteOrderMarkTakesNoColumn) {
  EXPECT_EQ(texts_of(faults_of("\xEF\xBB\xBF{}")), texts_of(faults_of("{}")));
}

TEST(Faults, ASyntaxErrorIsOneFaultWithItsPlaceAndMend) {
  struct Case {
    std::string text;
    int line, column;
    std::string message;
  };
  const Case cases[] = {
      {"", 1, 1, "empty file: a manifest is a JSON object"},
      {" \n// x\n", 1, 1, "empty file: a manifest is a JSON object"},
      {"{\n\"a\": 1,\n}", 3, 1, "syntax error: unexpected '}' after a comma: remove the comma"},
      {"{\"sets\": [1, ]}", 1, 14, "syntax error: unexpected ']' after a comma: remove the comma"},
      {"{\"a\": 1\n \"b\": 2}", 2, 2, "syntax error: unexpected string literal; expected ',' or '}'"},
      {"[1 2]", 1, 4, "syntax error: unexpected number literal; expected ',' or ']'"},
      {"{\"a\" 1}", 1, 6, "syntax error: unexpected number literal; expected ':'"},
      {"{\"a\":}", 1, 6, "syntax error: unexpected '}'; expected '[', '{', or a literal"},
      {"{\"a\":,}", 1, 6, "syntax error: unexpected ','; expected '[', '{', or a literal"},
      {"{a: 1}", 1, 2, "syntax error: invalid literal; expected a key in double quotes"},
      {"{'a': 1}", 1, 2, "syntax error: single quotes: strings need double quotes"},
      {"{1: 1}", 1, 2, "syntax error: unexpected number literal; expected a key in double quotes"},
      {"{\"a\": tru}", 1, 7, "syntax error: invalid literal: strings and keys need double quotes"},
      {"{\"a\": \"x", 1, 7, "syntax error: invalid string: missing closing quote"},
      {"{\"a\": \"x\ny\"}", 1, 9,
       "syntax error: invalid string: control character U+000A (LF) must be escaped to \\u000A or \\n"},
      {"{\"a\": \"\\q\"}", 1, 9, "syntax error: invalid string: forbidden character after backslash"},
      {"{\"a\": 1 /* x", 1, 9, "syntax error: invalid comment; missing closing '*/'"},
      {"{\"a\": 1", 1, 8, "syntax error: unexpected end of input; expected ',' or '}'"},
      {"[1,", 1, 4, "syntax error: unexpected end of input; expected '[', '{', or a literal"},
      {"{} x", 1, 4, "syntax error: invalid literal; expected end of input"},
      {"{} {}", 1, 4, "syntax error: unexpected '{'; expected end of input"},
      {"{\"a\": \"\xFF\"}", 1, 8, "not UTF-8 text: byte 0xff"},
      {"// \xC3(\n{}", 1, 4, "not UTF-8 text: byte 0xc3"},
      {"{\n\xED\xA0\x80}", 2, 1, "not UTF-8 text: byte 0xed"},
      {std::string("{}\0{}", 5), 1, 3, "not UTF-8 text: byte 0x00"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto faults = faults_of(c.text);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].line, c.line);
    EXPECT_EQ(faults[0].column, c.column);
    EXPECT_EQ(faults[0].pointer, "");
    EXPECT_EQ(faults[0].message, c.message);
  }
}

TEST(Faults, UnknownValuesAreToldTheNearest) {
  struct Case {
    std::string keys, message;
  };
  const Case cases[] = {
      {R"("fit":"Cover",)", R"(unknown value "Cover": did you mean "cover"?)"},
      {R"("format":"jpg",)", R"(unknown value "jpg": did you mean "jpeg"?)"},
      {R"("position":"centre",)", R"(unknown value "centre": did you mean "center"?)"},
      {R"("position":"topleft",)", R"(unknown value "topleft": did you mean "top-left"?)"},
      {R"("chromaSubsampling":"420",)", R"(unknown value "420": did you mean "4:2:0"?)"},
      {R"("kernel":"sharpest one",)",
       R"(unknown value "sharpest one": expected one of "nearest", "box", "linear", "cubic", "mitchell", "lanczos2", "lanczos3")"},
      {R"("color":"srgb",)", R"(unknown key "color": did you mean "colour"?)"},
      {R"("without_enlargement":true,)", R"(unknown key "without_enlargement": did you mean "withoutEnlargement"?)"},
      {R"("a\nb\u0000\u001b":1,)", R"(unknown key "a\u000ab\u0000\u001b")"},
      {R"("background":"fff",)", R"(invalid colour "fff": did you mean "#fff"?)"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.keys);
    const auto faults = faults_of(with_variant(c.keys));
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].message.substr(0, c.message.size()), c.message);
  }
}

TEST(Faults, NumbersBeyondEveryRangeDoNotHideTheOthers) {
  EXPECT_EQ(texts_of(faults_of(with_variant(R"("quality":1e999,"effort":-1e400,"sharpen":99,)"))),
            (Texts{"m.json:1:71: /sets/0/variants/0/quality: is out of range; must be a whole number from 1 to 100",
                   "m.json:1:86: /sets/0/variants/0/effort: is out of range; must be a whole number from 0 to 9",
                   "m.json:1:103: /sets/0/variants/0/sharpen: is 99; must be a number from 0 to 10"}));
  std::string many = "[";
  for (int i = 0; i < 1000; ++i) many += "1e999,";
  EXPECT_EQ(faults_of(many + "1]").size(), 1u);
}

TEST(Faults, DeepNestingIsAFaultAndNotACrash) {
  for (const std::string& open : {std::string("["), std::string("{\"a\":")}) {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += open;
    const auto faults = faults_of(text);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].message, "nested more than 64 levels deep");
  }
}

TEST(Faults, AnUnreadableSizeIsNotAlsoAMissingOne) {
  EXPECT_EQ(faults_of(R"({"sets":[{"source":"i","output":"o","variants":[{"name":"a","height":0}]}]})").size(), 1u);
  EXPECT_EQ(
      faults_of(R"({"defaults":{"width":0},"sets":[{"source":"i","output":"o","variants":[{"name":"a"}]}]})").size(),
      1u);
}

/// Changes a few bytes: flips, cuts, duplicates and swaps pieces.
std::string mutated(std::string text, std::mt19937& random) {
  const auto below = [&random](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  constexpr std::string_view k_bytes = "{}[]\",:/*\\u0019-+.eE\n\r tfn\xC3\xA4\xFF";
  for (std::size_t times = 1 + below(4); times > 0 && !text.empty(); --times) {
    const std::size_t at = below(text.size());
    const std::size_t size = 1 + below(std::min<std::size_t>(text.size() - at, 20));
    switch (below(5)) {
      case 0: text[at] = static_cast<char>(below(256)); break;
      case 1: text.erase(at, size); break;
      case 2: text.insert(at, text.substr(below(text.size()), size)); break;
      case 3: text.insert(at, 1, k_bytes[below(k_bytes.size())]); break;
      default: text.resize(at);
    }
  }
  return text;
}

TEST(Faults, MutatedManifestsParseOrSayWhere) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string good =
      "// a\n{\"version\": 1, \"limits\": {\"memory\": \"1GiB\", \"seconds\": 1.5e1}, \"defaults\": {\"linear\": "
      "true},\n"
      "/* b */ \"sets\": [{\"source\": \"\\u00e4\", \"include\": [\"**/*.{jpg,png}\", \"[a-z]?\"], \"output\": \"o\",\n"
      "\"path\": \"{dir}/{stem}.{ext}\", \"variants\": [{\"name\": \"a\", \"width\": 100, \"background\": "
      "\"#abc\"}]}]}\n";
  ASSERT_TRUE(faults_of(good).empty());
  for (int round = 0; round < 5000; ++round) {
    const std::string text = mutated(good, random);
    const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
    for (const Diagnostic& fault : faults_of(text)) {
      ASSERT_GE(fault.line, 1) << text;
      ASSERT_LE(fault.line, lines) << text;
      ASSERT_GE(fault.column, 1) << text;
      ASSERT_LE(fault.column, static_cast<int>(text.size()) + 1) << text;
      ASSERT_FALSE(fault.message.empty()) << text;
    }
  }
}

}  // namespace
}  // namespace thumbs::manifest
