// Finished work is settled once, in order, in batches; whoever drains waits for it.
#include "engine/settler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <future>
#include <stdexcept>
#include <string>

namespace thumbs::engine {
namespace {

using std::chrono_literals::operator""s;
using testing::Each;
using testing::IsEmpty;
using testing::SizeIs;

/// Sources to tell work by.
class SettlerTest : public testing::Test {
 protected:
  std::shared_ptr<pipeline::Work> next() {
    sources_.emplace_back();
    sources_.back().stat_data.inode = sources_.size();
    return std::make_shared<pipeline::Work>(pipeline::Task{&sources_.back(), {}, true});
  }
  void keep(const Settler::Batch& batch) {
    sizes_.push_back(batch.size());
    for (const auto& work : batch) order_.push_back(work->source->stat_data.inode);
  }
  void expect_all(std::size_t count) const {
    ASSERT_THAT(order_, SizeIs(count));
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(order_[i], i + 1);
  }

  std::deque<graph::Source> sources_;
  std::vector<std::size_t> sizes_;
  std::vector<std::uint64_t> order_;
};

TEST_F(SettlerTest, SettlesInOrderAndInBatches) {
  Settler settler([this](Settler::Batch& batch) { keep(batch); });
  for (int i = 0; i < 3000; ++i) settler.give(next());
  settler.drain();
  expect_all(3000);
  EXPECT_THAT(sizes_, Each(testing::AllOf(testing::Ge(1U), testing::Le(1024U))));
  settler.drain();
  settler.give(next());
  settler.drain();
  expect_all(3001);
}

TEST_F(SettlerTest, SettlesAFewAfterASecond) {
  std::promise<void> settled;
  Settler settler([&](Settler::Batch& batch) {
    keep(batch);
    settled.set_value();
  });
  settler.give(next());
  EXPECT_EQ(settled.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(SettlerTest, SettlesSoonWhatItIsToldTo) {
  constexpr int k_tries = 20;  // a busy machine may be late
  auto fastest = std::chrono::steady_clock::duration::max();
  for (int i = 0; i < k_tries; ++i) {
    std::promise<void> settled;
    const auto start = std::chrono::steady_clock::now();
    Settler settler([&](Settler::Batch& batch) {
      keep(batch);
      settled.set_value();
    });
    settler.settle_soon();  // nothing waits
    settler.give(next());
    settler.settle_soon();
    settled.get_future().wait();
    fastest = std::min(fastest, std::chrono::steady_clock::now() - start);
  }
  EXPECT_LT(fastest, std::chrono::milliseconds(50)) << "a tenth of a second otherwise";
  expect_all(k_tries);
}

TEST_F(SettlerTest, WhoeverGivesWaitsForASlowDisk) {
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
  std::atomic<int> given = 0;
  Settler settler([&](Settler::Batch& batch) {
    gone.wait();
    keep(batch);
  });
  auto giver = std::async(std::launch::async, [&] {
    for (; given < 4000; ++given) settler.give(next());
  });
  EXPECT_EQ(giver.wait_for(0.3s), std::future_status::timeout);
  EXPECT_LE(given, 4 * 512) << "two batches on their way, and two that wait";
  go.set_value();
  giver.get();
  settler.drain();
  expect_all(4000);
}

TEST_F(SettlerTest, ThrowsAtWhoeverDrainsAndSettlesNoMore) {
  Settler settler([this](Settler::Batch& batch) {
    keep(batch);
    throw std::runtime_error("out of everything");
  });
  settler.give(next());
  EXPECT_THROW(settler.drain(), std::runtime_error);
  expect_all(1);
}

TEST_F(SettlerTest, TheDestructorSettlesWhatIsLeft) {
  {
    const Settler nothing([this](Settler::Batch& batch) { keep(batch); });
  }
  EXPECT_THAT(sizes_, IsEmpty());
  {
    Settler settler([this](Settler::Batch& batch) { keep(batch); });
    settler.give(next());
    settler.give(next());
  }
  expect_all(2);
}

}  // namespace
}  // namespace thumbs::engine
