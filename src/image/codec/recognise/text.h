// Explains a text file that was named as a picture.
#pragma once

#include <string_view>

namespace thumbs::image {

struct TextKind {
  std::string_view what;  ///< empty if it is not text, or not a known kind
  bool is_picture = false;
};

/// By the first bytes of a file, in UTF-8, UTF-16 or anything that has ASCII in it.
TextKind kind_of_text(std::string_view head);

}  // namespace thumbs::image
