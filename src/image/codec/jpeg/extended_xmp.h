// The part of a JPEG's XMP that did not fit in one segment, joined from its pieces (XMP part 3,
// section 1.1.3.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/metadata/metadata.h"

namespace thumbs::image {

class JpegExtendedXmp {
 public:
  /// What follows "http://ns.adobe.com/xmp/extension/\0". Keeps no more than k_most_metadata_bytes in 1024 parts.
  void add(std::span<const std::byte> segment);

  /// The packet that the first packet calls `name`. Empty if there is none, or, with a note, if it is too large or
  /// incomplete. Parts may come in any order.
  std::vector<std::byte> assembled(std::string_view name, MetadataBlocks& notes) const;

 private:
  struct Part {
    std::string name;
    std::uint32_t whole_bytes = 0;
    std::uint32_t at = 0;
    std::vector<std::byte> data;
  };
  std::vector<Part> parts_;
  std::size_t bytes_ = 0;  ///< of all parts, those that were not kept too
  bool too_large_ = false;
};

}  // namespace thumbs::image
