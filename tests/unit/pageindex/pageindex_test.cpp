// The index file's text: keys, order, URLs, srcset; and reading it again.
#include "pageindex/pageindex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "pageindex/base64.h"
#include "pageindex/srcset.h"
#include "support/kept.h"

namespace thumbs::pageindex {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;

Thumb thumb(const char* variant, std::uint32_t width, std::uint32_t height, PictureFormat format = PictureFormat::jpeg,
            const char* set = "s") {
  const std::string extension = format == PictureFormat::webp ? ".webp" : ".jpg";
  return {.set = set,
          .variant = variant,
          .path = test::kept("out/" + std::string(set) + "/" + variant + extension),
          .width = width,
          .height = height,
          .bytes = width * 10U,
          .format = format,
          .hash = {.high = width, .low = height}};
}

Entry entry(std::vector<Thumb> thumbs) {
  PictureLook look;
  look.dominant_colour = {0, 171, 255};
  look.thumbhash_bytes = 5;
  look.thumbhash = {1, 2, 3, 250, 5};
  return {.picture = {.hash = {.high = 1, .low = 2}, .width = 1600, .height = 1200, .alpha = false, .look = look},
          .thumbs = std::move(thumbs)};
}

Json json(const Entry& one, const std::string& base = "") { return Json::parse(text_of(one, base)); }

/// Keys in order.
std::string file(const std::vector<std::pair<std::string, Entry>>& entries) {
  FileText text("");
  for (const auto& [key, one] : entries) text.add(key, text_of(one, ""));
  return text.finish().value_or("");
}

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> found;
  for (const auto& [key, value] : object.items()) found.push_back(key);
  return found;
}

TEST(IndexText, SaysAllOfASourceAndItsThumbnails) {
  const Json one = json(entry({thumb("grid", 256, 192)}), "/shop");
  EXPECT_EQ(one["width"], 1600);
  EXPECT_EQ(one["height"], 1200);
  EXPECT_EQ(one["alpha"], false);
  EXPECT_EQ(one["dominantColour"], "#00abff");
  EXPECT_EQ(one["thumbhash"], "AQID+gU=");
  EXPECT_EQ(one["hash"], "00000000000000010000000000000002");
  EXPECT_EQ(one["variants"]["grid"], (Json{{"path", "out/s/grid.jpg"},
                                           {"url", "/shop/out/s/grid.jpg"},
                                           {"width", 256},
                                           {"height", 192},
                                           {"bytes", 2560},
                                           {"format", "jpeg"},
                                           {"type", "image/jpeg"},
                                           {"hash", "000000000000010000000000000000c0"}}));
  EXPECT_EQ(one["srcset"], (Json{{"image/jpeg", "/shop/out/s/grid.jpg 256w"}}));
  EXPECT_FALSE(one.contains("leftOut"));
}

TEST(IndexText, IsALineForEachSource) {
  const Entry one = entry({thumb("t", 8, 6)});
  const std::string text = file({{"in/50%25.jpg", one}, {"in/\"\n\x01\xc3\xbc.jpg", one}});
  EXPECT_EQ(std::ranges::count(text, '\n'), 4);
  EXPECT_EQ(keys(Json::parse(text)), (std::vector<std::string>{"in/\"\n\x01\xc3\xbc.jpg", "in/50%25.jpg"}));
  EXPECT_EQ(file({}), "{}\n");
}

TEST(IndexText, IsEmptyOnlyWhereItIsWhatStandsThere) {
  const std::string one = text_of(entry({thumb("t", 8, 6)}), "");
  const auto made_from = [&](const std::string& before, const std::vector<std::string>& names) {
    FileText text(before);
    for (const std::string& name : names) text.add(name, one);
    return text.finish();
  };
  const std::string two = *made_from("", {"a", "b"});
  EXPECT_EQ(made_from(two, {"a", "b"}), std::nullopt);
  for (const std::string& before : {std::string(), two + " ", two.substr(0, two.size() - 1), std::string("{}\n"),
                                    "x" + two, *made_from("", {"a"}), *made_from("", {"a", "b", "c"})})
    EXPECT_EQ(made_from(before, {"a", "b"}), two) << before;
  EXPECT_EQ(made_from("{}\n", {}), std::nullopt);
  EXPECT_EQ(made_from(two, {}), "{}\n");
}

TEST(IndexText, UnknownFactsAreNull) {
  Entry unknown = entry({thumb("t", 8, 6)});
  unknown.picture = {};
  const Json one = json(unknown);
  for (const char* key : {"width", "height", "alpha", "dominantColour", "thumbhash"})
    EXPECT_TRUE(one[key].is_null()) << key;
}

