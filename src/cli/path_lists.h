// Reads the PATHs that --files-from names.
#pragma once

#include "cli/options.h"

namespace thumbs::cli {

/// Adds the PATHs of `line.path_lists` to `options`, each with its place. Throws Error `usage` where a list cannot be
/// read or an entry cannot be a PATH.
void read_path_lists(const CommandLine& line, Options& options);

}  // namespace thumbs::cli
