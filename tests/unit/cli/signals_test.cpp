// Signals, each in a process of its own.
#include "cli/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace thumbs {
namespace {

// Raises what is given, in order, and ends with the flag's value where it gets that far.
[[noreturn]] void raise_and_exit(int first, int second) {
  install_signal_handlers();
  raise(first);
  if (second != 0) raise(second);
  _exit(stop_signal().load());
}

TEST(SignalsDeathTest, TheFirstSetsAFlagAndTheSecondEndsTheProcess) {
  EXPECT_EXIT(raise_and_exit(SIGINT, 0), testing::ExitedWithCode(SIGINT), "");
  EXPECT_EXIT(raise_and_exit(SIGTERM, 0), testing::ExitedWithCode(SIGTERM), "");
  EXPECT_EXIT(raise_and_exit(SIGINT, SIGINT), testing::ExitedWithCode(130), "");
  EXPECT_EXIT(raise_and_exit(SIGINT, SIGTERM), testing::ExitedWithCode(143), "");
}

TEST(SignalsDeathTest, ABrokenPipeAndAFileTooLargeAreNotTheEnd) {
  EXPECT_EXIT(raise_and_exit(SIGPIPE, SIGXFSZ), testing::ExitedWithCode(0), "");
}

TEST(SignalsDeathTest, WhatTheParentIgnoredStaysIgnored) {
  const auto ignored = [] {
    signal(SIGINT, SIG_IGN);
    raise_and_exit(SIGINT, SIGINT);
  };
  EXPECT_EXIT(ignored(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace thumbs
