// The report for people: lines about outputs, and the summary of each command. All text here is UTF-8 that is safe
// on a terminal, in lines that end in a newline where several may come, without one where it is a single line.
#pragma once

#include <string>

#include "thumbs/report.h"

namespace thumbs {

/// What of the command line changes the text.
struct TextOptions {
  bool dry_run = false;  ///< say "would"
  bool prune = false;    ///< `build --prune`: orphans too are work to do
  bool yes = false;      ///< what is unrecorded goes too
  bool explain = false;  ///< a line of reason for each stale output
  bool verbose = false;  ///< a line for each output that no progress line was printed for
};

/// What goes to stdout at the end of a run; "" where there is nothing to say.
std::string text_report(const Report& report, const TextOptions& options);

/// "OUTPUT: reason (detail)", one line.
std::string reason_line(const Item& item);

/// "built OUTPUT (new, 256x192, 9.1 KiB, 3 ms)", one line.
std::string outcome_line(const Item& item);

/// "SOURCE: stage: cause", one line, for an item that failed.
std::string failure_line(const Item& item);

}  // namespace thumbs
