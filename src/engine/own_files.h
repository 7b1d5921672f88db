// Files that thumbs itself left among the pictures: reports, galleries, replaced thumbnails. They are no sources,
// whatever the patterns say.
#pragma once

#include <string>
#include <vector>

#include "engine/run_context.h"
#include "graph/graph.h"
#include "scan/scan.h"

namespace thumbs::engine {

/// Whether it is such a file, see below.
bool is_own_file(const RunContext& run, const std::string& path);

/// The files named *.json that hold a report of this program and those named *.html that hold a gallery, told from
/// their first bytes (no other file is opened, and what cannot be read is none), and the thumbnails that a build kept.
std::vector<std::string> own_files(const RunContext& run, const std::vector<scan::ScanResult>& scans);

}  // namespace thumbs::engine
