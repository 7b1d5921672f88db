// The limits of options.
#include "library/check.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "disk/real_path.h"
#include "thumbs/error.h"

namespace thumbs::library {
namespace {

constexpr int k_most_jobs = 1024;
constexpr double k_longest_wait = 1e9;

bool is_absolute(const std::string& path) { return path.starts_with('/'); }

}  // namespace

void check_options(const Options& options) {
  const auto require = [](bool holds, const char* message) {
    if (!holds) throw Error(ErrorCode::usage, message);
  };
  require(options.jobs >= 0 && options.jobs <= k_most_jobs, "jobs must be from 1 to 1024, or 0 for one a core");
  require(options.memory.value_or(1) > 0, "memory must be at least 1 byte");
  require(options.wait_seconds >= 0 && options.wait_seconds <= k_longest_wait,
          "wait_seconds must be from 0 to 1000000000");
  require(std::ranges::find(options.paths, "") == options.paths.end(), "paths must not be empty");
  require(options.paths_base.empty() || is_absolute(options.paths_base), "paths_base must be absolute");
  require(std::ranges::all_of(options.reserved_files, is_absolute), "reserved_files must be absolute");
  const bool builds = options.command == Command::build;
  require(builds || !options.prune, "the option prune goes with Command::build alone");
  require(builds || !options.overwrite, "the option overwrite goes with Command::build alone");
  require(builds || !options.store_readonly, "the option store_readonly goes with Command::build alone");
  require(options.command == Command::prune || options.unrecorded == OnUnrecorded::ignore,
          "the option unrecorded goes with Command::prune alone");
}

Manifest located(Manifest manifest) {
  const std::string folder = disk::real_path_of(manifest.folder.empty() ? "." : manifest.folder);
  if (folder.empty())
    throw Error(ErrorCode::usage, "the manifest's folder: " + std::string(std::strerror(errno)), manifest.folder);
  manifest.folder = folder;
  return normalised(std::move(manifest));
}

Manifest ready(Manifest manifest) {
  manifest = located(std::move(manifest));
  if (std::vector<Diagnostic> gaps = unsupported(manifest); !gaps.empty()) throw ManifestError(std::move(gaps));
  return manifest;
}

}  // namespace thumbs::library
