// The script for zsh: a specification for its _arguments.
#include <map>
#include <type_traits>

#include "cli/completions.h"
#include "cli/help.h"

namespace thumbs::cli {
namespace {

// Works both as a file in $fpath and by `source <(thumbs completions zsh)`.
constexpr std::string_view k_zsh_script = R"sh(#compdef thumbs
# zsh completion for thumbs, made by `thumbs completions zsh`

# Sets `thumbs_command`, and `thumbs_where` (which manifest). Without a command thumbs builds.
_thumbs_read_line() {
  local -i i seen=0
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      (-f|--manifest|-C) thumbs_where+=($words[i] ${(Q)words[i + 1]/#\~\//$HOME/}); ((i++)) ;;
      (@VALUED@) ((i++)) ;;
      (--manifest=*) thumbs_where+=(${(Q)words[i]}) ;;
      (-*) ;;
      (*)
        ((seen++)) && continue
        [[ $words[i] == (@NAMES@) ]] && thumbs_command=$words[i]
        ;;
    esac
  done
}

# Names from the manifest that the command line means.
_thumbs_names() {
  local -a names=(${(f)"$(thumbs $thumbs_where completions $1 2>/dev/null)"})
  compadd -a names
}

_thumbs_sets() { _thumbs_names sets }
_thumbs_variants() { _thumbs_names variants }

_thumbs_first() {
  local -a commands=(
@COMMANDS@  )
  _alternative 'commands:command:{_describe command commands}' 'files:source:_files'
}

_thumbs_second() {
  local -a verbs
  case $thumbs_command in
@WORDS@    (*) _thumbs_rest; return ;;
  esac
  _describe word verbs
}

_thumbs_rest() {
  case $thumbs_command in
@OPERANDS@    (*) _files ;;
  esac
}

_thumbs() {
  local thumbs_command=build
  local -a options thumbs_where
  _thumbs_read_line
@OPTIONS@  _arguments -s -S : $options '1: :_thumbs_first' '2: :_thumbs_second' '*: :_thumbs_rest'
}

if [[ $funcstack[1] == _thumbs ]]; then
  _thumbs "$@"
else
  compdef _thumbs thumbs
fi
)sh";

std::string quoted(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) literal += c == '\'' ? "'\\''" : std::string(1, c);
  return literal + "'";
}

/// What completes the value: ":FILE:_files".
std::string value_spec(const OptionRow& row) {
  const std::string word(row.value.starts_with("[=") ? row.value.substr(2, row.value.size() - 3) : row.value);
  switch (row.kind) {
    case ValueKind::none: return "";
    case ValueKind::file: return ":" + word + ":_files";
    case ValueKind::optional_file: return "::" + word + ":_files";
    case ValueKind::folder: return ":" + word + ":_files -/";
    case ValueKind::choice: return ":" + word + ":(" + join({row.choices.begin(), row.choices.end()}, " ") + ")";
    case ValueKind::set_name: return ":" + word + ":_thumbs_sets";
    case ValueKind::variant_name: return ":" + word + ":_thumbs_variants";
    case ValueKind::number:
    case ValueKind::size:
    case ValueKind::seconds:
    case ValueKind::text: break;
  }
  return ":" + word + ": ";
}

/// How the value follows the name: "-f+" (the same or the next word), "--wait=", "--json=-" (the same word).
std::string value_mark(const OptionRow& row, bool is_letter) {
  if (row.kind == ValueKind::none) return "";
  if (row.kind == ValueKind::optional_file) return "=-";
  return is_letter ? "+" : "=";
}

template <typename Field>
constexpr bool is_list = std::is_same_v<Field, std::vector<std::string>>;

std::string option_spec(const OptionRow& row, std::string_view name) {
  const bool repeats =
      std::visit([]<typename Owner, typename Field>(Field Owner::*) { return is_list<Field>; }, row.target);
  const bool is_letter = name == row.letter();
  std::string others = repeats ? "*" : "(" + std::string(row.letter());
  if (!repeats)
    others += (row.letter().empty() || row.long_name().empty() ? "" : " ") + std::string(row.long_name()) + ")";
  return quoted(others + std::string(name) + value_mark(row, is_letter) + "[" +
                with_marks(brief_option_help(row), "[]\\:", '\\') + "]" + value_spec(row));
}

std::string option_specs(const OptionRow& row) {
  std::string text;
  for (const std::string_view name : {row.letter(), row.long_name()})
    if (!name.empty()) text += "    " + option_spec(row, name) + "\n";
  return text;
}

std::string described(std::string_view name, std::string_view help) {
  return quoted(std::string(name) + ":" + with_marks(help, "\\:", '\\'));
}

std::string list_commands() {
  std::string text;
  for (const CompletedCommand& command : completed_commands())
    text += "    " + described(command.row->name, command.row->help) + "\n";
  return text;
}

std::string word_cases() {
  std::string text;
  for (const auto& [row, options] : completed_commands()) {
    if (row->words.empty()) continue;
    text += "    (" + std::string(row->name) + ") verbs=(";
    for (const WordRow& word : row->words)
      if (word.shown()) text += (text.ends_with('(') ? "" : " ") + described(word.name, word.help);
    text += ") ;;\n";
  }
  return text;
}

std::string operand_cases() {
  std::string text;
  for (const auto& [row, options] : completed_commands()) {
    const std::string name = "    (" + std::string(row->name) + ") ";
    const WordRow* const word = word_with_files(*row);
    if (word != nullptr)
      text += name + "(( ${words[(I)" + std::string(word->name) + "]} )) && _files ;;\n";
    else if (row->kind == Operands::none || row->kind == Operands::one_of_these)
      text += name + ";;\n";
    if (row->kind == Operands::folder) text += name + "_files -/ ;;\n";
  }
  return text;
}

/// The options in groups that belong to the same commands.
std::string option_groups() {
  std::map<std::string, std::string> groups;
  for (const auto& [row, commands] : completed_options()) groups[join(commands, "|")] += option_specs(*row);
  std::string text;
  for (const auto& [commands, specs] : groups)
    text += "  [[ $thumbs_command == (" + commands + ") ]] && options+=(\n" + specs + "  )\n";
  return text;
}

}  // namespace

std::string zsh_completion() {
  std::string script(k_zsh_script);
  fill_in(script, "VALUED", join(valued_names(), "|"));
  fill_in(script, "NAMES", join(completed_names(), "|"));
  fill_in(script, "COMMANDS", list_commands());
  fill_in(script, "WORDS", word_cases());
  fill_in(script, "OPERANDS", operand_cases());
  fill_in(script, "OPTIONS", option_groups());
  return script;
}

}  // namespace thumbs::cli
