// `--json=FILE`: writes the report atomically.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thumbs::cli {

/// The absolute names by which a scan could find `file`: as given, and with links resolved. A relative `file` starts at
/// the current folder.
std::vector<std::string> report_names(const std::string& file);

/// Whether both names mean the same file, which need not exist.
bool may_be_same_file(const std::string& a, const std::string& b);

/// Writes a temporary file beside `file` and renames it, so that readers never see half of a report. Follows links.
/// Writes directly to anything but a regular file (a FIFO, /dev/stdout). Throws Error (unwritable, no_space, io).
void write_report_file(const std::string& file, std::string_view text);

}  // namespace thumbs::cli
