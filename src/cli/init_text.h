// What `init` says to people.
#pragma once

#include <string>

#include "thumbs/init.h"

namespace thumbs::cli {

/// What was found and written, and the command to run next, which begins with `program`.
std::string init_text(const Starter& starter, const std::string& program);

}  // namespace thumbs::cli
