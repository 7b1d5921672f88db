// What standard output and error are: terminals or not, how wide, coloured or not; and writing to them.
#pragma once

#include <functional>
#include <string_view>

#include "cli/options.h"

namespace thumbs {

/// An environment variable's value, or null; std::getenv but for tests.
using Environment = std::function<const char*(const char*)>;

/// Whether to write colours to a stream. In order: --color; NO_COLOR (not empty); CLICOLOR_FORCE (not empty, not "0");
/// else a terminal whose TERM is not "dumb".
bool use_colour(ColourWhen when, bool is_terminal, const Environment& environment);

/// Bars or plain lines where --progress is auto: bars on a terminal whose TERM is not "dumb".
ProgressMode choose_progress(ProgressMode mode, bool is_terminal, const Environment& environment);

bool stderr_is_terminal();

/// Columns of the terminal behind standard error now; 80 where that cannot be told.
int stderr_columns();

/// Writes all of `text` to a file descriptor; false on an error (errno says which). Retries EINTR, waits where the
/// descriptor is non-blocking.
bool write_all(int fd, std::string_view text);

/// Opens /dev/null in place of a closed standard stream, so that no file of ours gets its number. Writing to what was
/// a closed standard output still fails.
void keep_standard_streams();

}  // namespace thumbs
