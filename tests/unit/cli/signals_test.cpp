// Signals, each case in a separate process.
#include "cli/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace thumbs::cli {
namespace {

constexpr int k_handled[] = {SIGINT, SIGTERM, SIGHUP};

// Raises the signals in order, and exits with the flag's value if it survives.
[[noreturn]] void raise_and_exit(int first, int second) {
  install_signal_handlers();
  raise(first);
  if (second != 0) raise(second);
  _exit(stop_requested() == (stop_signal() != 0) ? stop_signal() : 255);
}

// The same with default handlers, since background jobs of a script ignore SIGINT and nohup ignores SIGHUP.
[[noreturn]] void from_defaults(int first, int second) {
  for (const int number : k_handled) signal(number, SIG_DFL);
  raise_and_exit(first, second);
}

struct Signals {
  int first;
  int second;
  int status;
};

TEST(SignalsDeathTest, TheFirstSetsAFlagAndASecondOneOfAPersonEndsTheProcess) {
  for (const Signals& signals : {
           Signals{SIGINT, 0, SIGINT},
           {SIGTERM, 0, SIGTERM},
           {SIGHUP, 0, SIGHUP},
           {SIGINT, SIGINT, 130},
           {SIGINT, SIGTERM, 143},
           {SIGTERM, SIGINT, 130},
           {SIGHUP, SIGHUP, SIGHUP},
           {SIGTERM, SIGHUP, SIGTERM},
           {SIGHUP, SIGTERM, SIGTERM},
       }) {
    SCOPED_TRACE(testing::Message() << signals.first << ", then " << signals.second);
    EXPECT_EXIT(from_defaults(signals.first, signals.second), testing::ExitedWithCode(signals.status), "");
  }
}

TEST(SignalsDeathTest, ABrokenPipeAndAFileTooLargeAreNotTheEnd) {
  EXPECT_EXIT(raise_and_exit(SIGPIPE, SIGXFSZ), testing::ExitedWithCode(0), "");
}

TEST(SignalsDeathTest, WhatTheParentIgnoredStaysIgnored) {
  for (const int number : k_handled) {
    SCOPED_TRACE(number);
    const auto ignored = [number] {
      signal(number, SIG_IGN);
      raise_and_exit(number, number);
    };
    EXPECT_EXIT(ignored(), testing::ExitedWithCode(0), "");
  }
}

}  // namespace
}  // namespace thumbs::cli
