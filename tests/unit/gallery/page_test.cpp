// The page: what gets where, in which state, and that no name gets out of its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gallery/html.h"
#include "gallery/state.h"
#include "thumbs/gallery.h"

namespace thumbs::gallery {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::shared_ptr<const Pictures> pictures(std::optional<PictureFile> now, std::optional<PictureFile> before = {}) {
  return std::make_shared<Pictures>(Pictures{std::move(now), std::move(before)});
}

Item item_of(const std::string& set, const std::string& source, const std::string& output) {
  Item item;
  item.set = set;
  item.source = source;
  item.variant = "grid";
  item.output = output;
  item.pictures = pictures(PictureFile{output, 256, 192, 12595});
  return item;
}

Item stale_item(Reason reason, bool has_file = true) {
  Item item = item_of("s", "in/a.jpg", "out/a.jpg");
  item.status = Status::stale;
  item.reason = reason;
  if (!has_file) item.pictures = nullptr;
  return item;
}

std::string page_of(std::vector<Item> items) {
  Report report;
  report.items = std::move(items);
  return gallery_html(report, {"shop", "../../"});
}

// The part between two texts.
std::string between(const std::string& page, const std::string& from, const std::string& to) {
  const std::size_t begin = page.find(from);
  if (begin == std::string::npos) return "";
  return page.substr(begin + from.size(), page.find(to, begin + from.size()) - begin - from.size());
}

TEST(GalleryState, OneWordForEachThumbnail) {
  struct Case {
    const char* description;
    Item item;
    State state;
  };
  Item failed = stale_item(Reason::source_changed);
  failed.status = Status::failed;
  Item orphan = item_of("s", "in/gone.jpg", "out/gone.jpg");
  orphan.status = Status::orphan;
  orphan.reason = Reason::orphan;
  const Case cases[] = {
      {"up to date", item_of("s", "in/a.jpg", "out/a.jpg"), State::fresh},
      {"changed", stale_item(Reason::source_changed), State::stale},
      {"changed, and its file is gone", stale_item(Reason::source_changed, false), State::missing},
      {"removed", stale_item(Reason::output_missing, false), State::missing},
      {"never made", stale_item(Reason::new_output, false), State::missing},
      {"failed last time, the old file stands", stale_item(Reason::retry), State::failed},
      {"failed last time", stale_item(Reason::retry, false), State::failed},
      {"failed in this run", failed, State::failed},
      {"made by no rule", orphan, State::orphan},
  };
  for (const Case& c : cases) EXPECT_EQ(state_of(c.item), c.state) << c.description;
}

TEST(GalleryHtml, UrlsHoldAnyName) {
  const std::pair<std::string, const char*> cases[] = {
      {"a/b-1_c.~jpg", "a/b-1_c.~jpg"},
      {"a b.jpg", "a%20b.jpg"},
      {"100%#1?.jpg", "100%25%231%3F.jpg"},
      {"\"<'>&.jpg", "%22%3C%27%3E%26.jpg"},
      {"new\nline.jpg", "new%0Aline.jpg"},
      {"\xff\xc3\xa9.jpg", "%FF%C3%A9.jpg"},
      {"javascript:alert(1)", "javascript%3Aalert%281%29"},
      {"back\\slash", "back%5Cslash"},
  };
  for (const auto& [path, expected] : cases) EXPECT_EQ(url(path), expected);
}

TEST(GalleryHtml, TextHoldsAnyName) {
  const std::pair<std::string, const char*> cases[] = {
      {"a b.jpg", "a b.jpg"},         {"<script>\"&'", "&lt;script&gt;&quot;&amp;&#39;"},
      {"new\nline", "new\\nline"},    {"\xff", "\\377"},
      {"caf\xc3\xa9", "caf\xc3\xa9"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(shown(text), expected);
}

TEST(GalleryPage, BeginsWithTheMarkThatTellsItFromOthers) {
  EXPECT_THAT(page_of({}), StartsWith(std::string(k_gallery_start)));
  EXPECT_THAT(page_of({}), HasSubstr("No thumbnails"));
}

TEST(GalleryPage, AThumbnailHasItsFactsAndLinks) {
  const std::string page = page_of({item_of("s", "in/a b.jpg", "out/a b-grid.jpg")});
  const std::string card = between(page, "<li class=\"fresh\">", "</li>");
  EXPECT_THAT(card, HasSubstr("<a class=\"pic\" href=\"../../out/a%20b-grid.jpg\"><img loading=\"lazy\" "
                              "src=\"../../out/a%20b-grid.jpg\" width=\"256\" height=\"192\" alt=\"\"></a>"));
  EXPECT_THAT(card, HasSubstr("<h3>a b-grid.jpg</h3>"));  // below out/, which the set's heading names
  EXPECT_THAT(page, HasSubstr("1 thumbnail, 12.3 KiB in out/</small></h2>"));
  EXPECT_THAT(card, HasSubstr("<p>256 × 192 · 12.3 KiB</p>"));
  EXPECT_THAT(card, HasSubstr("from <a href=\"../../in/a%20b.jpg\">in/a b.jpg</a>"));
}

TEST(GalleryPage, ReasonsAreThoseOfExplain) {
  Item item = stale_item(Reason::recipe_changed);
  item.changes = {{"quality", "80", "70"}, {"a <b>", "", ""}};
  const std::string page = page_of({item});
  EXPECT_THAT(page, HasSubstr("<li class=\"stale\">"));
  EXPECT_THAT(page, HasSubstr("<ul><li><b>recipe-changed</b><li>quality: 80 → 70<li>a &lt;b&gt;</ul>"));
}

TEST(GalleryPage, AFreshThumbnailHasNothingToExplain) {
  Item item = item_of("s", "in/a.jpg", "out/a.jpg");
  item.changes = {{"content", "", "unchanged"}};
  EXPECT_THAT(page_of({item}), Not(HasSubstr("unchanged")));
}

TEST(GalleryPage, BeforeAndAfterStandSideBySide) {
  Item item = item_of("s", "in/a.jpg", "out/a.jpg");
  item.pictures = pictures(PictureFile{"out/a.jpg", 8, 9, 10}, PictureFile{".thumbs/before/1.jpg", 6, 7, 11});
  const std::string page = page_of({item});
  EXPECT_THAT(page, HasSubstr("<li class=\"fresh changed\">"));
  EXPECT_THAT(page, ContainsRegex("src=\"../../.thumbs/before/1.jpg\" width=\"6\" height=\"7\" alt=\"before\"><img "
                                  "loading=\"lazy\" src=\"../../out/a.jpg\" width=\"8\" height=\"9\" alt=\"after\">"));
  EXPECT_THAT(page, HasSubstr("<p>8 × 9 · 10 B</p><p>was 6 × 7 · 11 B</p>"));
  EXPECT_THAT(page, HasSubstr("changed <b>1</b>"));
}

TEST(GalleryPage, AnUnknownSizeIsLeftOut) {
  Item item = item_of("s", "in/a.jpg", "out/a.jpg");
  item.pictures = pictures(PictureFile{"out/a.jpg", 0, 0, 10});
  const std::string page = page_of({item});
  EXPECT_THAT(page, HasSubstr("src=\"../../out/a.jpg\" alt"));
  EXPECT_THAT(page, HasSubstr("<p>10 B</p>"));
}

TEST(GalleryPage, AMissingFileIsNeitherShownNorLinked) {
  const std::string page = page_of({stale_item(Reason::new_output, false)});
  EXPECT_THAT(page, HasSubstr("<li class=\"missing\"><div class=\"pic\">no file</div>"));
  EXPECT_THAT(page, Not(HasSubstr("out/a.jpg\"")));
}

TEST(GalleryPage, FiltersOfferOnlyTheStatesThatThereAre) {
  const std::string page = page_of({item_of("s", "in/a.jpg", "out/a.jpg"), stale_item(Reason::forced)});
  const std::string filters = between(page, "<fieldset>", "</fieldset>");
  EXPECT_THAT(filters, HasSubstr("all <b>2</b>"));
  EXPECT_THAT(filters, HasSubstr("fresh <b>1</b>"));
  EXPECT_THAT(filters, HasSubstr("stale <b>1</b>"));
  for (const char* absent : {"failed", "missing", "orphan", "changed"}) EXPECT_THAT(filters, Not(HasSubstr(absent)));
}

TEST(GalleryPage, SetsAreSortedAndLinkedTo) {
  const std::string page = page_of({item_of("zoo", "in/c.jpg", "z/c.jpg"), item_of("art", "in/b.jpg", "a/b.jpg"),
                                    item_of("art", "in/a.jpg", "a/a.jpg")});
  EXPECT_THAT(page, HasSubstr("<a href=\"#set-0\">art <b>2</b></a>\n<a href=\"#set-1\">zoo <b>1</b></a>"));
  EXPECT_LT(page.find("id=\"set-0\""), page.find("in/a.jpg"));
  EXPECT_LT(page.find("in/a.jpg"), page.find("in/b.jpg"));
  EXPECT_LT(page.find("in/b.jpg"), page.find("id=\"set-1\""));
  EXPECT_THAT(page_of({item_of("one", "in/a.jpg", "a.jpg")}), Not(HasSubstr("<nav")));
}

TEST(GalleryPage, FaultsOfTheRunAreNamed) {
  Report report;
  report.errors = {"in/<x>: cannot be listed"};
  report.warnings = {"odd"};
  report.sets_without_source = {"empty"};
  const std::string page = gallery_html(report, {"shop", ""});
  EXPECT_THAT(page, HasSubstr("error: in/&lt;x&gt;: cannot be listed"));
  EXPECT_THAT(page, HasSubstr("warning: odd"));
  EXPECT_THAT(page, HasSubstr("set empty has no source"));
}

// Whatever a name brings into the page cannot know the nonce, which depends on all names.
TEST(GalleryPage, ItsPolicyAllowsOwnStyleScriptAndPicturesOnly) {
  const std::string page = page_of({item_of("s", "in/a.jpg", "out/a.jpg")});
  const std::string policy = between(page, "Content-Security-Policy\" content=\"", "\"");
  const std::string nonce = between(policy, "script-src 'nonce-", "'");
  EXPECT_EQ(nonce.size(), 32U);
  EXPECT_EQ(policy, "default-src 'none'; img-src 'self' file: data:; style-src 'nonce-" + nonce +
                        "'; script-src 'nonce-" + nonce + "'; base-uri 'none'; form-action 'none'");
  EXPECT_THAT(page, HasSubstr("<style nonce=\"" + nonce + "\">"));
  EXPECT_THAT(page, HasSubstr("<script nonce=\"" + nonce + "\">"));
  EXPECT_EQ(page, page_of({item_of("s", "in/a.jpg", "out/a.jpg")}));
  EXPECT_NE(nonce, between(page_of({item_of("s", "in/b.jpg", "out/a.jpg")}), "script-src 'nonce-", "'"));
}

TEST(GalleryPage, NoNameGetsOutOfItsPlace) {
  const std::string bad = "\"'><script>alert(1)</script><b a=\"";
  Report report;
  Item item = item_of(bad, "in/" + bad, "out/" + bad);
  item.variant = bad;
  item.status = Status::failed;
  item.error = ItemError{ErrorCode::corrupt, bad};
  item.changes = {{bad, bad, bad}};
  report.items = {item};
  report.errors = report.warnings = report.sets_without_source = {bad};
  const std::string page = gallery_html(report, {bad, "../" + bad + "/"});
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<b a")));
  EXPECT_THAT(page, Not(HasSubstr("\"'")));
}

}  // namespace
}  // namespace thumbs::gallery
