// The script for fish: a `complete` line for each command, word and option.
#include "cli/completions.h"
#include "cli/help.h"

namespace thumbs::cli {
namespace {

constexpr std::string_view k_fish_script = R"(# fish completion for thumbs, made by `thumbs completions fish`

# Prints the words before the cursor that are neither options nor values of options: the command comes first.
function __thumbs_words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case @VALUED@
                set skip 1
            case '-*'
            case '*'
                echo $word
        end
    end
end

function __thumbs_has_no_command
    test (count (__thumbs_words)) = 0
end

# Whether the command is one of the arguments. Without a command thumbs builds.
function __thumbs_command_is
    set -l words (__thumbs_words)
    set -l command build
    if contains -- "$words[1]" @COMMANDS@
        set command $words[1]
    end
    contains -- $command $argv
end

# Names from the manifest that the command line means.
function __thumbs_names
    set -l where
    set -l option
    for word in (commandline -opc)[2..-1]
        if test -n "$option"
            set -a where $option $word
            set option
            continue
        end
        switch $word
            case -f --manifest -C
                set option $word
            case '--manifest=*'
                set -a where $word
        end
    end
    thumbs $where completions $argv[1] 2>/dev/null
end

# Whether the command is the argument, and the word behind it is still missing.
function __thumbs_needs_word
    set -l words (__thumbs_words)
    test (count $words) = 1; and test $words[1] = $argv[1]
end

)";

std::string in_single_quotes(std::string_view text) { return "'" + with_marks(text, "'\\", '\\') + "'"; }

std::string complete_line(const std::string& condition, const std::string& rest, std::string_view help) {
  return "complete -c thumbs -n '" + condition + "' " + rest + " -d " + in_single_quotes(help) + "\n";
}

std::string command_lines(const CommandRow& row) {
  const std::string name(row.name);
  std::string text = complete_line("__thumbs_has_no_command", "-a " + name, row.help);
  for (const WordRow& word : row.words)
    if (word.shown()) text += complete_line("__thumbs_needs_word " + name, "-a " + std::string(word.name), word.help);
  if (row.kind == Operands::folder)
    text += complete_line("__thumbs_command_is " + name, "-a '(__fish_complete_directories)'", "folder");
  const WordRow* const word = word_with_files(row);
  const std::string but = word == nullptr ? "" : "; and not __fish_seen_subcommand_from " + std::string(word->name);
  if (row.kind != Operands::paths && row.kind != Operands::some_paths)
    text += "complete -c thumbs -n '__thumbs_command_is " + name + but + "' -f\n";
  return text;
}

/// How the value is completed.
std::string value_arguments(const OptionRow& row) {
  switch (row.kind) {
    case ValueKind::none:
    case ValueKind::optional_file: return "";
    case ValueKind::file: return " -r -F";
    case ValueKind::folder: return " -x -a '(__fish_complete_directories)'";
    case ValueKind::choice: return " -x -a '" + join({row.choices.begin(), row.choices.end()}, " ") + "'";
    case ValueKind::set_name: return " -x -a '(__thumbs_names sets)'";
    case ValueKind::variant_name: return " -x -a '(__thumbs_names variants)'";
    case ValueKind::number:
    case ValueKind::size:
    case ValueKind::seconds:
    case ValueKind::text: break;
  }
  return " -x";
}

std::string option_line(const CompletedOption& option, std::size_t all) {
  const OptionRow& row = *option.row;
  std::string rest;
  if (!row.letter().empty()) rest += " -s " + std::string(row.letter().substr(1));
  if (!row.long_name().empty()) rest += " -l " + std::string(row.long_name().substr(2));
  rest += value_arguments(row) + " -d " + in_single_quotes(brief_option_help(row)) + "\n";
  if (option.commands.size() == all) return "complete -c thumbs" + rest;
  return "complete -c thumbs -n '__thumbs_command_is " + join(option.commands, " ") + "'" + rest;
}

}  // namespace

std::string fish_completion() {
  std::string script(k_fish_script);
  fill_in(script, "VALUED", join(valued_names(), " "));
  fill_in(script, "COMMANDS", join(completed_names(), " "));
  const std::vector<CompletedCommand> known = completed_commands();
  for (const CompletedCommand& command : known) script += command_lines(*command.row);
  for (const CompletedOption& option : completed_options()) script += option_line(option, known.size());
  return script;
}

}  // namespace thumbs::cli
