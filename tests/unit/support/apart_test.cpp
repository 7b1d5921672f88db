// Work in a child process: results, failures, and limits.
#include "support/apart.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

using Bytes = std::vector<std::byte>;
using Clock = std::chrono::steady_clock;

Error error_of(const std::function<Bytes()>& make) {
  try {
    made_apart(make);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorCode::internal, "");
}

Bytes for_ever() {
  while (true) thread_cpu_seconds();
}

TEST(Apart, GivesTheBytesThatWereMadeThere) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{3} << 20}) {
    const pid_t here = getpid();
    const Bytes bytes = made_apart([&] {
      Bytes made(size);
      for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<std::byte>(i * 7);
      if (getpid() == here) made.push_back(std::byte{1});
      return made;
    });
    ASSERT_EQ(bytes.size(), size);
    for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(bytes[i], static_cast<std::byte>(i * 7));
  }
}

TEST(Apart, WhatIsThrownThereIsThrownHere) {
  const Error error = error_of([]() -> Bytes { throw Error(ErrorCode::too_large, "no room", {}, "encode"); });
  EXPECT_EQ(error.code(), ErrorCode::too_large);
  EXPECT_EQ(error.message(), "no room");
  EXPECT_EQ(error.stage(), "encode");
  EXPECT_EQ(error_of([]() -> Bytes { throw std::bad_alloc(); }).code(), ErrorCode::memory);
  EXPECT_EQ(error_of([]() -> Bytes { throw std::runtime_error("odd"); }).message(), "odd");
}

TEST(Apart, AnEndThereIsAnErrorHere) {
  const auto killed_by = [](int number) {
    return error_of([=]() -> Bytes {
      signal(number, SIG_DFL);
      raise(number);
      return {};
    });
  };
  EXPECT_EQ(killed_by(SIGKILL).code(), ErrorCode::memory) << "as the system does it where memory is out";
  EXPECT_EQ(killed_by(SIGTERM).code(), ErrorCode::internal);
  EXPECT_EQ(error_of([]() -> Bytes { _exit(3); }).code(), ErrorCode::internal);
}

TEST(Apart, ItsCpuTimeIsTheThreads) {
  WorkLimit limit(0.1, nullptr);
  EXPECT_EQ(error_of(for_ever).code(), ErrorCode::too_slow);
  EXPECT_LT(thread_cpu_seconds(), 60);
  EXPECT_GE(limit.used(), 0.1) << "what comes next has nothing left";
}

TEST(Apart, AStopEndsIt) {
  std::atomic<bool> stop{false};
  const WorkLimit limit(0, &stop);
  std::thread soon([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop = true;
  });
  const Clock::time_point start = Clock::now();
  EXPECT_EQ(error_of(for_ever).code(), ErrorCode::interrupted);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(2));
  soon.join();
}

TEST(Apart, ManyThreadsMayDoItAtOnce) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer's malloc may be locked by another thread when a process forks; glibc's is not";
#endif
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const Bytes made = made_apart([=] { return Bytes(100000, static_cast<std::byte>(t)); });
        good += made == Bytes(100000, static_cast<std::byte>(t)) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
}

}  // namespace
}  // namespace thumbs
