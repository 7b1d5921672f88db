#include <optional>
#include <span>

#include "cli/command_table.h"
#include "cli/facts.h"
#include "cli/help.h"
#include "man/pages.h"
#include "man/roff.h"

namespace thumbs::man {
namespace {

std::string list_commands() {
  std::string page = heading("COMMANDS") + first_paragraph("Without a command thumbs builds.");
  for (const cli::CommandRow& row : cli::commands()) {
    if (!row.supported) continue;
    if (row.words.empty()) {
      page += entry(row.name, row.operands.empty() ? "" : " " + std::string(row.operands), sentence(row.help));
      continue;
    }
    for (const cli::WordRow& word : row.words)
      if (word.shown()) page += entry(std::string(row.name) + " " + std::string(word.name), "", sentence(word.help));
  }
  return page;
}

std::string option_entry(const cli::OptionRow& row) {
  std::string label(row.letter());
  if (!label.empty() && !row.long_name().empty()) label += ", ";
  label += row.long_name();
  const bool is_attached = row.kind == cli::ValueKind::none || row.kind == cli::ValueKind::optional_file;
  return entry(label, (is_attached ? "" : " ") + std::string(row.value),
               row.help.empty() ? "One of: " + cli::option_help(row) + "." : sentence(cli::option_help(row)));
}

std::string list_options() {
  std::string page = heading("OPTIONS");
  std::optional<cli::Section> section;
  for (const cli::OptionRow& row : cli::options()) {
    if (!row.supported) continue;
    if (section != row.section) page += subheading(cli::section_title(row.section));
    section = row.section;
    page += option_entry(row);
  }
  return page;
}

std::string list_facts(std::string_view title, std::span<const cli::FactRow> rows) {
  std::string page = heading(title);
  for (const cli::FactRow& row : rows) page += entry(row.name, "", sentence(row.text));
  return page;
}

}  // namespace

std::string command_page(std::string_view date) {
  return title("THUMBS", 1, date) + heading("NAME") + "thumbs \\- make for thumbnails\n" + heading("SYNOPSIS") +
         ".B thumbs\n[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR] [\\fIPATH\\fR...]\n" + heading("DESCRIPTION") +
         first_paragraph(
             "thumbs builds the thumbnails in thumbs.json that are missing or out of date, and leaves the rest alone. "
             "PATHs (files, folders or globs, relative to the current folder) limit a command to those sources. If a "
             "PATH is named like a command, write ./check or put it after \"--\".") +
         paragraph("Results go to standard output; progress, warnings and errors go to standard error.") +
         list_commands() + list_options() + list_facts("EXIT STATUS", cli::exit_codes()) +
         list_facts("ENVIRONMENT", cli::environment_variables()) + list_facts("FILES", cli::known_files()) +
         list_facts("EXAMPLES", cli::examples()) + heading("SEE ALSO") + ".BR thumbs.json (5)\n";
}

}  // namespace thumbs::man