TEST(IndexText, VariantsThatShareANameAreToldApart) {
  struct Case {
    std::vector<Thumb> thumbs;
    std::vector<std::string> keys;
  };
  const std::vector<Case> cases{
      {{thumb("b", 1, 1), thumb("a", 2, 2)}, {"a", "b"}},
      {{thumb("a", 1, 1), thumb("a", 1, 1, PictureFormat::webp), thumb("b", 2, 2)}, {"a.jpg", "a.webp", "b"}},
      {{thumb("a", 1, 1), thumb("a", 1, 1, PictureFormat::jpeg, "other")}, {"other/a", "s/a"}},
  };
  for (const Case& c : cases) EXPECT_EQ(keys(json(entry(c.thumbs))["variants"]), c.keys);
}

TEST(IndexText, NamesWhatWasLeftOutInOrder) {
  Entry one = entry({thumb("t-320", 320, 240)});
  one.left_out = {"t-960", "t-640"};
  EXPECT_EQ(json(one)["leftOut"], (Json{"t-640", "t-960"}));
}

TEST(IndexParse, GivesBackEntriesAndPictures) {
  const Entry known = entry({thumb("grid", 256, 192)});
  Entry unknown = entry({thumb("grid \"\t\x02\xc3\xbc", 256, 192)});
  unknown.picture.look.reset();
  unknown.left_out = {"a"};
  const std::string written = file({{"in/a.jpg", known}, {"in/b.jpg", unknown}});
  for (const std::string& text : {written, nlohmann::ordered_json::parse(written).dump(4)}) {
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed);
    EXPECT_THAT(parsed->entries,
                ElementsAre(std::pair("in/a.jpg", text_of(known, "")), std::pair("in/b.jpg", text_of(unknown, ""))));
    EXPECT_EQ(parsed->pictures, std::vector{known.picture});
  }
}

// CPU time of parsing so many entries.
double time_to_parse(int entries) {
  const std::string entry_text = text_of(entry({thumb("grid", 256, 192)}), "");
  FileText text("");
  for (int i = 0; i < entries; ++i) text.add("in/" + std::to_string(1000000 + i) + ".jpg", entry_text);
  const std::string whole = *text.finish();
  const std::clock_t start = std::clock();
  const auto parsed = parse(whole);
  const double time = static_cast<double>(std::clock() - start);
  EXPECT_TRUE(parsed && parsed->entries.size() == static_cast<std::size_t>(entries));
  return time;
}

TEST(IndexParse, TakesTimeInProportionToItsEntries) {
  EXPECT_LT(time_to_parse(16000), 12 * time_to_parse(2000));  // 8, not some 20
}

TEST(IndexParse, OtherFilesAreNone) {
  for (const char* other : {"", "[]", "{", "{\"a\": 1}", "{\"a\": {\"b\": 1}}", "\xff\xd8\xff"})
    EXPECT_FALSE(parse(other)) << other;
  EXPECT_TRUE(parse("{}"));
}

TEST(IndexParse, WhatIsDamagedIsNotKnown) {
  const std::string written = file({{"a", entry({thumb("t", 8, 6)})}});
  for (const auto& [good, bad] : {std::pair{"#00abff", "#00abf"},
                                  {"#00abff", "#00abfg"},
                                  {"AQID+gU=", "AQ*D"},
                                  {"AQID+gU=", ""},
                                  {"\"width\":1600", "\"width\":\"1600\""},
                                  {"\"alpha\":false", "\"alpha\":null"},
                                  {"00000000000000010000000000000002", "0000"}}) {
    std::string damaged = written;
    damaged.replace(damaged.find(good), std::string(good).size(), bad);
    const auto parsed = parse(damaged);
    ASSERT_TRUE(parsed) << bad;
    EXPECT_TRUE(parsed->pictures.empty()) << bad;
  }
}

TEST(Url, IsThePathBelowTheBase) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"", "out/a.jpg", "out/a.jpg"},
      {"/", "out/a.jpg", "/out/a.jpg"},
      {"/shop", "out/a.jpg", "/shop/out/a.jpg"},
      {"https://cdn.example.com/x/", "out/a.jpg", "https://cdn.example.com/x/out/a.jpg"},
      {"", "a b/50%, \"q\"?#.jpg", "a%20b/50%25%2C%20%22q%22%3F%23.jpg"},
      {"", "\xc3\xbc\xff:~-_.jpg", "%C3%BC%FF%3A~-_.jpg"},
  };
  for (const auto& [base, path, url] : cases) EXPECT_EQ(url_of(base, path), url);
}

