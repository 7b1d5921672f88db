// A line for each build, and JSON on one line.
#include "cli/watch_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace thumbs::cli {
namespace {

Item item(const std::string& source, Status status) {
  Item made;
  made.source = source;
  made.status = status;
  return made;
}

TEST(RebuildLine, SaysWhatWasDone) {
  std::tm time{};
  time.tm_hour = 12;
  time.tm_min = 3;
  time.tm_sec = 4;
  Report one;
  one.items = {item("products/a.jpg", Status::built)};
  one.summary.built = 1;
  one.summary.seconds = 0.049;
  EXPECT_EQ(rebuild_line(one, time, 0), "12:03:04 built 1 in 0.05 s: products/a.jpg\n");

  Report many;
  many.items = {item("a", Status::built),  item("a", Status::built),   item("b", Status::copied),
                item("c", Status::failed), item("d\n", Status::built), item("x", Status::orphan)};
  many.summary.built = 3;
  many.summary.copied = 1;
  many.summary.failed = 1;
  many.summary.orphans = 1;
  many.summary.seconds = 75;
  EXPECT_EQ(rebuild_line(many, time, 0),
            "12:03:04 built 3, copied 1, failed 1 in 1:15 min: a, b, c and 1 more; 1 orphan left, `thumbs prune` "
            "removes it\n");
  EXPECT_EQ(rebuild_line(many, time, 1), "12:03:04 built 3, copied 1, failed 1 in 1:15 min: a, b, c and 1 more\n");
  EXPECT_EQ(rebuild_line(Report{}, time, 0), "");
}

TEST(OneLine, KeepsTheDocument) {
  EXPECT_EQ(one_line("{\n  \"a\": \"b  c\\n\",\n    \"d\": [1,\n 2]\n}\n"), "{\"a\": \"b  c\\n\",\"d\": [1,2]}\n");
}

}  // namespace
}  // namespace thumbs::cli
