// The report as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "thumbs/report.h"

namespace thumbs {

/// The document of `--json`, schema 1: UTF-8, keys in a fixed order, one item on a line, a newline at the end. Paths
/// and messages go through json_path(). Unknown values are null: `reason`, `width`, `height`, `output`, `error`, and
/// the file and position of a diagnostic. `warnings` are strings; `errors` are the diagnostics of exit 2, then the
/// failures of the run itself, all of the same shape.
std::string json_document(const Report& report);

/// The result of `cache stats` and `cache verify`.
struct CacheFacts {
  std::string file;  ///< relative to the manifest's folder
  bool exists = false;
  std::uint64_t bytes = 0, sources = 0, outputs = 0, recipes = 0;
  int schema = 0;                   ///< the version of its tables; 0 if it has none
  std::vector<std::string> faults;  ///< empty if sound or not checked
};

/// The document of `cache stats --json` and `cache verify --json`: an empty report with the faults as `errors`, and
/// with `cache` {`file`, `exists`, `bytes`, `sources`, `outputs`, `recipes`, `schema`}.
std::string cache_document(const CacheFacts& facts, const std::string& command, const std::string& manifest);

}  // namespace thumbs
