// Progress, with a fake clock and terminal.
#include "cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thumbs::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Records the output; the test sets the time.
struct Terminal {
  std::string text;
  double seconds = 100;
  int columns = 80;

  ProgressStyle style(ProgressMode mode) {
    return {.mode = mode,
            .colour = false,
            .quiet = false,
            .verbose = false,
            .asked = false,
            .group = {},
            .write = [this](std::string_view written) { text += written; },
            .now = [this] { return seconds; },
            .columns = [this] { return columns; }};
  }
};

Item item_of(const std::string& source, Status status) {
  Item item;
  item.source = source;
  item.output = "out/" + source;
  item.status = status;
  if (status == Status::failed) item.error = ItemError{ErrorCode::corrupt, "decode: broken"};
  return item;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(BarText, GivesWayToANarrowTerminal) {
  const PhaseState phase{.name = "build", .unit = "thumbnails", .done = 60, .total = 120, .failed = 2, .seconds = 5};
  const auto bar = [](int full, int width) {
    return "[" + std::string(static_cast<std::size_t>(full), '#') +
           std::string(static_cast<std::size_t>(width - full), '-') + "] ";
  };
  const std::pair<int, std::string> cases[] = {
      {199, "build " + bar(20, 40) + " 50% 60/120, 12/s, 0:05 left, 2 failed"},
      {79, "build " + bar(16, 32) + " 50% 60/120, 12/s, 0:05 left, 2 failed"},
      {54, "build " + bar(6, 13) + " 50% 60/120, 0:05 left, 2 failed"},
      {49, "build " + bar(4, 8) + " 50% 60/120, 0:05 left, 2 failed"},
      {48, "build  50% 60/120, 12/s, 0:05 left, 2 failed"},
      {39, "build  50% 60/120, 0:05 left, 2 failed"},
      {35, "build  50% 60/120, 12/s, 2 failed"},
      {27, "build  50% 60/120, 2 failed"},
      {17, "build  50% 60/120"},
      {8, "build  5"},
      {1, ""},
      {0, ""},
      {-5, ""},
  };
  for (const auto& [columns, text] : cases) {
    SCOPED_TRACE(columns);
    EXPECT_EQ(bar_text(phase, columns), text);
    EXPECT_LE(text.size(), static_cast<std::size_t>(std::max(columns, 0)));
  }
}

TEST(BarText, APhaseWithoutAnEndCountsAndMoves) {
  const std::pair<double, std::string> cases[] = {
      {0.0, "scan [####----------] 12345 files"}, {0.1, "scan [-####---------] 12345 files"},
      {1.0, "scan [----------####] 12345 files"}, {1.1, "scan [---------####-] 12345 files"},
      {2.0, "scan [####----------] 12345 files"},
  };
  for (const auto& [seconds, text] : cases) {
    const PhaseState phase{.name = "scan", .unit = "files", .done = 12345, .total = 0, .failed = 0, .seconds = seconds};
    EXPECT_EQ(bar_text(phase, 33), text);
  }
  const PhaseState phase{.name = "scan", .unit = "files", .done = 12345, .total = 0, .failed = 0, .seconds = 1};
  EXPECT_EQ(bar_text(phase, 26), "scan 12345 files, 12345/s");
}

TEST(BarText, ManyMoreThanAnnouncedStaysAtAHundredPercent) {
  const PhaseState phase{.name = "build", .unit = "thumbnails", .done = 7, .total = 5, .failed = 0, .seconds = 0};
  EXPECT_THAT(bar_text(phase, 79), HasSubstr("100% 7/5"));
}

TEST(PlainText, HasTheSameNumbers) {
  const PhaseState phase{.name = "build", .unit = "thumbnails", .done = 1, .total = 7201, .failed = 1, .seconds = 1};
  EXPECT_EQ(plain_text(phase), "build 0% 1/7201 thumbnails, 1.0/s, 2:00:00 left, 1 failed");
}

TEST(Progress, ABarIsRedrawnAtMostTenTimesASecond) {
  Terminal terminal;
  Progress progress(terminal.style(ProgressMode::bar));
  progress.building(1000);
  for (int i = 0; i < 100; ++i) {
    terminal.seconds += 0.01;
    progress.finished(item_of("a", Status::built));
  }
  EXPECT_LE(count(terminal.text, "\r"), 12u);
  EXPECT_GE(count(terminal.text, "\r"), 9u);
  EXPECT_EQ(count(terminal.text, "\n"), 0u);
}

TEST(Progress, PlainLinesThatWereAskedForComeForShortPhasesToo) {
  Terminal terminal;
  ProgressStyle style = terminal.style(ProgressMode::plain);
  style.asked = true;
  Progress progress(style);
  progress.scanning(3);
  progress.building(2);
  progress.finished(item_of("a", Status::built));
  progress.finished(item_of("b", Status::failed));
  progress.close();
  progress.close();
  EXPECT_EQ(terminal.text, "scan 3 files\nthumbs: error: b: decode: broken\nbuild 100% 2/2 thumbnails, 1 failed\n");
}

TEST(Progress, PlainLinesThatNobodyAskedForAreSparse) {
  Terminal terminal;
  Progress progress(terminal.style(ProgressMode::plain));
  progress.scanning(3);
  progress.building(1);
  progress.finished(item_of("a", Status::built));
  progress.close();
  EXPECT_EQ(terminal.text, "");
}

TEST(Progress, ABarIsTakenAwayAtTheEnd) {
  Terminal terminal;
  {
    Progress progress(terminal.style(ProgressMode::bar));
    progress.scanning(10);
    progress.building(1);
    progress.finished(item_of("a", Status::built));
  }
  EXPECT_TRUE(terminal.text.ends_with("\r\x1b[K")) << terminal.text;
}

TEST(Progress, ABarThatANarrowerTerminalHasWrappedIsErasedWhole) {
  Terminal terminal;
  Progress progress(terminal.style(ProgressMode::bar));
  progress.building(10);
  terminal.columns = 20;
  terminal.text.clear();
  terminal.seconds += 1;
  progress.finished(item_of("a", Status::built));
  EXPECT_TRUE(terminal.text.starts_with("\r\x1b[2A\x1b[Jbuild")) << terminal.text;
  terminal.text.clear();
  progress.close();
  EXPECT_EQ(terminal.text, "\r\x1b[K") << "the bar fits again";
}

TEST(Progress, WithNothingShownNothingIsErased) {
  Terminal terminal;
  { Progress progress(terminal.style(ProgressMode::bar)); }
  EXPECT_EQ(terminal.text, "");
}

TEST(Progress, AnErrorStandsOnALineOfItsOwnAboveTheBar) {
  Terminal terminal;
  Progress progress(terminal.style(ProgressMode::bar));
  progress.building(10);
  terminal.text.clear();
  terminal.seconds += 1;
  progress.finished(item_of("a.jpg", Status::failed));
  EXPECT_TRUE(terminal.text.starts_with("\r\x1b[Kthumbs: error: a.jpg: decode: broken\n")) << terminal.text;
  EXPECT_THAT(terminal.text, HasSubstr("1 failed"));
}

TEST(Progress, LinesStandInAGroupWhereThereIsOne) {
  Terminal terminal;
  ProgressStyle style = terminal.style(ProgressMode::plain);
  style.group = "thumbs build";
  {
    Progress progress(style);
    progress.close();
    EXPECT_EQ(terminal.text, "") << "no group without lines";
    progress.warning("a");
    progress.warning("b");
    progress.close();
    progress.error("c");
  }
  EXPECT_EQ(terminal.text,
            "::group::thumbs build\nthumbs: warning: a\nthumbs: warning: b\n::endgroup::\n"
            "::group::thumbs build\nthumbs: error: c\n::endgroup::\n");
}

TEST(Progress, TheSameFaultIsSaidOnce) {
  Terminal terminal;
  Progress progress(terminal.style(ProgressMode::none));
  for (int variant = 0; variant < 4; ++variant) progress.finished(item_of("a.jpg", Status::failed));
  progress.warning("w");
  progress.warning("w");
  EXPECT_EQ(terminal.text, "thumbs: error: a.jpg: decode: broken\nthumbs: warning: w\n");
}

TEST(Progress, PlainLinesAreFew) {
  Terminal terminal;
  Progress progress(terminal.style(ProgressMode::plain));
  progress.building(10000);
  for (int i = 0; i < 10000; ++i) {
    terminal.seconds += 0.01;
    progress.finished(item_of("a", Status::built));
  }
  EXPECT_LE(count(terminal.text, "\n"), 30u);
  EXPECT_GE(count(terminal.text, "\n"), 10u);
  EXPECT_EQ(count(terminal.text, "\x1b"), 0u);
}

TEST(Progress, AShortRunSaysNothingInPlainLines) {
  Terminal terminal;
  {
    Progress progress(terminal.style(ProgressMode::plain));
    progress.scanning(1000);
    progress.hashing(1, 2);
    progress.building(2);
    progress.finished(item_of("a", Status::built));
    progress.finished(item_of("b", Status::built));
  }
  EXPECT_EQ(terminal.text, "");
}

TEST(Progress, VerboseHasALineForEachOutcome) {
  Terminal terminal;
  ProgressStyle style = terminal.style(ProgressMode::none);
  style.verbose = true;
  Progress progress(style);
  progress.finished(item_of("a", Status::built));
  progress.finished(item_of("b", Status::copied));
  progress.finished(item_of("c", Status::pruned));
  EXPECT_EQ(terminal.text, "built out/a\ncopied out/b\npruned out/c\n");
}

TEST(Progress, QuietSaysErrorsOnly) {
  for (const ProgressMode mode : {ProgressMode::bar, ProgressMode::plain, ProgressMode::none}) {
    Terminal terminal;
    ProgressStyle style = terminal.style(mode);
    style.quiet = true;
    Progress progress(style);
    progress.scanning(1);
    terminal.seconds += 60;
    progress.building(2);
    progress.warning("w");
    progress.finished(item_of("a", Status::built));
    progress.error("e");
    EXPECT_EQ(terminal.text, "thumbs: error: e\n");
  }
}

TEST(Progress, ColourIsOnTheWordAlone) {
  Terminal terminal;
  ProgressStyle style = terminal.style(ProgressMode::none);
  style.colour = true;
  Progress progress(style);
  progress.error("e\x1b[2J");
  EXPECT_EQ(terminal.text, "thumbs: \x1b[1;31merror: \x1b[0me\\033[2J\n");
}

}  // namespace
}  // namespace thumbs::cli
