// The sandbox as the command line and the manifest ask for it.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "thumbs/manifest.h"
#include "thumbs/sandbox.h"

namespace thumbs::cli {

/// Starts what must stay outside, into `options`: the line to the store, and that to a
/// jobserver unless -j was given. Then confines the process, unless the command
/// opens no picture: see confine(). `written` are files that the program
/// itself is going to write; the report and GitHub's summary it knows. Notes in `line` what was done. Returns the paths
/// in reach. Throws Error `usage` where a sandbox is required that this system lacks.
SandboxPaths confine_run(const Manifest& manifest, Options& options, CommandLine& line,
                         const std::vector<std::string>& written = {});

/// Throws ManifestError where a manifest that has changed meanwhile names what is not in `reach` any more.
void require_in_reach(const Manifest& manifest, const SandboxPaths& reach, const CommandLine& line);

/// confine_run() for `init`, which reads `folder` and writes `file`.
void confine_init(const std::string& folder, const std::string& file, CommandLine& line);

}  // namespace thumbs::cli
