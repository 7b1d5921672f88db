// The script for bash. Needs no other package. Names of files are left to readline, which knows how to quote them.
#include "cli/completions.h"

namespace thumbs::cli {
namespace {

// COMP_WORDS has "--color=never" as three words: "--color", "=", "never".
constexpr std::string_view k_bash_script = R"sh(# bash completion for thumbs, made by `thumbs completions bash`

# Sets `command`, `word` (behind the command), `dashes` (there is a "--"), `option` (whose value is at the cursor) and
# `where` (which manifest).
_thumbs_read_line() {
  local i=1 name
  while ((i < COMP_CWORD)); do
    name=${COMP_WORDS[i++]}
    [[ -n $dashes ]] && return
    if [[ $name == --* && ${COMP_WORDS[i]} == = ]]; then
      if ((i + 1 >= COMP_CWORD)); then
        option=$name
        return
      fi
      _thumbs_where "$name" "${COMP_WORDS[i + 1]}"
      ((i += 2))
      continue
    fi
    case $name in
      --) dashes=yes ;;
      @VALUED@)
        if ((i++ == COMP_CWORD)); then
          option=$name
          return
        fi
        _thumbs_where "$name" "${COMP_WORDS[i - 1]}"
        ;;
      -*) ;;
      *)
        if [[ -z $command ]]; then
          command=$name
        elif [[ -z $word ]]; then
          word=$name
        fi
        ;;
    esac
  done
}

# The word is as typed, and is not evaluated.
_thumbs_where() {
  local value=${2//[\"\'\\]/}
  [[ $1 == -f || $1 == --manifest || $1 == -C ]] && where+=("$1" "${value/#\~\//$HOME/}")
}

# Names from the manifest that the command line means. compgen would evaluate them.
_thumbs_names() {
  local name
  compopt +o default +o bashdefault 2>/dev/null
  while IFS= read -r name; do
    [[ $name == "$current"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done < <(thumbs "${where[@]}" completions "$1" 2>/dev/null)
}

# Only these words.
_thumbs_offer() {
  compopt +o default +o bashdefault 2>/dev/null
  COMPREPLY=($(compgen -W "$1" -- "$current"))
}

# Only folders.
_thumbs_folders() {
  compopt +o default +o bashdefault -o dirnames 2>/dev/null
}

_thumbs_value() {
  case $option in
@VALUES@  esac
}

_thumbs_operand() {
  case $command in
    '') COMPREPLY=($(compgen -W '@COMMANDS@' -- "$current")) ;;
@OPERANDS@  esac
}

_thumbs_option() {
  case $command in
@OPTIONS@  esac
}

_thumbs() {
  local command='' word='' dashes='' option='' current=${COMP_WORDS[COMP_CWORD]}
  local -a where=()
  COMPREPLY=()
  _thumbs_read_line
  [[ -n $option && $current == = ]] && current=''
  if [[ -n $dashes ]]; then
    return
  elif [[ -n $option ]]; then
    _thumbs_value
  elif [[ $current == -* ]]; then
    _thumbs_option
  else
    _thumbs_operand
  fi
}

complete -o bashdefault -o default -F _thumbs thumbs
)sh";

std::string all_names(const OptionRow& row) {
  if (row.letter().empty() || row.long_name().empty()) return std::string(row.name());
  return std::string(row.letter()) + "|" + std::string(row.long_name());
}

/// What completes the value of each option; without an entry, file names do.
std::string values() {
  std::string text, others;
  for (const auto& [row, commands] : completed_options()) {
    const std::string names = all_names(*row);
    if (row->kind == ValueKind::folder) text += "    " + names + ") _thumbs_folders ;;\n";
    if (row->kind == ValueKind::choice) {
      text += "    " + names + ") _thumbs_offer '" + join({row->choices.begin(), row->choices.end()}, " ") + "' ;;\n";
    }
    if (row->kind == ValueKind::set_name) text += "    " + names + ") _thumbs_names sets ;;\n";
    if (row->kind == ValueKind::variant_name) text += "    " + names + ") _thumbs_names variants ;;\n";
    if (row->kind == ValueKind::number || row->kind == ValueKind::size || row->kind == ValueKind::seconds ||
        row->kind == ValueKind::text) {
      others += (others.empty() ? "" : "|") + names;
    }
  }
  return text + "    " + others + ") _thumbs_offer '' ;;\n";
}

/// What completes the words behind each command; without an entry, file names do.
std::string operands() {
  std::string text;
  for (const auto& [row, options] : completed_commands()) {
    const std::string name = "    " + std::string(row->name) + ") ";
    if (row->kind == Operands::none) text += name + "_thumbs_offer '' ;;\n";
    if (row->kind == Operands::folder) text += name + "_thumbs_folders ;;\n";
    if (row->kind != Operands::one_of_these) continue;
    const WordRow* const word = word_with_files(*row);
    const std::string rest = word == nullptr ? "else" : "elif [[ $word != " + std::string(word->name) + " ]]; then";
    text += name + "if [[ -z $word ]]; then _thumbs_offer '" + completed_words(*row) + "'; " + rest +
            " _thumbs_offer ''; fi ;;\n";
  }
  return text;
}

std::string long_names(const CompletedCommand& command) {
  std::vector<std::string_view> names;
  for (const OptionRow* row : command.options) names.push_back(row->name());
  return join(names, " ");
}

/// The last entry is for what thumbs does without a command: it builds.
std::string options_by_command() {
  std::string text, last;
  for (const CompletedCommand& command : completed_commands()) {
    const std::string offer = ") _thumbs_offer '" + long_names(command) + "' ;;\n";
    if (command.row->name == "build") {
      last = "    *" + offer;
    } else {
      text += "    " + std::string(command.row->name) + offer;
    }
  }
  return text + last;
}

}  // namespace

std::string bash_completion() {
  std::string script(k_bash_script);
  fill_in(script, "VALUED", join(valued_names(), "|"));
  fill_in(script, "VALUES", values());
  fill_in(script, "COMMANDS", join(completed_names(), " "));
  fill_in(script, "OPERANDS", operands());
  fill_in(script, "OPTIONS", options_by_command());
  return script;
}

}  // namespace thumbs::cli
