// The one EXIF value that this tool needs.
#pragma once

#include <cstddef>
#include <span>

namespace thumbs::image {

/// The Orientation (tag 0x0112) of IFD0 of a TIFF block ("II*\0…" or "MM\0*…", without "Exif\0\0"): 1 to 8; 1 if the
/// block is broken, or has no such tag or an illegal value. Reads one directory, and never outside `tiff`.
int exif_orientation(std::span<const std::byte> tiff);

/// The block without JPEG's "Exif\0\0" prefix, which some writers also use in other formats, wrongly.
std::span<const std::byte> without_exif_prefix(std::span<const std::byte> block);

/// Whether `tiff` has a TIFF header and an IFD0 that begins inside it: of several EXIF blocks in a file,
/// the first readable one counts.
bool exif_readable(std::span<const std::byte> tiff);

}  // namespace thumbs::image
