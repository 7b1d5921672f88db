// Reads and makes EXIF blocks (Exif 2.32; TIFF 6.0). Nothing inside a block moves, because maker notes hold offsets
// from its start.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace thumbs::image {

inline constexpr unsigned k_exif_orientation = 0x0112;
inline constexpr unsigned k_exif_artist = 0x013B;
inline constexpr unsigned k_exif_copyright = 0x8298;

/// An ASCII (or Exif 3.0's UTF-8) value of IFD0 without trailing zeros and blanks; parts that zeros separate (Copyright
/// has two: photographer and editor) are joined by "; ". In UTF-8; other bytes are read as Latin-1. Empty if the
/// value is missing, or not inside the block.
std::string exif_text(std::span<const std::byte> tiff, unsigned tag);

/// Entries to write into IFD0; those that are empty or 0 are not written.
struct ExifValues {
  int orientation = 0;
  std::string artist = {};
  std::string copyright = {};

  bool empty() const { return orientation == 0 && artist.empty() && copyright.empty(); }
};

/// The block with these values instead of its own: IFD0 moves to its end. A new block if `tiff` is empty or broken;
/// unchanged if `values` are empty.
std::vector<std::byte> exif_with(std::span<const std::byte> tiff, const ExifValues& values);

}  // namespace thumbs::image
