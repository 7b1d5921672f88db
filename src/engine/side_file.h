// The files beside the outputs that a manifest may name, and that people commit: lockfile and index.
#pragma once

#include <string>

#include "disk/disk.h"
#include "thumbs/manifest.h"

namespace thumbs::engine {

/// Which one: the manifest's key, which is also the stage that errors name.
enum class SideFile { lock, index };

/// Its text; "" where there is none. Throws ManifestError where something else than a file stands there, Error, with
/// the key as its stage, where it cannot be read.
std::string read_side_file(const disk::DiskReader& disk, const Manifest& manifest, SideFile which);

/// Throws ManifestError for the file `which`: that it is `what`.
[[noreturn]] void refuse_side_file(const Manifest& manifest, SideFile which, const std::string& what);

/// Where a write to that file belongs: what `path` links to, or `path` itself where there is nothing yet.
std::string behind_links(const disk::DiskReader& disk, const Manifest& manifest, const std::string& path);

}  // namespace thumbs::engine
