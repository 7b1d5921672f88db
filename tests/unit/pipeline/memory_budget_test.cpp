// Reservations: never over the budget, in order, and nobody waits for ever.
#include "pipeline/memory_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "support/work_limit.h"

namespace thumbs::pipeline {
namespace {

using Reservation = MemoryBudget::Reservation;

constexpr std::chrono::milliseconds k_moment{50};
constexpr std::chrono::seconds k_long{20};

// A request of another thread, and whether it has been served.
class Request {
 public:
  Request(MemoryBudget& budget, std::uint64_t bytes) {
    const std::uint64_t before = budget.waiting();
    served_ = std::async(std::launch::async, [&budget, bytes] { return budget.reserve(bytes); });
    // So that requests queue up in the order of their making.
    while (budget.waiting() == before && waits()) std::this_thread::yield();
  }
  bool waits() { return served_.wait_for(std::chrono::seconds(0)) == std::future_status::timeout; }
  Reservation get() {
    EXPECT_EQ(served_.wait_for(k_long), std::future_status::ready) << "never served";
    return served_.get();
  }

 private:
  std::future<Reservation> served_;
};

TEST(MemoryBudgetTest, WhatFitsIsGivenAtOnce) {
  MemoryBudget budget(100);
  const Reservation a = budget.reserve(60);
  const Reservation b = budget.reserve(40);
  const Reservation c = budget.reserve(0);
  EXPECT_EQ(a.bytes() + b.bytes() + c.bytes(), 100U);
  EXPECT_EQ(budget.peak(), 100U);
}

TEST(MemoryBudgetTest, WhatDoesNotFitWaitsUntilEnoughIsBack) {
  MemoryBudget budget(100);
  Reservation a = budget.reserve(60);
  Reservation b = budget.reserve(30);
  Request request(budget, 50);
  EXPECT_TRUE(request.waits());
  b.release();
  std::this_thread::sleep_for(k_moment);
  EXPECT_TRUE(request.waits());
  a.release();
  EXPECT_EQ(request.get().bytes(), 50U);
  EXPECT_EQ(budget.peak(), 90U);
}

TEST(MemoryBudgetTest, ASmallRequestDoesNotOvertakeALargeOne) {
  MemoryBudget budget(100);
  Reservation a = budget.reserve(50);
  Request large(budget, 80);
  Request small(budget, 10);
  EXPECT_TRUE(large.waits());
  EXPECT_TRUE(small.waits());
  a.release();
  EXPECT_EQ(large.get().bytes(), 80U);
  EXPECT_EQ(small.get().bytes(), 10U);
}

TEST(MemoryBudgetTest, MoreThanTheBudgetWaitsToBeAloneAndThenIs) {
  MemoryBudget budget(100);
  Reservation a = budget.reserve(1);
  Request giant(budget, 1000);
  EXPECT_TRUE(giant.waits());
  a.release();
  Reservation held = giant.get();
  EXPECT_EQ(budget.peak(), 1000U);
  Request nothing(budget, 0);
  EXPECT_TRUE(nothing.waits());
  held.release();
  EXPECT_EQ(nothing.get().bytes(), 0U);
}

TEST(MemoryBudgetTest, ABudgetOfNothingServesOneAtATime) {
  MemoryBudget budget(0);
  Reservation a = budget.reserve(5);
  Request b(budget, 5);
  EXPECT_TRUE(b.waits());
  a.release();
  EXPECT_EQ(b.get().bytes(), 5U);
  EXPECT_EQ(budget.peak(), 5U);
}

TEST(MemoryBudgetTest, TheLargestRequestDoesNotOverflow) {
  MemoryBudget budget(100);
  Reservation a = budget.reserve(10);
  Request largest(budget, UINT64_MAX);
  EXPECT_TRUE(largest.waits());
  a.release();
  EXPECT_EQ(largest.get().bytes(), UINT64_MAX);
}

TEST(MemoryBudgetTest, MovingAReservationMovesItsBytes) {
  MemoryBudget budget(100);
  Reservation a = budget.reserve(100);
  Reservation b = std::move(a);
  EXPECT_EQ(b.bytes(), 100U);
  Request waiting(budget, 100);
  a.release();
  EXPECT_TRUE(waiting.waits());
  b = Reservation();
  EXPECT_EQ(waiting.get().bytes(), 100U);
  Reservation c = budget.reserve(40);
  Reservation d = budget.reserve(60);
  c = std::move(d);
  EXPECT_EQ(c.bytes(), 60U);
  EXPECT_EQ(budget.reserve(40).bytes(), 40U);
}

TEST(MemoryBudgetTest, ManyThreadsStayWithinTheBudgetAndAllAreServed) {
  constexpr std::uint64_t k_limit = 1000;
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  MemoryBudget budget(k_limit);
  std::atomic<std::uint64_t> in_use{0};
  std::atomic<int> served{0}, faults{0};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(seed + t);
      for (int i = 0; i < 300; ++i) {
        const std::uint64_t bytes = i % 50 == 0 ? k_limit + 1 + random() % k_limit : random() % k_limit;
        const Reservation reservation = budget.reserve(bytes);
        const std::uint64_t now = in_use += bytes;
        if (now > k_limit && now != bytes) ++faults;
        if (random() % 4 == 0) std::this_thread::yield();
        in_use -= bytes;
        ++served;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(faults, 0);
  EXPECT_EQ(served, 8 * 300);
  EXPECT_LT(budget.peak(), 2 * k_limit + 1);
  EXPECT_EQ(budget.reserve(k_limit).bytes(), k_limit);
}

TEST(MemoryBudgetTest, WhoIsToStopLeavesTheQueueWhereverItStands) {
  for (const int place : {0, 1, 2}) {
    SCOPED_TRACE(place);
    MemoryBudget budget(10);
    Reservation all = budget.reserve(10);
    std::atomic<bool> stop{false};
    std::vector<std::unique_ptr<Request>> others;
    std::future<ErrorCode> stopped;
    for (int i = 0; i < 3; ++i) {
      if (i != place) {
        others.push_back(std::make_unique<Request>(budget, 5));
        continue;
      }
      stopped = std::async(std::launch::async, [&] {
        const WorkLimit limit(0, &stop);
        try {
          (void)budget.reserve(5);
        } catch (const Error& error) {
          return error.code();
        }
        return ErrorCode::internal;
      });
      while (budget.waiting() <= static_cast<std::uint64_t>(i)) {
        ASSERT_NE(stopped.wait_for(std::chrono::milliseconds(1)), std::future_status::ready);
        if (budget.waiting() > others.size()) break;
      }
    }
    stop = true;
    ASSERT_EQ(stopped.wait_for(std::chrono::seconds(2)), std::future_status::ready);
    EXPECT_EQ(stopped.get(), ErrorCode::interrupted);
    EXPECT_EQ(budget.waiting(), 2U);
    all.release();
    for (const auto& other : others) EXPECT_EQ(other->get().bytes(), 5U);
  }
}

}  // namespace
}  // namespace thumbs::pipeline
