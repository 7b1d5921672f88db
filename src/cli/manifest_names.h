// Names from the manifest, for the completion scripts.
#pragma once

#include <string>

#include "cli/options.h"

namespace thumbs::cli {

/// What --set or --variant may name, one a line; `line.word` is "sets" or "variants". "" where there is no sound
/// manifest. Changes to the folders of -C.
std::string manifest_names(const CommandLine& line);

}  // namespace thumbs::cli
