// The order of the tasks, and what it makes of the time that workers need.
#include "pipeline/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <random>
#include <string>

namespace thumbs::pipeline {
namespace {

using Costs = std::vector<std::uint64_t>;
using Order = std::vector<std::uint32_t>;

struct Case {
  std::string title;
  Costs costs;
  int jobs;
  Order order;
};

TEST(Schedule, KeepsTheOrderButForTheEnd) {
  const std::vector<Case> cases = {
      {"nothing", {}, 4, {}},
      {"one worker has no end", {1, 9, 2}, 1, {0, 1, 2}},
      {"equal ones stay", {5, 5, 5, 5, 5}, 2, {0, 1, 2, 3, 4}},
      {"the large one last", {1, 1, 1, 1, 1, 1, 4}, 2, {0, 1, 6, 2, 3, 4, 5}},
      {"a large one so early that the rest fills up", {9, 3, 3, 3, 1, 1, 1}, 2, {0, 1, 2, 3, 4, 5, 6}},
      {"larger than all others together", {1, 1, 20}, 2, {2, 0, 1}},
      {"nothing costs anything", {0, 0, 0}, 8, {0, 1, 2}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    EXPECT_EQ(schedule(c.costs, c.jobs), c.order);
  }
}

/// When the last of `jobs` workers is done, each of whom takes the next task when it is done with one.
std::uint64_t time_of(const Costs& costs, const Order& order, int jobs) {
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> free_at;
  for (int i = 0; i < jobs; ++i) free_at.push(0);
  std::uint64_t end = 0;
  for (const std::uint32_t task : order) {
    const std::uint64_t done = free_at.top() + costs[task];
    free_at.pop();
    free_at.push(done);
    end = std::max(end, done);
  }
  return end;
}

/// What no order can beat: the largest alone, the mean, and the two of the `jobs` + 1 largest that share a worker.
double least_time(Costs costs, int jobs) {
  if (costs.empty()) return 0;
  std::ranges::sort(costs, std::greater<>());
  const std::uint64_t total = std::accumulate(costs.begin(), costs.end(), std::uint64_t{0});
  const auto all = static_cast<std::size_t>(jobs);
  const std::uint64_t shared = costs.size() > all ? costs[all - 1] + costs[all] : 0;
  return std::max(static_cast<double>(std::max(costs[0], shared)), static_cast<double>(total) / jobs);
}

TEST(Schedule, NoOrderIsMuchFaster) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    const int jobs = 1 + static_cast<int>(random() % 12);
    Costs costs(random() % 60);
    for (std::uint64_t& cost : costs) cost = random() % 10 == 0 ? random() % 1000 : random() % 50;
    const Order order = schedule(costs, jobs);
    Order all(costs.size());
    std::iota(all.begin(), all.end(), 0U);
    ASSERT_TRUE(std::ranges::is_permutation(order, all));
    // Graham's bound for largest first.
    EXPECT_LE(static_cast<double>(time_of(costs, order, jobs)), least_time(costs, jobs) * 4 / 3 + 1)
        << "round " << round;
  }
}

}  // namespace
}  // namespace thumbs::pipeline
