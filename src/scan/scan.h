// Finds a set's sources: walks its folder in parallel, matches its globs, stats what matches.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "disk/disk.h"
#include "support/text_ref.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// A file that a set's patterns include. `path` is relative to the manifest; the part below the set's
/// source starts at `below`.
struct FoundFile {
  TextRef path;
  std::uint32_t below = 0;
  StatData stat_data;  ///< links followed
};

struct ScanResult {
  std::vector<FoundFile> files;         ///< sorted by path (bytes)
  TextArena paths;                      ///< what `files` refer to
  std::vector<std::string> unlistable;  ///< folders (and links) that could not be looked into, relative to the manifest
  std::vector<std::string> warnings;    ///< what was skipped though a pattern includes it, named; sorted
  std::vector<std::string> errors;      ///< one text for each of `unlistable`: its path and why; sorted
  /// Patterns of `exclude`, by index, that matched no file and no whole folder that the walk met.
  std::vector<std::uint32_t> unused_excludes;
};

/// Walks `set.source`. Folders that only excluded files can lie in are not entered. `.thumbs-tmp-*` is
/// never a source, nor what is neither file, folder nor link. `seen`, where given, is told now and then how many files
/// matched so far (any thread). Throws Error `interrupted` once `stop`, where given, is true: a part of what is there
/// must not be taken for all. Throws Error `usage` where the set's source is missing or no folder. Uses the oneTBB
/// arena that it is called in.
ScanResult scan(const DiskReader& disk, const Set& set, const std::function<void(std::uint64_t)>& seen = {},
                const std::function<bool()>& stop = {});

}  // namespace thumbs
