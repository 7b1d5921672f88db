// Memory for paths: many short texts that live as long as the graph does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace thumbs {

/// Keeps copies of texts, one after the other in large blocks: no allocation and no header for each. Not thread-safe.
class PathArena {
 public:
  /// A copy of `text` that lives as long as the arena, also when that is moved.
  std::string_view add(std::string_view text) {
    if (text.size() > left_) {
      left_ = std::max(k_block, text.size());
      next_ = blocks_.emplace_back(std::make_unique<char[]>(left_)).get();
    }
    char* const begin = next_;
    std::copy(text.begin(), text.end(), begin);
    next_ += text.size();
    left_ -= text.size();
    return {begin, text.size()};
  }

 private:
  static constexpr std::size_t k_block = std::size_t{1} << 16;

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace thumbs
