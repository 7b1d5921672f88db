// Text and paths as HTML and URLs: nothing that a file is called gets out of its place.
#pragma once

#include <string>
#include <string_view>

namespace thumbs::gallery {

/// `text` for an element or an attribute in quotes.
std::string escaped(std::string_view text);

/// A name or a message for people, escaped: control characters and bytes that are not UTF-8 become C escapes.
std::string shown(std::string_view text);

/// A relative path as a relative URL: all bytes but letters, digits, `-._~` and `/` become %XX.
std::string url(std::string_view path);

}  // namespace thumbs::gallery
