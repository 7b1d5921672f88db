// Case folding of paths, to find outputs that would be one file where case does not count.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

/// Lower case by Unicode's simple mapping (as the C library's C.UTF-8 locale has it); bytes that are not UTF-8 stay.
std::string fold_case(std::string_view path);

}  // namespace thumbs
