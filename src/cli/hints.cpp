// Hints that look at the disk.
#include "cli/hints.h"

#include <sys/stat.h>

#include "cli/shell_word.h"

namespace thumbs::cli {
namespace {

bool is_there(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0;
}

}  // namespace

std::string meant_hint(const CommandLine& line) {
  if (line.maybe_meant.empty()) return {};
  const std::string& word = line.options.paths.front();
  return is_there(word) ? "" : "\"" + word + "\" is not a command: did you mean \"" + line.maybe_meant + "\"?";
}

std::string init_hint(std::span<const Diagnostic> diagnostics, const CommandLine& line) {
  const bool about_file = diagnostics.size() == 1 && diagnostics.front().line == 0;
  if (!about_file || line.manifest != CommandLine().manifest || is_there(line.manifest)) return {};
  return "Run `" + program_words(line) + " init` to write one for the pictures in this folder.";
}

}  // namespace thumbs::cli
