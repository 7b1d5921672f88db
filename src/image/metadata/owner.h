// Who made a picture and who owns it, from the first block that says so.
#pragma once

#include <string>
#include <vector>

#include "image/metadata/metadata.h"
#include "image/metadata/xmp.h"

namespace thumbs::image {

/// In UTF-8.
struct Owner {
  std::string artist;
  std::string copyright;
  std::string licence;
};

/// Cuts a name at this length, between characters.
std::string as_owner(std::string text);

Owner owner_of(const MetadataBlocks& stored);

/// As properties of XMP.
std::vector<XmpProperty> properties_of(const Owner& owner);

/// "© Someone; licence: https://…"; either part may be missing.
std::string copyright_with_licence(const Owner& owner);

}  // namespace thumbs::image
