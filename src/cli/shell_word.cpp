// Quotes for the shell.
#include "cli/shell_word.h"

#include <string_view>

#include "thumbs/text.h"

namespace thumbs::cli {

std::string shell_word(const std::string& word) {
  constexpr std::string_view k_plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%";
  if (!word.empty() && word.find_first_not_of(k_plain) == std::string::npos) return word;
  if (display_name(word) == word && word.find('\'') == std::string::npos) return "'" + word + "'";
  const std::string shown = display_name(word);
  std::string inner = shown.starts_with('"') ? shown.substr(1, shown.size() - 2) : shown;
  for (std::size_t at = 0; (at = inner.find('\'', at)) != std::string::npos; at += 2) inner.insert(at, "\\");
  return "$'" + inner + "'";
}

std::string program_words(const CommandLine& line) {
  std::string text = "thumbs";
  for (const std::string& folder : line.folders) text += " -C " + shell_word(folder);
  if (line.manifest != CommandLine().manifest) text += " -f " + shell_word(line.manifest);
  return text;
}

}  // namespace thumbs::cli
