// Hints below a usage error: what was probably meant, and where to begin.
#pragma once

#include <span>
#include <string>

#include "cli/options.h"
#include "thumbs/error.h"

namespace thumbs::cli {

/// For a misspelt command that was taken for a PATH; "" if such a file exists.
std::string meant_hint(const CommandLine& line);

/// For a new user: there is no manifest of the usual name. `diagnostics` are those of the manifest.
std::string init_hint(std::span<const Diagnostic> diagnostics, const CommandLine& line);

}  // namespace thumbs::cli
