// One thumbnail on the page.
#pragma once

#include <string>
#include <string_view>

#include "thumbs/report.h"

namespace thumbs::gallery {

struct CardPlace {
  std::string root;         ///< the URL of the manifest's folder
  std::string_view folder;  ///< of all outputs of the set, with its slash: names on the page start below it
};

/// Appends the thumbnail's list item to `html`.
void append_card(const Item& item, const CardPlace& place, std::string& html);

}  // namespace thumbs::gallery
