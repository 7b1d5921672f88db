// The machine's report: one JSON document.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "thumbs/report.h"

namespace thumbs {

/// The document of `--json`, schema 1, valid UTF-8, ending in a newline. Keys stand in the contract's order, one item
/// to a line. Paths and messages are written by json_path(). What is unknown
/// is null: `reason`, `width`, `height`, `output`, `error`, and a diagnostic's file and position. `warnings` are
/// strings; `errors` are the diagnostics of exit 2, then the failures of the run itself, all of one shape.
std::string json_document(const Report& report);

/// What `cache stats` and `cache verify` found.
struct CacheFacts {
  std::string file;  ///< relative to the manifest
  bool exists = false;
  std::uint64_t bytes = 0, sources = 0, outputs = 0, recipes = 0;
  int schema = 0;                   ///< the version of its tables; 0 where it has none
  std::vector<std::string> faults;  ///< empty: sound, or not looked for
};

/// The document of `cache stats --json` and `cache verify --json`: that of a run that did nothing, with the faults as
/// its `errors`, and `cache` {`file`, `exists`, `bytes`, `sources`, `outputs`, `recipes`, `schema`}.
std::string cache_document(const CacheFacts& facts, const std::string& command, const std::string& manifest);

}  // namespace thumbs
