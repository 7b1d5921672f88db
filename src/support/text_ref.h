// Texts that somebody else keeps: paths above all, of which a run holds millions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace thumbs {

/// A std::string_view that refuses temporary strings, so that it may be a member. What it refers to must outlive it: a
/// TextArena, a literal, a named string.
class TextRef : public std::string_view {
 public:
  constexpr TextRef() = default;
  // Implicit, as std::string_view's own.
  // NOLINTBEGIN(google-explicit-constructor)
  constexpr TextRef(std::string_view text) : std::string_view(text) {}
  constexpr TextRef(const char* text) : std::string_view(text) {}
  TextRef(const std::string& text) : std::string_view(text) {}
  TextRef(std::string&&) = delete;
  // NOLINTEND(google-explicit-constructor)
};

/// Keeps copies of texts, one after the other in large blocks: no allocation and no header for each. Not thread-safe.
class TextArena {
 public:
  /// A copy of `text` that lives as long as the arena, also when that is moved.
  TextRef add(std::string_view text) {
    if (text.size() > left_) {
      left_ = std::max(k_block, text.size());
      next_ = blocks_.emplace_back(std::make_unique<char[]>(left_)).get();
    }
    char* const begin = next_;
    std::copy(text.begin(), text.end(), begin);
    next_ += text.size();
    left_ -= text.size();
    return std::string_view(begin, text.size());
  }

  /// Keeps the texts of `other` too.
  void take(TextArena other) { std::ranges::move(other.blocks_, std::back_inserter(blocks_)); }

 private:
  static constexpr std::size_t k_block = std::size_t{1} << 16;

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace thumbs
