// Parses the command line. CLI11 only separates options from other words; we interpret the words, so that names with
// brackets or a leading dash are never syntax.
#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "cli/command_table.h"
#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Collects the faults of one command line.
class Faults {
 public:
  explicit Faults(std::vector<std::string>& errors) : errors_(errors) {}
  void add(std::string text) { errors_.push_back(std::move(text)); }
  void bad_value(std::string_view option, std::string_view value, std::string_view wanted) {
    add(std::string(option) + ": " + in_quotes(value) + " is not " + std::string(wanted));
  }
  void not_yet(std::string_view what) { add(std::string(what) + " is not supported yet"); }

 private:
  std::vector<std::string>& errors_;
};

/// The fields that the rows of the table name.
struct Fields {
  CommandLine& line;
  RawOptions& raw;
  template <typename T>
  T& operator()(T Options::*member) const {
    return line.options.*member;
  }
  template <typename T>
  T& operator()(T CommandLine::*member) const {
    return line.*member;
  }
  template <typename T>
  T& operator()(T RawOptions::*member) const {
    return raw.*member;
  }
};

void define_option(CLI::App& app, const std::string& names, ValueKind, bool& flag) {
  app.add_flag(names, flag)->disable_flag_override();
}

void define_option(CLI::App& app, const std::string& names, ValueKind kind, std::string& value) {
  CLI::Option* option = kind == ValueKind::optional_file ? app.add_flag(names + "{-}", value, "")  // "-" without "="
                                                         : app.add_option(names, value);
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void define_option(CLI::App& app, const std::string& names, ValueKind, std::vector<std::string>& values) {
  app.add_option(names, values)->expected(1)->allow_extra_args(false)->take_all();
}

void define_options(CLI::App& app, CommandLine& line, RawOptions& raw) {
  app.set_help_flag();
  app.allow_extras();
  const Fields field{line, raw};
  for (const OptionRow& row : options()) {
    std::visit([&](auto member) { define_option(app, std::string(row.names), row.kind, field(member)); }, row.target);
  }
}

/// Finds `--json` after a parse error, so that a script that asks for JSON gets its errors as JSON.
void find_json(std::span<const std::string> arguments, CommandLine& line) {
  for (const std::string& argument : arguments) {
    if (argument == "--json") line.json = "";
    if (argument.starts_with("--json=")) line.json = argument.substr(7);
  }
  if (line.json == "-") line.json = "";
}

std::string unknown_option(const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::string text = "unknown option " + in_quotes(name);
  const std::string_view near = name.starts_with("--") ? nearest(name, option_names()) : std::string_view{};
  if (!near.empty()) text += ": did you mean \"" + std::string(near) + "\"?";
  return text;
}

void read_jobs(const std::string& text, CommandLine& line, Faults& faults) {
  const std::optional<int> jobs = parse_number<int>(text);
  if (jobs && *jobs >= 1 && *jobs <= k_max_jobs) {
    line.options.jobs = *jobs;
  } else {
    faults.bad_value("--jobs", text, "a number from 1 to " + std::to_string(k_max_jobs));
  }
}

void read_memory(const std::string& text, CommandLine& line, Faults& faults) {
  line.options.memory = parse_size(text);
  if (line.options.memory.value_or(0) == 0) faults.bad_value("--memory", text, "a size, like 512MiB or 2GiB");
}

void read_wait(const std::string& text, CommandLine& line, Faults& faults) {
  constexpr double k_longest = 1e9;
  const std::optional<double> seconds = parse_number<double>(text);
  if (seconds && *seconds >= 0 && *seconds <= k_longest) {
    line.options.wait_seconds = *seconds;
  } else {
    faults.bad_value("--wait", text, "a number of seconds");
  }
}

/// A time in seconds: a number of `unit` seconds, or one with "ms" or "s" behind it.
std::optional<double> parse_time(std::string_view text, double unit) {
  if (text.ends_with("ms")) {
    unit = 0.001;
    text.remove_suffix(2);
  } else if (text.ends_with('s')) {
    unit = 1;
    text.remove_suffix(1);
  }
  constexpr double k_longest = 86400;
  const std::optional<double> number = parse_number<double>(text);
  if (!number || !(*number >= 0 && *number * unit <= k_longest)) return std::nullopt;
  return *number * unit;
}

void read_debounce(const std::string& text, CommandLine& line, Faults& faults) {
  const std::optional<double> seconds = parse_time(text, 0.001);
  if (!seconds) faults.bad_value("--debounce", text, "a time, like 200 (milliseconds), 200ms or 0.2s");
  line.debounce_seconds = seconds.value_or(line.debounce_seconds);
}

void read_poll(const std::string& text, CommandLine& line, Faults& faults) {
  line.poll_seconds = parse_time(text, 1);
  if (line.poll_seconds.value_or(0) <= 0) faults.bad_value("--poll", text, "a number of seconds above 0");
}

/// Finds `text` among `names`; their order is that of the enumeration.
template <typename Choice>
void read_choice(std::string_view option, const std::string& text, std::span<const std::string_view> names,
                 Choice& choice, Faults& faults) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) {
    choice = static_cast<Choice>(found - names.begin());
    return;
  }
  faults.add(std::string(option) + ": unknown value " + in_quotes(text) + suggestion(text, names));
}

