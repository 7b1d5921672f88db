// What the scripts of the three shells have in common.
#include "cli/completions.h"

#include <algorithm>

namespace thumbs::cli {
namespace {

/// Prints a text of the program's own.
bool only_prints(const CommandRow& command) {
  return command.action == Action::schema ||
         (!command.words.empty() && command.words.front().action == Action::completions);
}

bool means_something(const OptionRow& option, const CommandRow& command) {
  if (!option.supported || !option.works_with(command.name)) return false;
  if (only_prints(command)) return option.name() == "--help";
  const bool selects = command.kind == Operands::paths || command.kind == Operands::some_paths;
  if (option.section == Section::selection && !selects) return false;
  if (command.action == Action::init && (option.name() == "--force" || option.name() == "--verify")) return false;
  if (command.kind != Operands::one_of_these) return true;
  return option.section == Section::output || option.kind == ValueKind::file || option.kind == ValueKind::folder;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "bash") return bash_completion();
  return shell == "zsh" ? zsh_completion() : fish_completion();
}

std::vector<CompletedCommand> completed_commands() {
  std::vector<CompletedCommand> completed;
  for (const CommandRow& command : commands()) {
    if (!command.supported) continue;
    completed.push_back({&command, {}});
    for (const OptionRow& option : options())
      if (means_something(option, command)) completed.back().options.push_back(&option);
  }
  return completed;
}

std::vector<std::string_view> completed_names() {
  std::vector<std::string_view> names;
  for (const CompletedCommand& command : completed_commands()) names.push_back(command.row->name);
  return names;
}

std::vector<CompletedOption> completed_options() {
  std::vector<CompletedOption> completed;
  for (const OptionRow& option : options()) {
    if (!option.supported) continue;
    completed.push_back({&option, {}});
    for (const CommandRow& command : commands())
      if (command.supported && means_something(option, command)) completed.back().commands.push_back(command.name);
  }
  return completed;
}

std::vector<std::string_view> valued_names() {
  std::vector<std::string_view> names;
  for (const auto& [row, commands] : completed_options()) {
    if (row->kind == ValueKind::none || row->kind == ValueKind::optional_file) continue;
    for (const std::string_view name : {row->letter(), row->long_name()})
      if (!name.empty()) names.push_back(name);
  }
  return names;
}

const WordRow* word_with_files(const CommandRow& row) {
  const auto found = std::ranges::find_if(row.words, [](const WordRow& word) { return word.files; });
  return found == row.words.end() ? nullptr : &*found;
}

std::string completed_words(const CommandRow& row) {
  std::vector<std::string_view> names;
  for (const WordRow& word : row.words)
    if (word.shown()) names.push_back(word.name);
  return join(names, " ");
}

std::string join(const std::vector<std::string_view>& words, std::string_view separator) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : std::string(separator)) + std::string(word);
  return text;
}

std::string with_marks(std::string_view text, std::string_view characters, char mark) {
  std::string marked;
  for (const char c : text) {
    if (characters.find(c) != std::string_view::npos) marked += mark;
    marked += c;
  }
  return marked;
}

void fill_in(std::string& script, std::string_view name, std::string_view text) {
  const std::string token = "@" + std::string(name) + "@";
  script.replace(script.find(token), token.size(), text);
}

}  // namespace thumbs::cli
