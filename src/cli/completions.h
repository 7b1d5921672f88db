// What `thumbs completions` prints: scripts that complete the command line, made from the tables of commands and
// options.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.h"

namespace thumbs::cli {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

/// `shell`: "bash", "zsh" or "fish".
std::string completion_script(std::string_view shell);

/// The commands to complete, each with the options that mean something to it.
struct CompletedCommand {
  const CommandRow* row;
  std::vector<const OptionRow*> options;
};
std::vector<CompletedCommand> completed_commands();

std::vector<std::string_view> completed_names();

/// The options to complete, and the names of the commands that each belongs to.
struct CompletedOption {
  const OptionRow* row;
  std::vector<std::string_view> commands;
};
std::vector<CompletedOption> completed_options();

/// The names, long and short, of the options whose value may be the next word.
std::vector<std::string_view> valued_names();

/// The words of `row` behind which file names come; null: there is none.
const WordRow* word_with_files(const CommandRow& row);

/// The names of the words of `row` that are supported, separated by spaces.
std::string completed_words(const CommandRow& row);

/// `words` with `separator` between them.
std::string join(const std::vector<std::string_view>& words, std::string_view separator);

/// `text` with `mark` before each of `characters`.
std::string with_marks(std::string_view text, std::string_view characters, char mark);

/// Replaces the first @NAME@ of `script`.
void fill_in(std::string& script, std::string_view name, std::string_view text);

}  // namespace thumbs::cli
