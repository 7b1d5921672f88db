#include "parallel/parallel.h"

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace thumbs::parallel {
namespace {

TEST(ForEachRange, VisitsEachNumberOnce) {
  for (const std::size_t count : {0, 1, 255, 256, 257, 5000}) {
    std::vector<std::atomic<int>> visits(count);
    for_each_range(count, 256, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) ++visits[i];
    });
    for (const std::atomic<int>& visit : visits) ASSERT_EQ(visit, 1) << count;
  }
}

TEST(TaskGroup, WaitsForTasksThatTasksStart) {
  TaskGroup tasks;
  std::atomic<int> done = 0;
  const std::function<void(int)> halve = [&](int size) {
    if (size > 1)
      for (int i = 0; i < 2; ++i) tasks.run([&halve, size] { halve(size / 2); });
    else
      ++done;
  };
  tasks.run([&] { halve(64); });
  tasks.wait();
  EXPECT_EQ(done, 64);
}

TEST(TaskGroup, ThrowsWhatATaskThrew) {
  TaskGroup tasks;
  tasks.run([] { throw std::runtime_error("full"); });
  EXPECT_THROW(tasks.wait(), std::runtime_error);
}

TEST(AtOnce, ThrowsWhatTheFirstThrew) {
  try {
    at_once([] { throw std::runtime_error("first"); }, [] { throw std::runtime_error("second"); });
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "first");
  }
}

}  // namespace
}  // namespace thumbs::parallel
