// How a picture looks at a glance: what a page shows before it has the thumbnail.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace thumbs {

/// In fixed memory: a million of them may be kept.
struct PictureLook {
  static constexpr std::size_t k_most_bytes = 25;

  std::array<std::uint8_t, 3> dominant_colour = {};       ///< sRGB
  std::uint8_t thumbhash_bytes = 0;                       ///< 1 to k_most_bytes
  std::array<std::uint8_t, k_most_bytes> thumbhash = {};  ///< zeros behind its end

  std::span<const std::uint8_t> hash() const { return std::span(thumbhash).first(thumbhash_bytes); }
  bool operator==(const PictureLook&) const = default;
};

}  // namespace thumbs
