// What the program ends with.
#pragma once

#include "thumbs/build.h"

namespace thumbs::cli {

enum ExitCode { k_exit_done = 0, k_exit_failed = 1, k_exit_usage = 2, k_exit_stale = 3, k_exit_busy = 75 };

/// As a shell has it for a process that a signal ended.
inline constexpr int k_exit_signal = 128;

/// Of a run that went through. `signal` is the one that asked it to stop, where one did.
int exit_code_of(const Report& report, const Options& options, int signal);

}  // namespace thumbs::cli
