// The command line: words in, settings out, all faults at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "thumbs/build.h"

namespace thumbs {

enum class Action { run, cache_stats, cache_verify, schema, help, version };
enum class ProgressMode { automatic, bar, plain, none };
enum class ColourWhen { automatic, always, never };

/// What the command line asks for. Paths are as the user gave them, relative to the folder that `folders` lead to.
struct CommandLine {
  Action action = Action::run;
  std::string command = "build";         ///< as the report names it, e.g. "cache stats"
  std::string manifest = "thumbs.json";  ///< -f
  std::vector<std::string> folders;      ///< each -C, one after the other
  Options options;                       ///< but paths_base, reserved_files and stop
  bool explain = false;
  bool quiet = false;
  bool verbose = false;
  std::optional<std::string> json;  ///< empty: none; "": standard output; else the file
  ProgressMode progress = ProgressMode::automatic;
  ColourWhen colour = ColourWhen::automatic;
  /// The command that the first PATH may be a slip of; "" where it names a command or looks like none.
  std::string maybe_meant;
  /// Usage faults, texts for people. Where there are any, only `command`, `manifest`, `folders`, `json`, `quiet`
  /// and `colour` are of use, each as far as it could be told.
  std::vector<std::string> errors;
};

/// `arguments` are the words after the program's name. Pure: looks at nothing but them. Never throws for what a user
/// can type.
CommandLine parse_command_line(const std::vector<std::string>& arguments);

}  // namespace thumbs
