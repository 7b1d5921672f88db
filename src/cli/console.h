// The two standard streams as the program uses them: results out, everything else to error.
#pragma once

#include <string>
#include <string_view>

#include "cli/options.h"
#include "cli/progress.h"

namespace thumbs {

class Console {
 public:
  explicit Console(const CommandLine& line);

  /// The observer of a run, and the one voice for warnings and errors.
  Progress& progress() { return progress_; }

  /// To standard output, at once and whole. False where that failed; the error is said then.
  bool print(std::string_view text);

  /// A line to standard error as it is, e.g. a manifest's FILE:LINE:COLUMN.
  void note(const std::string& text);

 private:
  Progress progress_;
};

}  // namespace thumbs
