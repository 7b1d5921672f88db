// Two queues: the leaves in order, and the nodes made from them, which also come out in order.
#include "image/codec/jpeg/huffman.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace thumbs::image {
namespace {

constexpr std::size_t k_longest = 64;  ///< a sum below 2^31 makes no code longer than 45
constexpr std::size_t k_allowed = 16;

struct Leaf {
  int count;
  int symbol;
};

/// By rising count. The first is not a symbol: it takes the code of ones only.
std::vector<Leaf> leaves_of(std::span<const int> counts) {
  std::vector<Leaf> leaves{{0, -1}};
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) leaves.push_back({counts[i], static_cast<int>(i)});
  std::sort(leaves.begin() + 1, leaves.end(),
            [](const Leaf& a, const Leaf& b) { return a.count != b.count ? a.count < b.count : a.symbol > b.symbol; });
  return leaves;
}

/// How many leaves there are at each depth of Huffman's tree.
std::array<int, k_longest> depths(const std::vector<Leaf>& leaves) {
  const std::size_t count = leaves.size();
  std::vector<std::int64_t> sums(2 * count);
  std::vector<std::size_t> parents(2 * count);
  for (std::size_t i = 0; i < count; ++i) sums[i] = leaves[i].count;
  std::size_t leaf = 0, node = count, end = count;
  const auto take_least = [&] { return leaf < count && (node == end || sums[leaf] <= sums[node]) ? leaf++ : node++; };
  for (; end < 2 * count - 1; ++end) {
    const std::size_t a = take_least(), b = take_least();
    sums[end] = sums[a] + sums[b];
    parents[a] = parents[b] = end;
  }
  std::array<int, k_longest> found{};
  std::vector<std::uint8_t> depth(2 * count);
  for (std::size_t i = end - 1; i-- > 0;) {
    depth[i] = static_cast<std::uint8_t>(depth[parents[i]] + 1);
    if (i < count) ++found[depth[i]];
  }
  return found;
}

/// T.81, figure K.3: two leaves that are too deep, and one that is not, change places.
void cut(std::array<int, k_longest>& found) {
  for (std::size_t i = k_longest - 1; i > k_allowed; --i) {
    while (found[i] > 0) {
      std::size_t j = i - 2;
      while (found[j] == 0) --j;
      found[i] -= 2;
      ++found[i - 1];
      found[j + 1] += 2;
      --found[j];
    }
  }
}

}  // namespace

HuffmanTable best_table(std::span<const int> counts) {
  HuffmanTable table;
  const std::vector<Leaf> leaves = leaves_of(counts);
  if (leaves.size() == 1) return table;
  std::array<int, k_longest> found = depths(leaves);
  cut(found);
  std::size_t deepest = k_allowed;
  while (found[deepest] == 0) --deepest;
  --found[deepest];  // the code of ones alone
  for (std::size_t i = 1; i <= k_allowed; ++i) table.codes[i] = static_cast<std::uint8_t>(found[i]);
  for (std::size_t i = 0; i + 1 < leaves.size(); ++i)
    table.symbols[i] = static_cast<std::uint8_t>(leaves[leaves.size() - 1 - i].symbol);
  return table;
}

}  // namespace thumbs::image
