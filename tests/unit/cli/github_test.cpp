// Annotations of GitHub Actions.
#include "cli/github.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace thumbs::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> const char* {
    const auto found = values.find(name);
    return found == values.end() ? nullptr : found->second.c_str();
  };
}

const ReportPlaces k_places{"/repo", "/repo/site", "/repo/site/shop"};

Item failed_item(const std::string& source, const std::string& message) {
  Item item;
  item.source = source;
  item.status = Status::failed;
  item.error = ItemError{ErrorCode::corrupt, message};
  return item;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(Github, IsOnOnlyInAWorkflow) {
  EXPECT_FALSE(github_step(environment_of({})));
  EXPECT_FALSE(github_step(environment_of({{"GITHUB_ACTIONS", "false"}, {"GITHUB_STEP_SUMMARY", "/s"}})));
  const auto step = github_step(
      environment_of({{"GITHUB_ACTIONS", "true"}, {"GITHUB_WORKSPACE", "/repo/"}, {"GITHUB_STEP_SUMMARY", "/s"}}));
  ASSERT_TRUE(step);
  EXPECT_EQ(step->workspace, "/repo");
  EXPECT_EQ(step->summary_file, "/s");
}

TEST(Github, ErrorsOfTheManifestPointIntoIt) {
  const Diagnostic faults[] = {
      {.file = "shop/thumbs.json", .line = 3, .column = 5, .pointer = "/sets/0", .message = "100% wrong\nvery"},
      {.file = "/elsewhere/a:b,c.json", .line = 0, .column = 0, .pointer = "", .message = "no such manifest"}};
  EXPECT_EQ(github_annotations({}, faults, k_places, ""),
            "::error file=site/shop/thumbs.json,line=3,col=5::/sets/0: 100%25 wrong\\nvery\n"
            "::error file=/elsewhere/a%3Ab%2Cc.json::no such manifest\n");
}

TEST(Github, APictureThatFailedIsNamedOnceForAllVariants) {
  Report report;
  report.items = {failed_item("in/50%.jpg", "decode: broken"), failed_item("in/50%.jpg", "decode: broken"),
                  failed_item("../up.jpg", "encode: full")};
  report.errors = {"in/dark: cannot be listed"};
  EXPECT_EQ(github_annotations(report, {}, k_places, ""),
            "::error::in/dark: cannot be listed\n"
            "::error file=site/shop/in/50%25.jpg::decode: broken\n"
            "::error file=site/up.jpg::encode: full\n");
}

TEST(Github, ACheckThatFoundSomethingIsAnError) {
  Report report;
  report.command = "check";
  report.summary.stale = 2;
  report.summary.orphans = 1;
  EXPECT_EQ(github_annotations(report, {}, k_places, "run `thumbs build`\n"),
            "::error::3 thumbnails are not up to date: run `thumbs build`\n");
  report.command = "status";
  EXPECT_EQ(github_annotations(report, {}, k_places, "run `thumbs build`\n"), "");
}

TEST(Github, WarningsOfTheManifestPointIntoIt) {
  Report report;
  report.manifest = "shop/thumbs.json";
  report.warnings = {"shop/thumbs.json:5:17: /sets/0/include/0: matches nothing", "in/a.jpg: skipped",
                     "shop/thumbs.json: renamed", "shop/thumbs.json:5: odd", "shop/thumbs.json:5:x"};
  EXPECT_EQ(github_annotations(report, {}, k_places, ""),
            "::warning file=site/shop/thumbs.json,line=5,col=17::/sets/0/include/0: matches nothing\n"
            "::warning::in/a.jpg: skipped\n"
            "::warning::shop/thumbs.json: renamed\n"
            "::warning::shop/thumbs.json:5: odd\n"
            "::warning::shop/thumbs.json:5:x\n");
}

TEST(Github, TenOfEachKindAndNoMore) {
  Report report;
  for (int i = 0; i < 10; ++i) {
    report.items.push_back(failed_item(std::to_string(i) + ".jpg", "broken"));
    report.warnings.push_back("w" + std::to_string(i));
  }
  std::string text = github_annotations(report, {}, k_places, "");
  EXPECT_EQ(count(text, "::error "), 10u);
  EXPECT_EQ(count(text, "::warning::w"), 10u);
  EXPECT_THAT(text, Not(HasSubstr(" more ")));
  report.items.push_back(failed_item("x.jpg", "broken"));
  report.warnings.emplace_back("x");
  text = github_annotations(report, {}, k_places, "");
  EXPECT_EQ(count(text, "::error"), 10u);
  EXPECT_THAT(text, HasSubstr("::error::2 more errors: see the log\n"));
  EXPECT_THAT(text, HasSubstr("::warning::2 more warnings: see the log\n"));
}

}  // namespace
}  // namespace thumbs::cli
