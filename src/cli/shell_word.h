// Commands that a person can copy.
#pragma once

#include <string>

namespace thumbs::cli {

/// A word of a shell command: as it is, in single quotes, or where it holds control characters or bytes that are not
/// UTF-8, escaped in $'...'.
std::string shell_word(const std::string& word);

}  // namespace thumbs::cli
