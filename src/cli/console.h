// Results go to standard output, everything else to standard error.
#pragma once

#include <string>
#include <string_view>

#include "cli/options.h"
#include "cli/progress.h"

namespace thumbs::cli {

class Console {
 public:
  explicit Console(const CommandLine& line);

  /// The observer of a run; also prints warnings and errors.
  Progress& progress() { return progress_; }

  /// Writes all of `text` to standard output. On failure prints an error and returns false.
  bool print(std::string_view text);

  /// Writes lines to standard error as they are, such as workflow commands.
  void commands(const std::string& text);

  /// Prints a line to standard error without a prefix, such as FILE:LINE:COLUMN of a manifest.
  void note(const std::string& text);

 private:
  Progress progress_;
};

}  // namespace thumbs::cli
