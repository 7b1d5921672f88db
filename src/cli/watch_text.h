// What `watch` says of a build after the first one.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>

#include "thumbs/report.h"

namespace thumbs::cli {

/// "12:03:04 built 1 in 0.05 s: products/a.jpg", with a newline; "" where nothing was done. `former_orphans`: those of
/// the build before, which are not told again.
std::string rebuild_line(const Report& report, const std::tm& time, std::uint64_t former_orphans);

/// A JSON document, formatted by to_json(), on one line.
std::string one_line(const std::string& document);

}  // namespace thumbs::cli
