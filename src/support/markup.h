// Text inside XML and HTML.
#pragma once

#include <string>

namespace thumbs {

/// Appends `c` as it is written in text, and in attributes in double quotes.
inline void append_to_markup(std::string& to, char c) {
  switch (c) {
    case '&': to += "&amp;"; break;
    case '<': to += "&lt;"; break;
    case '>': to += "&gt;"; break;
    case '"': to += "&quot;"; break;
    default: to += c;
  }
}

}  // namespace thumbs
