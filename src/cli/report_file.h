// `--json=FILE`: where the report goes, and putting it there whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thumbs {

/// The names, absolute, under which a scan could meet `file`: as given, and with its links resolved. Relative to the
/// current folder.
std::vector<std::string> report_names(const std::string& file);

/// Whether both names lead to one file, or would if there were one.
bool may_be_same_file(const std::string& a, const std::string& b);

/// Writes the report: into a temporary file beside it and renamed over it, so that a reader never sees half of one.
/// A link is followed; what is no regular file (a FIFO, /dev/stdout) is written to directly. Throws Error
/// (unwritable, no_space or io).
void write_report_file(const std::string& file, std::string_view text);

}  // namespace thumbs
