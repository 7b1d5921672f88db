// A decoder's warnings, each text once.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace thumbs::image {

/// A broken file can cause a warning for each block, so repeats and all but the first few texts are dropped.
class Warnings {
 public:
  /// May be called from a C library's callback: if memory runs out, the text is lost.
  void add(std::string_view text) noexcept {
    try {
      if (texts_.size() < k_most && std::ranges::find(texts_, text) == texts_.end()) texts_.emplace_back(text);
    } catch (...) {
      return;
    }
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  static constexpr std::size_t k_most = 16;
  std::vector<std::string> texts_;
};

}  // namespace thumbs::image
