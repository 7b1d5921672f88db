// Signals: the first one sets a flag that the run checks, a second one ends the process.
#pragma once

#include <atomic>

namespace thumbs {

/// The signal (SIGINT, SIGTERM, SIGHUP) that asked this process to stop; 0 before.
const std::atomic<int>& stop_signal();

/// The first SIGINT, SIGTERM or SIGHUP sets stop_signal(). A second SIGINT or SIGTERM exits at once with 128 + signal,
/// unless the first was SIGHUP. Ignores SIGPIPE and SIGXFSZ, so that writes fail with an error instead. Signals that
/// the parent ignored (nohup, background jobs) stay ignored.
void install_signal_handlers();

}  // namespace thumbs