TEST(Srcset, HoldsOneAspectRatioByType) {
  struct Case {
    const char* name;
    std::vector<Candidate> candidates;
    std::map<std::string_view, std::string> srcset;
  };
  const std::vector<Case> cases{
      {"nothing", {}, {}},
      {"two widths in two types",
       {{"b.webp", "image/webp", 640, 480}, {"a.webp", "image/webp", 320, 240}, {"a.jpg", "image/jpeg", 320, 240}},
       {{"image/jpeg", "a.jpg 320w"}, {"image/webp", "a.webp 320w, b.webp 640w"}}},
      {"rounded sides are of one ratio",
       {{"s", "t", 99, 74}, {"m", "t", 333, 250}, {"l", "t", 1000, 750}},
       {{"t", "s 99w, m 333w, l 1000w"}}},
      {"a square beside a ladder",
       {{"sq", "t", 320, 320}, {"a", "t", 320, 240}, {"b", "t", 640, 480}},
       {{"t", "a 320w, b 640w"}}},
      {"a ladder of squares",
       {{"a", "t", 100, 100}, {"b", "t", 200, 200}, {"zoom", "t", 800, 600}},
       {{"t", "a 100w, b 200w"}}},
      {"one of each: the whole picture", {{"sq", "t", 500, 500}, {"a", "t", 320, 240}}, {{"t", "a 320w"}}},
      {"neither is whole: the widest", {{"sq", "t", 500, 500}, {"wide", "t", 600, 200}}, {{"t", "wide 600w"}}},
      {"two of one width: the first", {{"a", "t", 320, 240}, {"b", "t", 320, 240}}, {{"t", "a 320w"}}},
      {"a line of one pixel", {{"a", "t", 1, 100}, {"b", "t", 100, 1}}, {{"t", "b 100w"}}},
  };
  for (const Case& c : cases) EXPECT_EQ(srcset_of(c.candidates, 1600, 1200), c.srcset) << c.name;
}

TEST(Base64, GoesThereAndBack) {
  const std::vector<std::uint8_t> bytes{0, 255, 1, 254, 63, 64};
  const char* const texts[] = {"", "AA==", "AP8=", "AP8B", "AP8B/g==", "AP8B/j8=", "AP8B/j9A"};
  for (std::size_t i = 0; i <= bytes.size(); ++i) {
    const std::vector part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(base64(part), texts[i]);
    EXPECT_EQ(from_base64(texts[i]), part);
  }
  EXPECT_EQ(from_base64("A*=="), std::nullopt);
}

TEST(WithEntries, GivesTheFileThatHasThemFromTheStart) {
  using Entries = std::map<std::string, std::string, std::less<>>;
  const auto file = [](const Entries& entries) {
    FileText text("");
    for (const auto& [key, entry] : entries) text.add(key, entry);
    return *text.finish();
  };
  const Entries before{{"a\"b", "{1}"}, {"a/c", "{2}"}, {"b\\", "{3}"}, {"d\n", "{4}"}};
  const std::vector<Entries> changes{{{"a\"b", "{9}"}},
                                     {{"d\n", "{9}"}},
                                     {{"a\"b", ""}},
                                     {{"d\n", ""}},
                                     {{"0", "{9}"}, {"z", "{9}"}},
                                     {{"b", "{9}"}},
                                     {{"none", ""}},
                                     {{"a/c", ""}, {"a/d", ""}},
                                     {{"a/c", "{2}"}},
                                     {{"a/c", "{22}"}},
                                     {{"a\"b", ""}, {"a/c", ""}, {"b\\", ""}, {"d\n", ""}}};
  for (const Entries& start : {before, Entries{}, Entries{{"d\n", "{4}"}}}) {
    for (const Entries& change : changes) {
      Entries after = start;
      for (const auto& [key, entry] : change)
        entry.empty() ? static_cast<void>(after.erase(key)) : static_cast<void>(after[key] = entry);
      const std::string text = file(start);
      EXPECT_EQ(with_entries(text, change).value_or(text), file(after)) << change.begin()->first;
      EXPECT_EQ(with_entries(text, change).has_value(), after != start);
    }
  }
  EXPECT_EQ(with_entries("", {{"a", "{1}"}}), file({{"a", "{1}"}}));
}

}  // namespace
}  // namespace thumbs::pageindex
