// Standard output and error.
#include "cli/console.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "cli/github.h"
#include "cli/terminal.h"
#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

ProgressStyle style_of(const CommandLine& line) {
  const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
  const bool terminal = stderr_is_terminal();
  const bool grouped = line.action == Action::run && line.errors.empty() && !line.quiet && github_step(environment);
  return {.mode = choose_progress(line.progress, terminal, environment),
          .colour = use_colour(line.colour, terminal, environment),
          .quiet = line.quiet,
          .verbose = line.verbose,
          .asked = line.progress == ProgressMode::plain,
          .group = grouped ? "thumbs " + line.command : "",
          .write = [](std::string_view text) { write_all(STDERR_FILENO, text); },  // errors cannot be reported
          .now = steady_seconds,
          .columns = stderr_columns};
}

}  // namespace

Console::Console(const CommandLine& line) : progress_(style_of(line)) {}

bool Console::print(std::string_view text) {
  progress_.close();
  if (write_all(STDOUT_FILENO, text)) return true;
  progress_.error(std::string("standard output: ") + std::strerror(errno));
  return false;
}

void Console::commands(const std::string& text) {
  progress_.close();
  write_all(STDERR_FILENO, text);
}

void Console::note(const std::string& text) {
  progress_.close();
  write_all(STDERR_FILENO, printable(text) + "\n");
}

}  // namespace thumbs::cli
