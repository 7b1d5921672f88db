// The texts of --help and --version.
#pragma once

#include <string>
#include <string_view>

namespace thumbs::cli {

struct OptionRow;

/// At most 80 columns wide, with a newline at the end.
std::string help_text();

/// The version, and a line for each library. Scripts read the first line.
std::string version_text();

/// What an option does, and with which commands: "with build: remove orphans if nothing failed".
std::string option_help(const OptionRow& row);

/// The same without the commands.
std::string brief_option_help(const OptionRow& row);

/// The hint after a usage error, without a newline.
std::string_view help_hint();

}  // namespace thumbs::cli
