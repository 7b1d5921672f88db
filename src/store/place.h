// Where a store is: a folder, or a URL.
#pragma once

#include <string>
#include <string_view>

namespace thumbs::store {

struct Place {
  bool http = false;
  std::string base;   ///< the folder's absolute path, or the URL without a slash at its end
  std::string shown;  ///< for messages: a URL without name and password
};

/// Of a manifest's "store". A relative folder starts from `folder`, which is absolute.
Place place_of(std::string_view text, std::string_view folder);

/// Whether it is a URL that a store may have.
bool is_url(std::string_view text);

}  // namespace thumbs::store
