// Finds a set's sources: walks its folder in parallel, matches its globs, and stats matching files.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "disk/disk.h"
#include "support/text_ref.h"
#include "thumbs/manifest.h"

namespace thumbs::scan {

/// A file that a set's patterns include. `path` is relative to the manifest's folder; its part below the set's source
/// starts at offset `below`.
struct FoundFile {
  TextRef path;
  std::uint32_t below = 0;
  disk::StatData stat_data;  ///< links followed
};

struct ScanResult {
  std::vector<FoundFile> files;         ///< sorted by path (bytes)
  TextArena paths;                      ///< what `files` refer to
  std::vector<std::string> unlistable;  ///< folders and links that could not be read; relative to the manifest's folder
  std::vector<std::string> warnings;    ///< "PATH: skipped: WHY" for skipped entries that a pattern includes; sorted
  std::vector<std::string> errors;      ///< "PATH: cannot be listed: WHY" for each of `unlistable`; sorted
  /// Indexes of `exclude` patterns that matched neither a file nor a whole folder during the walk.
  std::vector<std::uint32_t> unused_excludes;
};

/// Walks `set.source` in the current oneTBB arena. Skips folders that can contain only excluded files, special files,
/// and `.thumbs-tmp-*`. Calls `seen` now and then, on any thread, with the number of matching files so far. Throws
/// Error `interrupted` once `stop` returns true: a partial result must not pass for a whole one. Throws Error `usage`
/// if the source is missing or not a folder.
ScanResult scan(const disk::DiskReader& disk, const Set& set, const std::function<void(std::uint64_t)>& seen = {},
                const std::function<bool()>& stop = {});

/// What scan() would find of these files (sorted paths, relative to the manifest's folder) that are there and regular.
/// Links are left out.
ScanResult scan_files(const disk::DiskReader& disk, const Set& set, const std::vector<std::string>& files);

}  // namespace thumbs::scan