/// "json" is the same as --json; only one report fits on standard output.
void read_format(const std::string& text, CommandLine& line, Faults& faults) {
  read_choice("--format", text, k_format_names, line.format, faults);
  const bool json = line.format == ReportFormat::json;
  if (json && !line.json) line.json = "";
  if (line.json && line.json->empty() != json && (json || line.format == ReportFormat::markdown))
    faults.add("--format " + text +
               " and --json cannot both write to standard output: use --json=FILE with text or markdown");
}

void read_values(const CLI::App& app, const RawOptions& raw, CommandLine& line, Faults& faults) {
  const auto given = [&app](const char* name) { return app.count(name) > 0; };
  if (given("--jobs")) read_jobs(raw.jobs, line, faults);
  if (given("--memory")) read_memory(raw.memory, line, faults);
  if (given("--wait")) read_wait(raw.wait, line, faults);
  if (given("--progress")) read_choice("--progress", raw.progress, k_progress_names, line.progress, faults);
  if (given("--color")) read_choice("--color", raw.colour, k_colour_names, line.colour, faults);
  if (given("--sandbox")) read_choice("--sandbox", raw.sandbox, k_sandbox_names, line.sandbox.emplace(), faults);
  if (given("--debounce")) read_debounce(raw.debounce, line, faults);
  if (given("--poll")) read_poll(raw.poll, line, faults);
  if (given("--shard")) line.shard = raw.shard;
  if (given("--manifest") && line.manifest.empty()) faults.add("--manifest: the file name is empty");
  if (given("--cache") && line.cache.empty()) faults.add("--cache: the file name is empty");
  if (given("--json")) line.json = raw.json == "-" ? "" : raw.json;
  if (given("--format")) read_format(raw.format, line, faults);
  if (raw.unrecorded) line.options.unrecorded = raw.yes ? OnUnrecorded::remove : OnUnrecorded::report;
  if (line.quiet && line.verbose) faults.add("--quiet and --verbose cannot be combined");
}

/// The word behind "cache": removes it from `words`.
void read_second_word(const CommandRow& row, std::vector<std::string>& words, CommandLine& line, Faults& faults) {
  std::vector<std::string_view> names;
  std::vector<std::string> examples;
  for (const WordRow& word : row.words) {
    names.push_back(word.name);
    if (word.shown()) examples.push_back(in_quotes(line.command + " " + std::string(word.name)));
  }
  if (words.empty()) {
    const std::vector<std::string_view> shown(examples.begin(), examples.end());
    return faults.add(line.command + " needs one more word: " + enumerate(shown, "or"));
  }
  const std::string word = words.front();
  words.erase(words.begin());
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end()) {
    return faults.add("unknown command " + in_quotes(line.command + " " + word) + suggestion(word, names));
  }
  const WordRow& chosen = row.words[static_cast<std::size_t>(found - names.begin())];
  line.word = word;
  line.command += " " + word;
  line.action = chosen.action;
  if (chosen.supported) return;
  words.clear();
  faults.not_yet(line.command);
}

/// Removes the command from the front of `words`, if there is one, and returns its row.
const CommandRow& read_command(std::vector<std::string>& words, CommandLine& line, Faults& faults) {
  const std::string word = words.empty() ? "build" : words.front();
  const CommandRow* row = find_command(word);
  if (row == nullptr) {
    if (word.find_first_of("/.*?[{") == std::string::npos) line.maybe_meant = nearest(word, command_names());
    return *find_command("build");
  }
  if (!words.empty()) words.erase(words.begin());
  line.command = word;
  line.action = row->action;
  line.options.command = row->command;
  if (!row->supported) {
    words.clear();
    faults.not_yet(word);
  } else if (row->kind == Operands::one_of_these) {
    read_second_word(*row, words, line, faults);
  }
  return *row;
}

void check_names(std::string_view option, const std::vector<std::string>& names, Faults& faults) {
  if (std::find(names.begin(), names.end(), "") != names.end()) faults.add(std::string(option) + ": the name is empty");
}

void check_unselective(const CommandLine& line, Faults& faults) {
  if (!line.options.sets.empty()) faults.add(line.command + " takes no --set");
  if (!line.options.variants.empty()) faults.add(line.command + " takes no --variant");
  if (!line.path_lists.empty()) faults.add(line.command + " takes no --files-from");
}

/// Options that promise what the command does not do. The others do no harm where they are ignored.
void check_ignored(const CLI::App& app, const CommandRow& command, const CommandLine& line, Faults& faults) {
  const bool only_prints = line.action == Action::schema || line.action == Action::completions;
  const bool looks = command.name == "cache" && line.action != Action::cache_merge;
  const auto refuse = [&](const char* option, bool ignored) {
    if (ignored && app.count(option) > 0) faults.add(line.command + " takes no " + option);
  };
  refuse("--force", only_prints || looks);
  const bool merges = line.action == Action::cache_merge;
  refuse("--verify", only_prints || merges || line.action == Action::init);
  refuse("--fail-fast", only_prints || looks || merges || line.action == Action::init);
}

