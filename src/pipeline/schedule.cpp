// Two walks from the back: where the end begins, then largest first from there.
#include "pipeline/schedule.h"

#include <algorithm>
#include <numeric>

namespace thumbs::pipeline {
namespace {

/// Where the end begins: every task before it leaves enough behind it for the other workers, and so does the largest
/// of those that come after.
std::size_t end_begins(std::span<const std::uint64_t> costs, std::uint64_t jobs) {
  std::size_t first = costs.size();
  std::uint64_t rest = 0;
  for (std::size_t i = costs.size(); i-- > 0; rest += costs[i])
    if (costs[i] * (jobs - 1) > rest) first = i;
  std::uint64_t sum = 0;
  std::uint64_t largest = 0;
  for (std::size_t i = costs.size(); i-- > 0 && (i >= first || sum < jobs * largest);) {
    first = std::min(first, i);
    sum += costs[i];
    largest = std::max(largest, costs[i]);
  }
  return first;
}

}  // namespace

std::vector<std::uint32_t> schedule(std::span<const std::uint64_t> costs, int jobs) {
  std::vector<std::uint32_t> order(costs.size());
  std::iota(order.begin(), order.end(), 0U);
  const std::size_t first = end_begins(costs, static_cast<std::uint64_t>(jobs));
  std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(first), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return costs[a] > costs[b]; });
  return order;
}

}  // namespace thumbs::pipeline
