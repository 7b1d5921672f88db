// The program, but for main: from the words of the command line to the exit code.
#pragma once

namespace thumbs {

/// Runs the program once, on this process's standard streams, signals and current folder. Never throws. Returns the
/// exit code of the contract.
int cli_main(int argc, const char* const* argv) noexcept;

}  // namespace thumbs
