// Signals: the first one sets a flag that the run checks, a second one ends the process.
#pragma once

#include <atomic>

namespace thumbs::cli {

/// The signal (SIGINT, SIGTERM, SIGHUP) that asked this process to stop; 0 before.
int stop_signal();

/// Whether one did: what a run looks at (Options::stop).
const std::atomic<bool>& stop_requested();

/// From now on the first SIGINT, SIGTERM or SIGHUP sets stop_signal() and stop_requested(); a second SIGINT or SIGTERM
/// ends the process at once with 128 and its number, where the first was no SIGHUP. SIGPIPE and SIGXFSZ are ignored: a
/// write then fails with an error that can be told. A signal that the parent had ignored (nohup, a background job of a
/// shell) stays ignored.
void install_signal_handlers();

}  // namespace thumbs::cli
