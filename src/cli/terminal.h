// Properties of the standard streams: terminal, width, colours; and writing to them.
#pragma once

#include <functional>
#include <string_view>

#include "cli/options.h"

namespace thumbs::cli {

/// The value of an environment variable, or null; std::getenv except in tests.
using Environment = std::function<const char*(const char*)>;

/// Whether to use colours on a stream. Checks --color, NO_COLOR (not empty), CLICOLOR_FORCE (not empty, not "0"), then
/// whether it is a terminal with a TERM other than "dumb".
bool use_colour(ColourWhen when, bool is_terminal, const Environment& environment);

/// The mode for --progress=auto: bars on a terminal with a TERM other than "dumb", otherwise plain lines.
ProgressMode choose_progress(ProgressMode mode, bool is_terminal, const Environment& environment);

bool stderr_is_terminal();

/// The current number of columns of standard error's terminal; 80 if unknown.
int stderr_columns();

/// Writes all of `text` to a file descriptor. Retries on EINTR and waits if it is non-blocking. On failure returns
/// false and sets errno.
bool write_all(int fd, std::string_view text);

/// Opens /dev/null for closed standard streams, so that no other file gets their descriptors. Writing to a standard
/// output that was closed still fails.
void keep_standard_streams();

}  // namespace thumbs::cli
