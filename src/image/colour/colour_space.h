// What a file says about its colours: a profile, or numbers instead of one. Plain data; icc.h uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace thumbs::image {

/// Larger profiles are ignored (printer profiles have up to 2 MiB), so that a file cannot make a decoder hold any
/// amount.
inline constexpr std::size_t k_most_profile_bytes = 4 << 20;

/// CIE 1931 xy.
struct Chromaticity {
  double x = 0;
  double y = 0;
};

struct Chromaticities {
  Chromaticity white;
  Chromaticity red;
  Chromaticity green;
  Chromaticity blue;
};

/// BT.709's, which are sRGB's (white D65).
inline constexpr Chromaticities k_srgb_chromaticities = {{0.3127, 0.3290}, {0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}};

enum class TransferCurve : std::uint8_t {
  srgb,      ///< IEC 61966-2-1
  bt709,     ///< BT.709's, inverted; BT.601, BT.1361 and BT.2020 have the same
  smpte240,  ///< SMPTE ST 240, inverted
  power,     ///< light = sample ^ exponent
  log100,    ///< two decades of light, logarithmic; a sample of 0 is black
  log316,    ///< the same with two decades and a half
  cinema,    ///< SMPTE ST 428-1: 48 of 52.37 cd/m² are white; what is brighter is cut off
  pq,        ///< BT.2100's perceptual quantiser (SMPTE ST 2084)
  hlg,       ///< BT.2100's hybrid log-gamma
};

/// Colours as numbers, without a profile. Grey pictures use the curve alone.
struct ColourEncoding {
  Chromaticities chromaticities = k_srgb_chromaticities;
  TransferCurve curve = TransferCurve::srgb;
  double exponent = 1;  ///< of power
};

/// Empty means sRGB: the file says so, or says nothing.
struct ColourSpace {
  std::vector<std::byte> profile;          ///< ICC, as embedded; at most k_most_profile_bytes
  std::optional<ColourEncoding> encoding;  ///< used if there is no usable profile
};

}  // namespace thumbs::image
