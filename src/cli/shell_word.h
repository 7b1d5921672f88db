// Commands that a person can copy.
#pragma once

#include <string>

#include "cli/options.h"

namespace thumbs::cli {

/// A word of a shell command: as it is, in single quotes, or where it holds control characters or bytes that are not
/// UTF-8, escaped in $'...'.
std::string shell_word(const std::string& word);

/// "thumbs" with the -C and -f of this run: what the next command must begin with.
std::string program_words(const CommandLine& line);

}  // namespace thumbs::cli
