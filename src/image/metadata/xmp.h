// XMP packets: reading who owns a picture, and dropping what is not true of a thumbnail (ISO 16684-1).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace thumbs {

/// In UTF-8; lists are joined by "; ".
struct XmpRights {
  std::string artist;     ///< dc:creator
  std::string copyright;  ///< dc:rights
  std::string licence;    ///< cc:license, else xmpRights:WebStatement, else xmpRights:UsageTerms
};

/// Empty where the packet is no well-formed XML, as far as it is not.
XmpRights xmp_rights(std::span<const std::byte> packet);

/// The packet without its previews (xmp:Thumbnails), and, where `upright`, with an orientation (tiff:Orientation) of 1.
/// Empty where the packet is no well-formed XML.
std::vector<std::byte> xmp_without_preview(std::span<const std::byte> packet, bool upright);

}  // namespace thumbs
