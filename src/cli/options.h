// Parses the command line and reports all faults at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "thumbs/build.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace thumbs::cli {

enum class Action {
  run,
  watch,
  init,
  gallery,
  cache_stats,
  cache_verify,
  cache_merge,
  schema,
  completions,
  names,
  help,
  version
};
enum class ProgressMode { automatic, bar, plain, none };
enum class ColourWhen { automatic, always, never };
enum class ReportFormat { text, markdown, json };

/// A parsed command line. Paths are as given by the user, relative to the current folder after `folders`.
struct CommandLine {
  Action action = Action::run;
  std::string command = "build";         ///< its name in reports, such as "cache stats"
  std::string word;                      ///< behind the command, such as "stats" behind "cache"
  std::string manifest = "thumbs.json";  ///< -f
  std::vector<std::string> folders;      ///< each -C, in order
  Options options;                       ///< but paths_base, reserved_files, stop, shard, and the PATHs of path_lists
  std::vector<std::string> path_lists;   ///< each --files-from, in order; "-": standard input
  bool null_separated = false;           ///< --null
  double debounce_seconds = 0.2;         ///< watch --debounce
  std::optional<double> poll_seconds;    ///< watch --poll
  std::optional<SandboxMode> sandbox;    ///< --sandbox; empty: as the manifest says
  std::string warning;                   ///< likewise: of the jobserver; "": none
  Sandbox confined;                      ///< not of the command line: what was done about it
  std::string cache;                     ///< --cache; "": the manifest's
  std::optional<std::string> shard;      ///< --shard, as given
  std::string shard_from;                ///< not of the command line: what it was taken from under auto
  bool explain = false;
  bool quiet = false;
  bool verbose = false;
  std::optional<std::string> json;           ///< empty: none; "": standard output; else the file
  ReportFormat format = ReportFormat::text;  ///< on standard output; `json` also sets `json`
  ProgressMode progress = ProgressMode::automatic;
  ColourWhen colour = ColourWhen::automatic;
  /// The command that the first PATH may be a misspelling of; "" if none.
  std::string maybe_meant;
  /// Usage errors, as messages. If there are any, use only `command`, `manifest`, `folders`, `json`, `quiet` and
  /// `colour`, which may be incomplete.
  std::vector<std::string> errors;
};

/// `arguments`: the words after the program's name. Pure. Never throws for user errors.
CommandLine parse_command_line(const std::vector<std::string>& arguments);

}  // namespace thumbs::cli
