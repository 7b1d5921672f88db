// What `init` says to people.
#pragma once

#include <string>

#include "thumbs/init.h"

namespace thumbs::cli {

/// What was found and written, and the command to run next.
std::string init_text(const Starter& starter, const InitOptions& options);

}  // namespace thumbs::cli
