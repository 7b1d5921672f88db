// A table from paths to their positions in somebody else's array: one allocation, no copies of the paths.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace thumbs::graph {

/// Open addressing over positions. `text(position)` gives the path that a position stands for; it must give
/// the same text as long as the index lives. Not thread-safe while it is filled.
template <class Text>
class PathIndex {
 public:
  PathIndex(std::size_t capacity, Text text)
      : text_(std::move(text)), slots_(std::bit_ceil(capacity * 2 + 2), k_empty), mask_(slots_.size() - 1) {}

  /// Adds `position`, or gives the position that already stands for the same path.
  std::optional<std::uint32_t> add(std::uint32_t position) {
    std::uint32_t& slot = find_slot(text_(position));
    if (slot != k_empty) return slot;
    slot = position;
    return std::nullopt;
  }

  std::optional<std::uint32_t> find(std::string_view path) const {
    const std::uint32_t slot = const_cast<PathIndex*>(this)->find_slot(path);
    return slot == k_empty ? std::nullopt : std::optional(slot);
  }

 private:
  static constexpr std::uint32_t k_empty = ~std::uint32_t{0};

  std::uint32_t& find_slot(std::string_view path) {
    std::size_t at = std::hash<std::string_view>{}(path)&mask_;
    while (slots_[at] != k_empty && text_(slots_[at]) != path) at = (at + 1) & mask_;
    return slots_[at];
  }

  Text text_;
  std::vector<std::uint32_t> slots_;
  std::size_t mask_;
};

}  // namespace thumbs::graph
