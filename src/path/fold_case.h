// Case folding of paths, to find outputs that are one file on a case-insensitive file system.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

/// Lower case by Unicode's simple mapping, as in the C library's C.UTF-8 locale. Keeps bytes that are not UTF-8.
std::string fold_case(std::string_view path);

}  // namespace thumbs
