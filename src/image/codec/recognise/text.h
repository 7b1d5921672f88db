// What a text is that stands where a picture should.
#pragma once

#include <string_view>

namespace thumbs {

struct TextKind {
  std::string_view what;  ///< empty where it is no text, or one that says nothing
  bool is_picture = false;
};

/// By the first bytes of a file, in UTF-8, UTF-16 or anything that has ASCII in it.
TextKind kind_of_text(std::string_view head);

}  // namespace thumbs
