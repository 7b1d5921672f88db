#include "cli/command_table.h"

#include <algorithm>
#include <utility>

namespace thumbs::cli {
namespace {

constexpr WordRow k_cache_words[] = {
    {"stats", "show what the cache holds", Action::cache_stats},
    {"verify", "compare the cache with all sources and outputs", Action::cache_verify},
    {.name = "merge",
     .help = "take over what the caches FILE... record, all parts of --shard",
     .action = Action::cache_merge,
     .files = true},
};

constexpr WordRow k_shells[] = {
    {"bash", "print the script for bash", Action::completions},
    {"zsh", "print the script for zsh", Action::completions},
    {"fish", "print the script for fish", Action::completions},
    {"sets", "", Action::names, true, true},
    {"variants", "", Action::names, true, true},
};

constexpr CommandRow k_commands[] = {
    {.name = "init",
     .operands = "[DIR]",
     .kind = Operands::folder,
     .help = "write a starter thumbs.json for the pictures in a folder",
     .action = Action::init},
    {.name = "build", .help = "build stale thumbnails (the default)", .command = Command::build},
    {.name = "watch", .help = "build, then again whenever something changes", .action = Action::watch},
    {.name = "check", .help = "exit with 3 if any thumbnail is stale; write nothing", .command = Command::check},
    {.name = "status", .help = "show a summary by set and reason; write nothing", .command = Command::status},
    {.name = "explain",
     .operands = "PATH",
     .kind = Operands::some_paths,
     .help = "show why thumbnails are stale or fresh",
     .command = Command::explain},
    {.name = "prune", .help = "remove orphans: outputs that no rule makes any more", .command = Command::prune},
    {.name = "clean", .help = "remove the cache and all unmodified outputs", .command = Command::clean},
    {.name = "gallery",
     .operands = "[DIR]",
     .kind = Operands::folder,
     .help = "write a page with all thumbnails (default: .thumbs/gallery)",
     .action = Action::gallery,
     .command = Command::gallery},
    {.name = "cache",
     .operands = "stats|verify|merge FILE...",
     .kind = Operands::one_of_these,
     .help = "show or check the cache, or take over others",
     .words = k_cache_words},
    {.name = "schema",
     .kind = Operands::none,
     .help = "print the JSON Schema of thumbs.json",
     .action = Action::schema},
    {.name = "completions",
     .operands = "SHELL",
     .kind = Operands::one_of_these,
     .help = "print a completion script for bash, zsh or fish",
     .words = k_shells},
};

constexpr auto k_build = Section::build;
constexpr auto k_selection = Section::selection;
constexpr auto k_run = Section::run;
constexpr auto k_output = Section::output;
constexpr auto k_flag = ValueKind::none;

constexpr OptionRow k_options[] = {
    // Build options
    {"-f,--manifest", "FILE", ValueKind::file, k_build, "read FILE (default: thumbs.json)", &CommandLine::manifest},
    {"-C", "DIR", ValueKind::folder, k_build, "change to DIR first", &CommandLine::folders},
    {"-B,--force", "", k_flag, k_build, "rebuild all selected thumbnails", &Options::force},
    {"--overwrite", "", k_flag, k_build, "replace files beside the originals, even if thumbs has no record of them",
     &Options::overwrite, "build watch"},
    {"--verify", "", k_flag, k_build, "ignore timestamps: hash every source and output", &Options::verify},
    {"--prune", "", k_flag, k_build, "remove orphans if nothing failed", &Options::prune, "build watch"},
    {"--unrecorded", "", k_flag, k_build, "also list files in output folders that no record or rule mentions",
     &RawOptions::unrecorded, "prune"},
    {"--yes", "", k_flag, k_build, "remove the files that --unrecorded lists", &RawOptions::yes, "prune"},

    // Selection options
    {"--set", "NAME", ValueKind::set_name, k_selection, "work only on this set; a name or a glob, repeatable",
     &Options::sets},
    {"--variant", "NAME", ValueKind::variant_name, k_selection,
     "work only on this variant, or on all of this ladder; a name or a glob, repeatable", &Options::variants},
    {"--files-from", "FILE", ValueKind::file, k_selection,
     "read PATHs from FILE, one a line; - is standard input; an empty list selects nothing", &CommandLine::path_lists},
    {"-0,--null", "", k_flag, k_selection, "the PATHs of --files-from end with NUL, not with the line",
     &CommandLine::null_separated},
    {"--shard", "I/N", ValueKind::text, k_selection,
     "work only on part I of N of the sources; auto: as the scheduler's variables say", &RawOptions::shard,
     "build check status explain prune clean"},

    // Run options
    {"-n,--dry-run", "", k_flag, k_run, "show what would be done; write nothing", &Options::dry_run},
    {"-j,--jobs", "N", ValueKind::number, k_run, "number of workers (default: the available cores)", &RawOptions::jobs},
    {"--memory", "SIZE", ValueKind::size, k_run, "memory for pictures in progress, e.g. 512MiB", &RawOptions::memory},
    {"--fail-fast", "", k_flag, k_run, "start no new work after the first failure", &Options::fail_fast},
    {"--cache", "FILE", ValueKind::file, k_run, "use this cache, not the manifest's", &CommandLine::cache,
     "build check status explain prune clean gallery watch cache"},
    {"--wait", "SECONDS", ValueKind::seconds, k_run, "wait for another run that holds the cache (default: 10)",
     &RawOptions::wait},
    {"--debounce", "MS", ValueKind::number, k_run, "build once changes pause this long (default: 200)",
     &RawOptions::debounce, "watch"},
    {"--poll", "SECONDS", ValueKind::seconds, k_run, "look at all files this often, for network drives",
     &RawOptions::poll, "watch"},
    {"--sandbox", "WHEN", ValueKind::choice, k_run, "", &RawOptions::sandbox, "", k_sandbox_names},
    {"--store-readonly", "", k_flag, k_run, "take results from the store; put none there", &Options::store_readonly,
     "build watch"},

    // Output options
    {"--explain", "", k_flag, k_output, "show the reason per output", &CommandLine::explain,
     "build watch check status"},
    {"--json", "[=FILE]", ValueKind::optional_file, k_output, "write a JSON report to standard output or FILE",
     &RawOptions::json},
    {"--stats", "", k_flag, k_output, "show where the time of the build went, and what bounds it", &Options::stats,
     "build"},
    {"--format", "FORMAT", ValueKind::choice, k_output, "", &RawOptions::format, "build check status", k_format_names},
    {"--progress", "WHEN", ValueKind::choice, k_output, "", &RawOptions::progress, "", k_progress_names},
    {"--color", "WHEN", ValueKind::choice, k_output, "", &RawOptions::colour, "", k_colour_names},
    {"-q,--quiet", "", k_flag, k_output, "show only errors", &CommandLine::quiet},
    {"-v,--verbose", "", k_flag, k_output, "show a line for each output", &CommandLine::verbose},
    {"--version", "", k_flag, k_output, "print the version, and those of the libraries", &RawOptions::version},
    {"-h,--help", "", k_flag, k_output, "print this help", &RawOptions::help},
};

}  // namespace

std::string_view OptionRow::letter() const {
  return names.starts_with("--") ? std::string_view{} : names.substr(0, names.find(','));
}

std::string_view OptionRow::long_name() const {
  const std::size_t start = names.find("--");
  return start == std::string_view::npos ? std::string_view{} : names.substr(start);
}

std::string_view OptionRow::name() const { return long_name().empty() ? letter() : long_name(); }

bool OptionRow::works_with(std::string_view command) const {
  const std::vector<std::string_view> known = split_words(commands);
  return known.empty() || std::find(known.begin(), known.end(), command) != known.end();
}

std::span<const CommandRow> commands() { return k_commands; }

std::span<const OptionRow> options() { return k_options; }

std::string_view section_title(Section section) {
  switch (section) {
    case Section::build: return "Build options";
    case Section::selection: return "Selection options";
    case Section::run: return "Run options";
    case Section::output: return "Output options";
  }
  return {};
}

const CommandRow* find_command(std::string_view name) {
  const auto* found = std::find_if(std::begin(k_commands), std::end(k_commands),
                                   [name](const CommandRow& row) { return row.name == name; });
  return found == std::end(k_commands) ? nullptr : found;
}

std::vector<std::string_view> command_names() {
  std::vector<std::string_view> names;
  for (const CommandRow& row : k_commands) names.push_back(row.name);
  return names;
}

std::vector<std::string_view> option_names() {
  std::vector<std::string_view> names;
  for (const OptionRow& row : k_options) names.push_back(row.name());
  return names;
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string enumerate(std::span<const std::string_view> words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " " + std::string(last) + " " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace thumbs::cli
