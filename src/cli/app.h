// The program without main().
#pragma once

namespace thumbs::cli {

/// Runs the program once, with this process's standard streams, signals and current folder. Returns the exit code: 0
/// done, 1 some pictures failed, 2 usage or manifest error, 3 stale (check), 75 cache busy, 128 + signal.
int cli_main(int argc, const char* const* argv) noexcept;

}  // namespace thumbs::cli
