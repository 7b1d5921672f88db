// The manifest as the command line changes it, and files that the program must not write over.
#pragma once

#include <string>

#include "cli/options.h"
#include "thumbs/manifest.h"

namespace thumbs::cli {

/// Throws Error `usage` where there is none.
std::string current_folder();

/// The absolute path of what a manifest names.
std::string in_folder(const Manifest& manifest, const std::string& path);

/// The manifest with --cache. Throws as load_manifest(), and Error `usage` where --cache names another file of ours.
Manifest loaded_manifest(const CommandLine& line);

/// The same; refuses a report that would replace a file of the run, as protect_from_report().
Manifest manifest_of(CommandLine& line);

/// Throws Error `usage` where the report would replace `file`; then drops --json, so that the error is not written
/// there.
void protect_from_report(const std::string& file, CommandLine& line);

}  // namespace thumbs::cli
