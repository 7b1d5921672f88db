// The text at the end of each command.
#include "cli/text_report.h"

#include <gtest/gtest.h>

#include "unit/cli/item_of.h"

namespace thumbs::cli {
namespace {

Report report_of(const std::string& command, Summary summary, bool interrupted = false) {
  Report report;
  report.command = command;
  report.summary = summary;
  report.interrupted = interrupted;
  return report;
}

Report unlistable(Report report) {
  report.errors = {"in/dark: Permission denied"};
  return report;
}

TEST(TextReport, SummariesSayWhatHappened) {
  const struct {
    const char* name;
    Report report;
    TextOptions options;
    std::string text;
  } cases[] = {
      {"all fresh", report_of("build", {.fresh = 300}), {}, "nothing to do: 300 thumbnails up to date\n"},
      {"no sources", report_of("build", {}), {}, "nothing to do: 0 thumbnails up to date\n"},
      {"fresh, with orphans",
       report_of("build", {.fresh = 3, .orphans = 1}),
       {},
       "nothing to do: 3 thumbnails up to date\n1 orphan left; run `thumbs prune` to remove it\n"},
      {"a folder could not be listed",
       unlistable(report_of("build", {.outputs = 3, .fresh = 3})),
       {},
       "built 0, 3 up to date in 0.0 s (0 B read, 0 B written)\n"},
      {"a mixed build",
       report_of("build", {.outputs = 315,
                           .fresh = 300,
                           .built = 12,
                           .copied = 1,
                           .failed = 2,
                           .orphans = 4,
                           .bytes_read = 5 << 20,
                           .bytes_written = 2048,
                           .seconds = 1.23}),
       {},
       "built 12, copied 1, failed 2, 300 up to date in 1.2 s (5.0 MiB read, 2.0 KiB written)\n"
       "4 orphans left; run `thumbs prune` to remove them\n"},
      {"interrupted",
       report_of("build", {.outputs = 10, .fresh = 2, .built = 3}, true),
       {},
       "interrupted: built 3, 2 up to date, 5 not done in 0.0 s (0 B read, 0 B written)\n"},
      {"build --prune",
       report_of("build", {.outputs = 1, .fresh = 1, .pruned = 2}),
       {},
       "built 0, pruned 2, 1 up to date in 0.0 s (0 B read, 0 B written)\n"},
      {"check of what could not be listed", unlistable(report_of("check", {.fresh = 1})), {}, "1 up to date\n"},
      {"check, all fresh", report_of("check", {.fresh = 1}), {}, "all 1 thumbnail up to date\n"},
      {"prune, nothing", report_of("prune", {.fresh = 9}), {}, "nothing to prune\n"},
      {"prune", report_of("prune", {.orphans = 1, .pruned = 2}), {}, "removed 2 thumbnails, kept 1\n"},
      {"clean", report_of("clean", {.pruned = 1}), {}, "removed 1 thumbnail\n"},
      {"dry run, all fresh",
       report_of("build", {.fresh = 4}),
       {.dry_run = true},
       "nothing to do: 4 thumbnails up to date\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(text_report(c.report, c.options), c.text);
  }
}

TEST(TextReport, SaysWhichSetsHaveNoSource) {
  struct Case {
    Report report;
    TextOptions options;
    const char* text;
  };
  Case cases[] = {
      {report_of("build", {}), {}, "nothing to do: 0 thumbnails up to date; set \"a\" has no source\n"},
      {report_of("build", {}), {.dry_run = true}, "nothing to do: 0 thumbnails up to date; set \"a\" has no source\n"},
      {report_of("build", {.built = 1}), {}, "built 1 in 0.0 s (0 B read, 0 B written); set \"a\" has no source\n"},
      {report_of("check", {}), {}, "all 0 thumbnails up to date; set \"a\" has no source\n"},
      {report_of("status", {.stale = 1}), {}, "1 stale; set \"a\" has no source\n"},
      {report_of("prune", {}), {}, "nothing to prune; set \"a\" has no source\n"},
      {report_of("clean", {.pruned = 1}), {}, "removed 1 thumbnail; set \"a\" has no source\n"},
  };
  for (Case& c : cases) {
    c.report.sets_without_source = {"a"};
    EXPECT_EQ(text_report(c.report, c.options), c.text);
  }
  Report many = report_of("check", {});
  many.sets_without_source = {"a", "b\n", "c", "d", "e"};
  EXPECT_EQ(text_report(many, {}), "all 0 thumbnails up to date; sets \"a\", \"b\\n\", \"c\", 2 more have no source\n");
}

TEST(TextReport, ADryRunNamesWhatItWouldMakeAndRemove) {
  Report report = report_of("build", {.outputs = 3, .fresh = 1, .stale = 2, .orphans = 1});
  report.items = {item_of("out/a.jpg", Status::stale, Reason::new_output),
                  item_of("out/b.jpg", Status::stale, Reason::forced),
                  item_of("out/c.jpg", Status::orphan, Reason::orphan)};
  EXPECT_EQ(text_report(report, {.dry_run = true}),
            "would build out/a.jpg\nwould build out/b.jpg\nwould build 2, 1 up to date\n");
  EXPECT_EQ(text_report(report, {.dry_run = true, .prune = true, .explain = true}),
            "would build out/a.jpg: new\nwould build out/b.jpg: forced\nwould remove out/c.jpg\n"
            "would build 2, would remove 1, 1 up to date\n");
}

TEST(TextReport, StatusCountsBySetAndReason) {
  Report report = report_of("status", {.outputs = 9, .fresh = 6, .stale = 3, .orphans = 1});
  report.items = {item_of("out/a.jpg", Status::stale, Reason::new_output, "products"),
                  item_of("out/b.jpg", Status::stale, Reason::new_output, "products"),
                  item_of("out/c.jpg", Status::stale, Reason::output_modified, "blog"),
                  item_of("out/d.jpg", Status::orphan, Reason::orphan, "blog")};
  EXPECT_EQ(text_report(report, {}),
            "set       reason           thumbnails\n"
            "blog      output-modified           1\n"
            "blog      orphan                    1\n"
            "products  new                       2\n"
            "\n"
            "3 stale, 1 orphan, 6 up to date\n");
}

TEST(TextReport, ExplainGoesValueByValue) {
  Report report = report_of("explain", {});
  Item stale = item_of("out/a.jpg", Status::stale, Reason::recipe_changed);
  stale.changes = {{"quality", "80", "75"}, {"kernel", "lanczos3", "box"}};
  report.items = {stale, item_of("out/b.jpg", Status::fresh, Reason::none),
                  item_of("out/c.jpg", Status::orphan, Reason::orphan)};
  EXPECT_EQ(
      text_report(report, {}),
      "out/a.jpg: stale: recipe-changed\n    made from in/a.jpg\n    quality: 80 → 75\n    kernel: lanczos3 → box\n"
      "out/b.jpg: up to date\n    made from in/a.jpg\n"
      "out/c.jpg: orphan\n    made from in/a.jpg\n");
}

TEST(TextReport, ExplainOptionAddsALineOfReasonForEachStaleOutput) {
  Report report = report_of("build", {.outputs = 2, .fresh = 1, .built = 1});
  Item built = item_of("out/a.jpg", Status::built, Reason::source_changed);
  built.changes = {{"size", "10", "20"}, {"mtime", "", "now"}};
  report.items = {built, item_of("out/b.jpg", Status::fresh, Reason::none)};
  EXPECT_EQ(text_report(report, {.explain = true}),
            "out/a.jpg: source-changed (size: 10 → 20; mtime: now)\n"
            "built 1, 1 up to date in 0.0 s (0 B read, 0 B written)\n");
}

TEST(TextReport, VerboseListsWhatNothingHappenedTo) {
  Report report = report_of("build", {.outputs = 2, .fresh = 1, .built = 1});
  report.items = {item_of("out/a.jpg", Status::built, Reason::new_output),
                  item_of("out/b.jpg", Status::fresh, Reason::none)};
  EXPECT_EQ(text_report(report, {.verbose = true}),
            "fresh out/b.jpg\nbuilt 1, 1 up to date in 0.0 s (0 B read, 0 B written)\n");
}

TEST(TextReport, NoNameDrivesTheTerminal) {
  Report report = report_of("explain", {});
  Item item = item_of("out/\x1b[2J\n.jpg", Status::failed, Reason::retry);
  item.source = "in/\r.jpg";
  item.error = ItemError{ErrorCode::io, "\x1b]0;x\x07"};
  item.changes = {{"name\n", "\x9B", "\x1b"}};
  report.items = {item};
  for (const std::string& text : {text_report(report, {}), outcome_line(item), reason_line(item), failure_line(item)}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(text.find_first_of("\x1b\r\x07\x9B"), std::string::npos);
  }
}

TEST(Lines, AnOutcomeHasItsFacts) {
  Item item = item_of("out/a.jpg", Status::built, Reason::new_output);
  item.width = 256;
  item.height = 192;
  item.bytes = 9318;
  item.milliseconds = 3.14;
  EXPECT_EQ(outcome_line(item), "built out/a.jpg (new, 256x192, 9.1 KiB, 3.1 ms)");
  item.output.reset();
  item.status = Status::stale;
  EXPECT_EQ(reason_line(item), "in/a.jpg (v, name not known yet): new");
}

TEST(Lines, AFailureNamesItsSourceOnce) {
  Item item = item_of("out/a.jpg", Status::failed, Reason::new_output);
  item.error = ItemError{ErrorCode::truncated, "decode: premature end of file"};
  EXPECT_EQ(failure_line(item), "in/a.jpg: decode: premature end of file");
  item.error->message = "in/a.jpg: decode: premature end of file";
  EXPECT_EQ(failure_line(item), "in/a.jpg: decode: premature end of file");
  item.source = "a\nb";
  item.error->message = "read: gone";
  EXPECT_EQ(failure_line(item), "\"a\\nb\": read: gone");
}

}  // namespace
}  // namespace thumbs::cli
