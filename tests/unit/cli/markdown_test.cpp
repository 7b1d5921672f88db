// The report for a pull request's comment.
#include "cli/markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/item_of.h"

namespace thumbs::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Report check_of(std::vector<Item> items) {
  Report report;
  report.command = "check";
  report.items = std::move(items);
  for (const Item& item : report.items) {
    if (item.status == Status::stale) ++report.summary.stale;
    if (item.status == Status::orphan) ++report.summary.orphans;
  }
  return report;
}

std::string markdown(const Report& report) { return markdown_report(report, {}, "thumbs", false); }

TEST(Markdown, NothingAmissIsOneLineAndACount) {
  Report report;
  report.command = "check";
  report.summary.fresh = 120;
  EXPECT_EQ(markdown(report), "### thumbs: all 120 thumbnails are up to date\n\n120 up to date\n");
}

TEST(Markdown, WhatIsAmissIsCountedBySetAndNamedWithItsReason) {
  Item changed = item_of("out/b.jpg", Status::stale, Reason::recipe_changed, "blog");
  changed.changes = {{"quality", "85", "80"}};
  Report report = check_of({item_of("out/a.jpg", Status::stale, Reason::output_missing), changed,
                            item_of("out/c.jpg", Status::orphan, Reason::orphan)});
  report.summary.fresh = 7;
  report.warnings = {"in/x.jpg: skipped"};
  EXPECT_EQ(markdown(report),
            "### thumbs: 3 thumbnails are not up to date\n"
            "\n"
            "2 stale, 1 orphan, 7 up to date\n"
            "\n"
            "| set | reason | thumbnails |\n"
            "|---|---|---:|\n"
            "| `blog` | recipe-changed | 1 |\n"
            "| `s` | orphan | 1 |\n"
            "| `s` | output-missing | 1 |\n"
            "\n"
            "<details><summary>Which and why</summary>\n"
            "\n"
            "| thumbnail | state | why |\n"
            "|---|---|---|\n"
            "| `out/b.jpg` | stale | recipe-changed: `quality: 85 → 80` |\n"
            "| `out/a.jpg` | stale | output-missing |\n"
            "| `out/c.jpg` | orphan | orphan |\n"
            "\n"
            "</details>\n"
            "\n"
            "Warnings:\n"
            "\n"
            "- `in/x.jpg: skipped`\n"
            "\n"
            "Run `thumbs build --prune` to build what is stale and remove orphans.\n");
}

TEST(Markdown, HeadlinesSayTheWorst) {
  const struct {
    const char* text;
    Summary summary;
    std::vector<std::string> errors = {};
    bool interrupted = false;
  } cases[] = {
      {"1 thumbnail is up to date", {.fresh = 1}},
      {"built 3 thumbnails", {.built = 2, .copied = 1}},
      {"1 thumbnail failed", {.built = 2, .failed = 1}},
      {"1 thumbnail is not up to date", {.orphans = 1}},
      {"the run failed", {.fresh = 1}, {"in: cannot be listed"}},
      {"interrupted", {.built = 1}, {}, true},
  };
  for (const auto& one : cases) {
    Report report;
    report.command = "build";
    report.summary = one.summary;
    report.errors = one.errors;
    report.interrupted = one.interrupted;
    EXPECT_THAT(markdown(report), testing::StartsWith("### thumbs: " + std::string(one.text) + "\n"));
  }
}

TEST(Markdown, AManifestThatIsWrongIsNamed) {
  Report report;
  report.command = "check";
  const Diagnostic fault{.file = "thumbs.json", .line = 3, .column = 5, .pointer = "/sets", .message = "is <b>"};
  EXPECT_EQ(markdown_report(report, {&fault, 1}, "thumbs", false),
            "### thumbs: the manifest or the command line is wrong\n\nErrors:\n\n- `thumbs.json:3:5: /sets: is <b>`\n");
}

TEST(Markdown, NamesAreNeverMarkup) {
  const std::pair<std::string, std::string> cases[] = {
      {"plain/a.jpg", "`plain/a.jpg`"},
      {"a|b", "`a\\|b`"},
      {"a\\|b", "`a\\\\\\|b`"},
      {"tick`s", "``tick`s``"},
      {"``", "``` `` ```"},
      {"<img> @all #1 *x* [y](z)", "`<img> @all #1 *x* [y](z)`"},
      {"new\nline", "`new\\nline`"},
      {" a", "`  a `"},
      {"", "–"},
  };
  for (const auto& [name, span] : cases) EXPECT_EQ(code_span(name), span);
  EXPECT_EQ(code_span("a|b", false), "`a|b`");
}

TEST(Markdown, LongNamesAreCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "ö";
  const std::string span = code_span("x" + name);
  EXPECT_LT(span.size(), 180u);
  EXPECT_TRUE(span.ends_with("ö…`")) << span;
}

TEST(Markdown, ShowsFiftyAndFitsIntoAComment) {
  Report report;
  report.command = "check";
  for (int i = 0; i < 1000; ++i) {
    Item item = item_of(std::string(300, '|') + std::to_string(i), Status::stale, Reason::source_changed,
                        std::string(300, '`') + std::to_string(i));
    item.changes = {{std::string(300, '|'), std::string(300, '<'), ">"}};
    report.items.push_back(item);
    report.warnings.push_back(std::string(500, '|') + std::to_string(i));
    report.errors.push_back(std::string(500, '|') + std::to_string(i));
  }
  report.summary.stale = 1000;
  EXPECT_LT(markdown(report).size(), 65536u);
  EXPECT_THAT(markdown(report), HasSubstr(" more\n"));

  report.items.clear();
  for (int i = 0; i < 51; ++i) report.items.push_back(item_of(std::to_string(i), Status::stale, Reason::new_output));
  EXPECT_THAT(markdown(report), HasSubstr("| `49` |"));
  EXPECT_THAT(markdown(report), Not(HasSubstr("| `50` |")));
  EXPECT_THAT(markdown(report), HasSubstr("\nand 1 more\n\n</details>\n"));
}

}  // namespace
}  // namespace thumbs::cli
