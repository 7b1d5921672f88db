// The commands and options of the command line, a row each. The parser, its suggestions, --help, the completions of
// shells and the manual pages are made from these tables.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/options.h"

namespace thumbs::cli {

/// What stands behind a command.
enum class Operands {
  none,
  paths,        ///< sources, any number
  some_paths,   ///< sources, at least one
  folder,       ///< a folder, or nothing
  one_of_these  ///< one of the row's `words`
};

/// A word behind a command, such as "stats" behind "cache".
struct WordRow {
  std::string_view name;
  std::string_view help;
  Action action = Action::run;
  bool supported = true;
  bool hidden = false;  ///< for scripts of ours alone
  bool files = false;   ///< names of files come behind it

  bool shown() const { return supported && !hidden; }
};

struct CommandRow {
  std::string_view name;
  std::string_view operands = {};  ///< in --help, behind the name; "" where they go without saying
  Operands kind = Operands::paths;
  std::string_view help = {};
  Action action = Action::run;
  Command command = Command::build;  ///< for Action::run
  std::span<const WordRow> words = {};
  bool supported = true;
};

enum class ValueKind { none, file, optional_file, folder, number, size, seconds, choice, set_name, variant_name, text };

/// The part of --help that lists the option.
enum class Section { build, selection, run, output };

/// Values that the parser has to interpret, as given; see `OptionRow::target`.
struct RawOptions {
  std::string jobs, memory, wait, shard, json, format, progress, colour, debounce, poll, sandbox;
  bool unrecorded = false, yes = false, help = false, version = false;
};

struct OptionRow {
  std::string_view names;  ///< "-f,--manifest", "-C" or "--wait"
  std::string_view value;  ///< its value in --help; "" for a flag
  ValueKind kind = ValueKind::none;
  Section section = Section::build;
  std::string_view help;  ///< without `commands` and `choices`, which --help adds
  /// Where the parser stores it. A flag may be given several times; of several values the last counts, but a list
  /// takes all.
  std::variant<bool Options::*, bool CommandLine::*, bool RawOptions::*, std::string CommandLine::*,
               std::string RawOptions::*, std::vector<std::string> CommandLine::*, std::vector<std::string> Options::*>
      target;
  std::string_view commands = {};  ///< the only commands that it works with, separated by spaces; "": all
  std::span<const std::string_view> choices = {};
  bool supported = true;

  std::string_view letter() const;     ///< "-f"; "" if there is none
  std::string_view long_name() const;  ///< "--manifest"; "" if there is none
  std::string_view name() const;       ///< the name in messages: the long one if there is one
  bool works_with(std::string_view command) const;
};

inline constexpr int k_max_jobs = 1024;
inline constexpr std::array<std::string_view, 4> k_progress_names = {"auto", "bar", "plain", "none"};  ///< ProgressMode
inline constexpr std::array<std::string_view, 3> k_colour_names = {"auto", "always", "never"};         ///< ColourWhen

inline constexpr std::array<std::string_view, 3> k_sandbox_names = {"auto", "off", "require"};   ///< SandboxMode
inline constexpr std::array<std::string_view, 3> k_format_names = {"text", "markdown", "json"};  ///< ReportFormat

/// In the order of --help.
std::span<const CommandRow> commands();
std::span<const OptionRow> options();

std::string_view section_title(Section section);

/// Null if there is no such command.
const CommandRow* find_command(std::string_view name);
std::vector<std::string_view> command_names();
std::vector<std::string_view> option_names();

/// The words of `text`, which are separated by spaces.
std::vector<std::string_view> split_words(std::string_view text);

/// "a", "a and b", "a, b and c" with `last` = "and".
std::string enumerate(std::span<const std::string_view> words, std::string_view last);

}  // namespace thumbs::cli
