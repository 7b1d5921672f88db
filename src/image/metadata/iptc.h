// IPTC's records (IIM 4.2): finding them in Photoshop's wrapping, and reading the two that name an owner.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace thumbs::image {

/// Who made a picture and who owns it, in UTF-8.
struct IptcRights {
  std::string artist;     ///< 2:80, all by-lines joined by "; "
  std::string copyright;  ///< 2:116
};

/// Text is UTF-8 if 1:90 says so, else Latin-1. Stops at the first broken record.
IptcRights iptc_rights(std::span<const std::byte> records);

/// The records without those that describe the original's pixels or hold a preview. Stops at the first broken record.
std::vector<std::byte> true_iptc(std::span<const std::byte> records);

/// The IIM records in Photoshop's image resources ("8BIM" blocks, 0x0404 is IPTC's); empty if there are
/// none.
std::vector<std::byte> iptc_of_resources(std::span<const std::byte> resources);

/// Image resources that hold `records` and nothing else.
std::vector<std::byte> resources_of_iptc(std::span<const std::byte> records);

}  // namespace thumbs::image
