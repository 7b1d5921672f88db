// What --help and the manual page say besides commands and options: exit codes, environment, files, examples.
#pragma once

#include <span>
#include <string_view>

namespace thumbs::cli {

struct FactRow {
  std::string_view name;
  std::string_view text;
};

std::span<const FactRow> exit_codes();
std::span<const FactRow> environment_variables();
std::span<const FactRow> known_files();
std::span<const FactRow> examples();

}  // namespace thumbs::cli
