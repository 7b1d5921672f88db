// From a report to one number.
#include "cli/exit_code.h"

namespace thumbs::cli {

int exit_code_of(const Report& report, const Options& options, int signal) {
  if (report.interrupted) return k_exit_signal + signal;
  if (options.dry_run) return k_exit_done;
  const bool index_stale = report.index && report.index->status != Status::fresh;
  const bool stale = report.summary.stale != 0 || report.summary.orphans != 0 || index_stale;
  if (options.command == Command::check && stale) return k_exit_stale;
  return report.ok() ? k_exit_done : k_exit_failed;
}

}  // namespace thumbs::cli
