// Slots: one that is ours, and those that tokens stand for. With a broker in a process of its own.
#include "jobserver/jobserver.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "jobserver/broker.h"

namespace thumbs {
namespace {

const auto k_never = [] { return false; };

// make's side.
class Tokens {
 public:
  explicit Tokens(const std::string& tokens) {
    EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0);
    EXPECT_EQ(::write(ends_[1], tokens.data(), tokens.size()), static_cast<ssize_t>(tokens.size()));
  }
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;
  ~Tokens() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  std::unique_ptr<Jobserver> join() const {
    std::string fault;
    return std::make_unique<Jobserver>(jobserver::start_broker({{}, ends_[0], ends_[1]}, fault));
  }

  /// All that are there, in order of their bytes; they stay.
  std::string left() const {
    char bytes[16];
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    const ssize_t got = ::read(ends_[0], bytes, sizeof bytes);
    ::fcntl(ends_[0], F_SETFL, 0);
    std::string text(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    std::ranges::sort(text);
    return text;
  }

  bool soon(const std::string& tokens) const {
    for (int i = 0; i < 200 && left() != tokens; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return left() == tokens;
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST(Jobserver, OneSlotIsOursAndEveryOtherATokens) {
  const Tokens tokens("ab");
  const std::unique_ptr<Jobserver> jobserver = tokens.join();
  Jobserver::Slot own = jobserver->acquire(k_never);
  EXPECT_EQ(tokens.left(), "ab");
  Jobserver::Slot second = jobserver->acquire(k_never);
  EXPECT_EQ(tokens.left().size(), 1U);
  Jobserver::Slot third = jobserver->acquire(k_never);
  EXPECT_EQ(tokens.left(), "");
  second.release();
  third.release();
  EXPECT_TRUE(tokens.soon("ab")) << "the same bytes";
}

TEST(Jobserver, WhoWaitsForATokenTakesOurSlotWhereThatComesFirst) {
  const Tokens tokens("");
  const std::unique_ptr<Jobserver> jobserver = tokens.join();
  Jobserver::Slot own = jobserver->acquire(k_never);
  std::atomic<bool> got{false};
  std::thread other([&] {
    const Jobserver::Slot slot = jobserver->acquire(k_never);
    got = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_FALSE(got);
  own.release();
  other.join();
  EXPECT_TRUE(got);
}

TEST(Jobserver, AStopEndsTheWait) {
  const Tokens tokens("");
  const std::unique_ptr<Jobserver> jobserver = tokens.join();
  const Jobserver::Slot own = jobserver->acquire(k_never);
  const Jobserver::Slot none = jobserver->acquire([] { return true; });
}

TEST(Jobserver, WhatIsHeldAtTheEndGoesBack) {
  const Tokens tokens("abc");
  {
    const std::unique_ptr<Jobserver> jobserver = tokens.join();
    const Jobserver::Slot own = jobserver->acquire(k_never);
    const Jobserver::Slot second = jobserver->acquire(k_never);
    const Jobserver::Slot third = jobserver->acquire(k_never);
    EXPECT_EQ(tokens.left().size(), 1U);
  }
  EXPECT_TRUE(tokens.soon("abc"));
}

TEST(Jobserver, ManyThreadsNeverHoldMoreThanThereAre) {
  const Tokens tokens("ab");
  const std::unique_ptr<Jobserver> jobserver = tokens.join();
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        const Jobserver::Slot slot = jobserver->acquire(k_never);
        const int held = ++now;
        for (int seen = most; held > seen && !most.compare_exchange_weak(seen, held);) {
        }
        std::this_thread::yield();
        --now;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most, 3);
  EXPECT_TRUE(tokens.soon("ab"));
}

TEST(Jobserver, WhatIsNoPipeIsRefused) {
  std::string fault;
  EXPECT_EQ(jobserver::start_broker({{}, 0, 998}, fault), nullptr);
  EXPECT_NE(fault, "");
  EXPECT_EQ(jobserver::start_broker({"/dev/null"}, fault), nullptr);
  EXPECT_EQ(jobserver::start_broker({"/nowhere"}, fault), nullptr);
}

}  // namespace
}  // namespace thumbs
