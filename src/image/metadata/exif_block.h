// EXIF blocks changed in place and made from scratch (Exif 2.32; TIFF 6.0). Offsets inside a block stay as they are, so
// that maker notes, which count from its start, stay right.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace thumbs {

inline constexpr unsigned k_exif_artist = 0x013B;
inline constexpr unsigned k_exif_copyright = 0x8298;

/// An ASCII value of IFD0 without trailing zeros and blanks; parts that zeros separate (Copyright has two: photographer
/// and editor) are joined by "; ". Empty where it is not there, or not inside the block.
std::string exif_text(std::span<const std::byte> tiff, unsigned tag);

/// The block without its preview (IFD1), and, where `upright`, with an orientation of 1. Empty where the block is
/// broken.
std::vector<std::byte> without_preview(std::span<const std::byte> tiff, bool upright);

/// A block with Artist and Copyright, those that are not empty; empty where both are.
std::vector<std::byte> rights_block(const std::string& artist, const std::string& copyright);

}  // namespace thumbs