/// Rejects options and words that the command would ignore.
void check_combination(const CLI::App& app, const CommandRow& command, const RawOptions& raw, const CommandLine& line,
                       Faults& faults) {
  for (const OptionRow& row : options()) {
    if (row.works_with(command.name) || app.count(std::string(row.name())) == 0) continue;
    faults.add(std::string(row.name()) + " works only with " + enumerate(split_words(row.commands), "and"));
  }
  if (raw.yes && !raw.unrecorded && command.name == "prune") faults.add("--yes works only with prune --unrecorded");
  if (!command.supported) return;
  const std::size_t operands = line.options.paths.size();
  if (command.kind == Operands::folder && operands > 1) faults.add(line.command + " takes one folder");
  if (line.action == Action::watch && line.options.dry_run) faults.add("watch takes no --dry-run: run `thumbs -n`");
  if (line.action == Action::init && line.options.force)
    faults.add("--force does not work with init, which never overwrites");
  const bool merges = line.action == Action::cache_merge;
  const bool takes_paths = merges || (command.kind != Operands::none && command.kind != Operands::one_of_these);
  if (merges && line.options.paths.empty()) faults.add("cache merge needs a FILE");
  if (!takes_paths && !line.options.paths.empty()) faults.add(line.command + " takes no PATH");
  const bool selects = command.kind == Operands::paths || command.kind == Operands::some_paths;
  if (!selects) check_unselective(line, faults);
  check_ignored(app, command, line, faults);
  if (line.null_separated && line.path_lists.empty()) faults.add("--null works only with --files-from");
  check_names("--set", line.options.sets, faults);
  check_names("--variant", line.options.variants, faults);
  check_names("--files-from", line.path_lists, faults);
  if (command.kind == Operands::some_paths && line.options.paths.empty() && line.path_lists.empty())
    faults.add(line.command + " needs a PATH");
  if (!line.json) return;
  if (line.action == Action::schema) faults.add("schema takes no --json: its output is JSON already");
  if (line.action == Action::completions) faults.add("completions takes no --json");
}

/// Separates unknown options from words in what CLI11 left over.
std::vector<std::string> take_words(const std::vector<std::string>& rest, Faults& faults) {
  std::vector<std::string> words;
  for (const std::string& word : rest) {
    if (word.size() > 1 && word.starts_with('-')) {
      faults.add(unknown_option(word));
    } else {
      words.push_back(word);
    }
  }
  return words;
}

/// CLI11's message, reworded where it mentions its own types.
std::string parser_fault(std::string_view what) {
  const std::string name(what.substr(0, what.find_first_of(": ")));
  if (what.ends_with(" missing")) return name + " needs a value";
  if (what.ends_with(" flag override")) return "--" + name + " takes no value";  // CLI11 omits the dashes
  return printable(what);
}

/// Runs CLI11 on the words before "--". False after a fault that makes the rest unreliable.
bool run_parser(CLI::App& app, std::span<const std::string> arguments, Faults& faults) {
  for (const std::string& argument : arguments) {
    if (!argument.starts_with("--") || !argument.ends_with('=') || argument.size() < 4) continue;
    faults.add(argument.substr(0, argument.size() - 1) + " needs a value after its \"=\"");
    return false;  // CLI11 would use the next word as the value
  }
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
    return true;
  } catch (const CLI::ParseError& error) {
    faults.add(parser_fault(error.what()));
    return false;
  }
}

/// Reads command and paths. Returns the command's row.
const CommandRow& read_words(const std::vector<std::string>& rest, std::span<const std::string> after_dashes,
                             CommandLine& line, Faults& faults) {
  std::vector<std::string> words = take_words(rest, faults);
  const CommandRow& command = read_command(words, line, faults);
  std::vector<std::string>& paths = line.options.paths;
  paths = std::move(words);
  paths.insert(paths.end(), after_dashes.begin(), after_dashes.end());
  if (std::find(paths.begin(), paths.end(), "") != paths.end()) faults.add("empty PATH");
  return command;
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments) {
  CommandLine line;
  RawOptions raw;
  Faults faults(line.errors);
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  const std::span<const std::string> before(arguments.begin(), dashes);
  const std::span<const std::string> after(dashes == arguments.end() ? dashes : dashes + 1, arguments.end());

  CLI::App app;
  define_options(app, line, raw);
  if (!run_parser(app, before, faults)) {
    find_json(before, line);
    return line;
  }
  read_values(app, raw, line, faults);
  const CommandRow& command = read_words(app.remaining(), after, line, faults);
  check_combination(app, command, raw, line, faults);
  if (raw.help || raw.version) {
    line.action = raw.help ? Action::help : Action::version;
    line.errors.clear();
  }
  return line;
}

}  // namespace thumbs::cli
