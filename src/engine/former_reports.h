// Reports that former runs left among the pictures: no sources, whatever the patterns say.
#pragma once

#include <string>
#include <vector>

#include "engine/run_context.h"
#include "graph/graph.h"
#include "scan/scan.h"

namespace thumbs::engine {

/// Whether it is such a file, see below.
bool is_former_report(const RunContext& run, const std::string& path);

/// The files named *.json that hold a report of this program, told from their first bytes. No other file is opened.
/// What cannot be read is none.
std::vector<std::string> former_reports(const RunContext& run, const std::vector<scan::ScanResult>& scans);

}  // namespace thumbs::engine
