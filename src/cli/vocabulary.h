// Commands, options and values, for the parser, for suggestions and for tests of the help text.
#pragma once

#include <array>
#include <string_view>

#include "cli/options.h"

namespace thumbs::cli {

inline constexpr int k_max_jobs = 1024;

struct CommandWord {
  std::string_view name;
  Action action = Action::run;
  Command command = Command::build;
  bool supported = true;
};

inline constexpr std::array<CommandWord, 12> k_commands{{
    {"build", Action::run, Command::build, true},
    {"check", Action::run, Command::check, true},
    {"status", Action::run, Command::status, true},
    {"explain", Action::run, Command::explain, true},
    {"prune", Action::run, Command::prune, true},
    {"clean", Action::run, Command::clean, true},
    {"cache", Action::cache_stats, Command::build, true},
    {"schema", Action::schema, Command::build, true},
    {"watch", Action::run, Command::build, false},
    {"init", Action::run, Command::build, false},
    {"gallery", Action::run, Command::build, false},
    {"completions", Action::run, Command::build, false},
}};

inline constexpr std::array<std::string_view, 12> k_command_names = {
    "build", "check",  "status", "explain", "prune",   "clean",
    "cache", "schema", "watch",  "init",    "gallery", "completions",
};

inline constexpr std::array<std::string_view, 22> k_option_names = {
    "--manifest",   "--jobs",    "--memory",    "--force",   "--dry-run", "--verify", "--prune", "--overwrite",
    "--unrecorded", "--yes",     "--fail-fast", "--explain", "--wait",    "--shard",  "--json",  "--progress",
    "--quiet",      "--verbose", "--color",     "--version", "--help",    "-C",
};

inline constexpr std::array<std::string_view, 4> k_progress_names = {"auto", "bar", "plain", "none"};  ///< ProgressMode
inline constexpr std::array<std::string_view, 3> k_colour_names = {"auto", "always", "never"};         ///< ColourWhen

}  // namespace thumbs::cli
