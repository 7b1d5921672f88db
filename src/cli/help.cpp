// The texts of --help and --version, made from the tables of commands and options.
#include "cli/help.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "cli/command_table.h"
#include "cli/facts.h"
#include "thumbs/version.h"

namespace thumbs::cli {
namespace {

constexpr std::size_t k_columns = 80;
constexpr std::size_t k_indent = 25;  ///< of the explanations

constexpr std::string_view k_head = R"(thumbs: make for thumbnails

Usage: thumbs [COMMAND] [OPTIONS] [PATH...]

Builds the thumbnails in thumbs.json that are missing or out of date, and
leaves the rest alone. PATHs (files, folders or globs) limit a command to
those sources.
)";

constexpr std::string_view k_tail = R"(
Exit codes:
  0  done                          75  another run holds the cache
  1  some pictures failed         130  interrupted (129: hangup, 143:
  2  usage or manifest error           terminated); finished work is kept
  3  check found something stale
)";

/// `words` in lines that start at column `indent` and end before k_columns. The first continues a line of `column`
/// columns.
std::string wrapped(std::string_view text, std::size_t column, std::size_t indent) {
  std::string lines;
  bool first = true;
  for (const std::string_view word : split_words(text)) {
    const bool fits = column + (first ? 0 : 1) + word.size() <= k_columns;
    if (!fits) lines += "\n" + std::string(indent, ' ');
    if (fits && !first) lines += " ";
    column = (fits ? column + (first ? 0 : 1) : indent) + word.size();
    lines += word;
    first = false;
  }
  return lines + "\n";
}

std::string entry(std::string label, std::string_view text) {
  if (label.size() + 2 > k_indent) label += "\n" + std::string(k_indent, ' ');
  if (label.size() < k_indent) label.resize(k_indent, ' ');
  return label + wrapped(text, k_indent, k_indent);
}

std::string list_of_examples() {
  constexpr std::size_t k_explanation = 35;
  std::string text = "\nExamples:\n";
  for (const FactRow& row : examples()) {
    std::string line = "  " + std::string(row.name);
    line.resize(std::max(line.size() + 1, k_explanation), ' ');
    text += line + std::string(row.text) + "\n";
  }
  return text;
}

std::string command_entry(const CommandRow& row) {
  std::string label = "  " + std::string(row.name);
  if (!row.operands.empty()) label += " " + std::string(row.operands);
  return entry(label, row.help);
}

std::string option_entry(const OptionRow& row) {
  std::string label = row.letter().empty() ? "      " : "  " + std::string(row.letter());
  if (!row.letter().empty() && !row.long_name().empty()) label += ", ";
  label += row.long_name();
  if (row.kind != ValueKind::none && row.kind != ValueKind::optional_file) label += " ";
  return entry(label + std::string(row.value), option_help(row));
}

std::string list_of_commands() {
  std::string text = "\nCommands:\n";
  for (const CommandRow& row : commands())
    if (row.supported) text += command_entry(row);
  return text;
}

std::string list_of_options() {
  std::string text;
  std::optional<Section> section;
  for (const OptionRow& row : options()) {
    if (!row.supported) continue;
    if (section != row.section) text += "\n" + std::string(section_title(row.section)) + ":\n";
    section = row.section;
    text += option_entry(row);
  }
  return text;
}

/// "Not supported yet: watch, cache merge, --shard."; "" if all is.
std::string list_of_missing() {
  std::string missing;
  const auto add = [&missing](const std::string& name) { missing += (missing.empty() ? "" : ", ") + name; };
  for (const CommandRow& row : commands()) {
    if (!row.supported) add(std::string(row.name));
  }
  for (const CommandRow& row : commands()) {
    for (const WordRow& word : row.words)
      if (row.supported && !word.supported) add(std::string(row.name) + " " + std::string(word.name));
  }
  for (const OptionRow& row : options())
    if (!row.supported) add(std::string(row.name()));
  return missing.empty() ? "" : "\n" + wrapped("Not supported yet: " + missing + ".", 0, 0);
}

}  // namespace

std::string brief_option_help(const OptionRow& row) {
  return row.help.empty() ? enumerate(row.choices, "or") : std::string(row.help);
}

std::string option_help(const OptionRow& row) {
  std::string list;
  for (const std::string_view command : split_words(row.commands))
    list += (list.empty() ? "" : ", ") + std::string(command);
  return (list.empty() ? "" : "with " + list + ": ") + brief_option_help(row);
}

std::string help_text() {
  return std::string(k_head) + list_of_commands() + list_of_options() +
         "\nIf a PATH is named like a command, write ./check or put it after \"--\".\n" + list_of_missing() +
         std::string(k_tail) + list_of_examples();
}

std::string version_text() {
  std::string text = "thumbs " + std::string(version()) + "\n";
  for (const std::string& library : codec_libraries()) text += "  " + library + "\n";
  return text;
}

std::string_view help_hint() { return "Try `thumbs --help`."; }

}  // namespace thumbs::cli
