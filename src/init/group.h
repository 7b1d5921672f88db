// Which folders become sets. Pure.
#pragma once

#include <string>
#include <vector>

#include "init/listing.h"

namespace thumbs::init {

/// The pictures of one set to be.
struct Group {
  std::string folder;                      ///< relative; "": the listed folder itself
  bool top_only = false;                   ///< without the folders below
  std::vector<std::string> pictures = {};  ///< paths as in the listing
};

struct Groups {
  std::vector<Group> groups;           ///< sorted by folder
  std::vector<std::string> unnamable;  ///< folders with pictures that a manifest, which is UTF-8, cannot name
};

/// A group for each folder that stands for a kind of pictures: "assets/products" and "content/blog", but not
/// "assets/products/mugs". A listing without pictures has no groups.
Groups group_pictures(const Listing& listing);

}  // namespace thumbs::init
