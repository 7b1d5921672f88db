// The one EXIF value that this tool needs.
#pragma once

#include <cstddef>
#include <span>

namespace thumbs {

/// The Orientation (tag 0x0112) of IFD0 of a TIFF block ("II*\0…" or "MM\0*…", without "Exif\0\0"): 1 to 8; 1 where the
/// block is broken, has no such tag, or an illegal value. A bounded walk over one directory; never reads outside
/// `tiff`.
int exif_orientation(std::span<const std::byte> tiff);

/// The block without JPEG's "Exif\0\0", which stands before it in other formats too, where it does not belong.
std::span<const std::byte> without_exif_prefix(std::span<const std::byte> block);

/// Whether `tiff` has a TIFF header and an IFD0 that begins inside it: where a file has several EXIF blocks, the first
/// of these counts.
bool exif_readable(std::span<const std::byte> tiff);

}  // namespace thumbs
