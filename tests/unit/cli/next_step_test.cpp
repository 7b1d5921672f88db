// The closing line of a run.
#include "cli/next_step.h"

#include <gtest/gtest.h>

namespace thumbs::cli {
namespace {

Item failed_item(ErrorCode code) {
  Item item;
  item.source = "in/a.jpg";
  item.status = Status::failed;
  item.error = ItemError{code, "no good"};
  return item;
}

Item stale_item(Reason reason) {
  Item item;
  item.status = Status::stale;
  item.reason = reason;
  return item;
}

TEST(NextStep, NamesOneCommandWhereSomethingIsAmiss) {
  const struct {
    const char* name;
    const char* command;
    Summary summary;
    std::vector<Item> items;
    bool interrupted = false;
    bool dry_run = false;
    const char* text;
  } cases[] = {
      {"all is well", "build", {.fresh = 3}, {}, false, false, ""},
      {"built", "build", {.built = 3}, {}, false, false, ""},
      {"orphans have their own line", "build", {.built = 3, .orphans = 1}, {}, false, false, ""},
      {"failed",
       "build",
       {.failed = 1},
       {failed_item(ErrorCode::corrupt)},
       false,
       false,
       "fix the pictures that failed, or leave them out with \"exclude\"; then run `thumbs -C x` again\n"},
      {"in the way",
       "build",
       {.failed = 2},
       {failed_item(ErrorCode::corrupt), failed_item(ErrorCode::would_overwrite)},
       false,
       false,
       "run `thumbs -C x build --overwrite` if the files that are in the way may be replaced\n"},
      {"interrupted",
       "build",
       {.built = 1, .failed = 1},
       {},
       true,
       false,
       "run `thumbs -C x` again to go on: what is finished is kept\n"},
      {"dry run", "build", {.stale = 1}, {}, false, true, ""},
      {"check, fresh", "check", {.fresh = 1}, {}, false, false, ""},
      {"check, stale",
       "check",
       {.stale = 2},
       {stale_item(Reason::retry), stale_item(Reason::new_output)},
       false,
       false,
       "run `thumbs -C x build` to build what is stale\n"},
      {"status, orphans", "status", {.orphans = 1}, {}, false, false, "run `thumbs -C x prune` to remove orphans\n"},
      {"check, both",
       "check",
       {.stale = 1, .orphans = 2},
       {},
       false,
       false,
       "run `thumbs -C x build --prune` to build what is stale and remove orphans\n"},
      {"check, failed before",
       "check",
       {.stale = 1},
       {stale_item(Reason::retry)},
       false,
       false,
       "run `thumbs -C x build` to see why pictures failed\n"},
      {"check, interrupted", "check", {.stale = 1}, {}, true, false, ""},
      {"prune", "prune", {.stale = 1, .orphans = 2}, {}, false, false, ""},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    Report report;
    report.command = one.command;
    report.summary = one.summary;
    report.items = one.items;
    report.interrupted = one.interrupted;
    EXPECT_EQ(next_step(report, "thumbs -C x", one.dry_run), one.text);
  }
}

}  // namespace
}  // namespace thumbs::cli
