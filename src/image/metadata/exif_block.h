// EXIF blocks read and made (Exif 2.32; TIFF 6.0). Offsets inside a block stay as they are, so that maker notes, which
// count from its start, stay right.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace thumbs {

inline constexpr unsigned k_exif_orientation = 0x0112;
inline constexpr unsigned k_exif_artist = 0x013B;
inline constexpr unsigned k_exif_copyright = 0x8298;

/// An ASCII (or Exif 3.0's UTF-8) value of IFD0 without trailing zeros and blanks; parts that zeros separate (Copyright
/// has two: photographer and editor) are joined by "; ". In UTF-8: what is none is taken for Latin-1. Empty where it is
/// not there, or not inside the block.
std::string exif_text(std::span<const std::byte> tiff, unsigned tag);

/// Entries of IFD0 that are to be there; none for what is empty or 0.
struct ExifValues {
  int orientation = 0;
  std::string artist = {};
  std::string copyright = {};

  bool empty() const { return orientation == 0 && artist.empty() && copyright.empty(); }
};

/// The block with these values, in the place of those that it had: IFD0 moves to its end. A new block where `tiff` is
/// empty or broken; as it was where `values` are empty.
std::vector<std::byte> exif_with(std::span<const std::byte> tiff, const ExifValues& values);

}  // namespace thumbs
