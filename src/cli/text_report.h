// The report as text: lines about outputs, and the summary of each command. All text is UTF-8 and safe on a terminal.
#pragma once

#include <string>

#include "thumbs/report.h"

namespace thumbs::cli {

/// Options of the command line that change the text.
struct TextOptions {
  bool dry_run = false;  ///< say "would"
  bool prune = false;    ///< `build --prune`: orphans are removed
  bool yes = false;      ///< `prune --unrecorded --yes`: unrecorded files are removed
  bool explain = false;  ///< a line with the reason for each stale output
  bool verbose = false;  ///< a line for each output that had no progress line
};

/// The text for stdout at the end of a run: lines with a newline each, or "".
std::string text_report(const Report& report, const TextOptions& options);

/// "OUTPUT: reason (detail)", without a newline.
std::string reason_line(const Item& item);

/// "built OUTPUT (new, 256x192, 9.1 KiB, 3 ms)", without a newline.
std::string outcome_line(const Item& item);

/// "SOURCE: stage: cause" for a failed item, without a newline.
std::string failure_line(const Item& item);

}  // namespace thumbs::cli
