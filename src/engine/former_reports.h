// Reports that former runs left among the pictures: no sources, whatever the patterns say.
#pragma once

#include <string>
#include <vector>

#include "engine/survey.h"
#include "scan/scan.h"

namespace thumbs {

/// The files named *.json that hold a report of this program, told from their first bytes. No other file is opened.
/// What cannot be read is none.
std::vector<std::string> former_reports(const RunContext& context, const std::vector<ScanResult>& scans);

}  // namespace thumbs
