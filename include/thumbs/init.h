// A first manifest for a folder of pictures.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "thumbs/build.h"
#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

struct InitOptions {
  std::string folder = {};           ///< to look through; "": the current folder
  std::string file = "thumbs.json";  ///< the manifest to write, relative to `folder`
  bool dry_run = false;              ///< write nothing
  const std::atomic<bool>* stop = nullptr;
};

/// A set of the starter.
struct StarterSet {
  std::string name;
  std::string source;
  std::string output;
  std::uint64_t pictures = 0;
  int largest_width = 0;  ///< of the pictures that were looked at; 0: none could be read
  int largest_height = 0;
  std::vector<std::string> variants;  ///< their names
};

struct Starter {
  std::string file;  ///< the manifest's path: `folder` and `file`
  std::string text;  ///< JSON with comments
  std::vector<StarterSet> sets;
  std::uint64_t pictures = 0;
  std::vector<std::string> warnings;  ///< what was left out, and why
  bool in_git = false;                ///< the folder belongs to a git repository
  bool written = false;
};

/// `folder` and `file` as one path: the manifest that write_starter() writes.
std::string manifest_path(const InitOptions& options);

/// Looks through a folder (names, and the headers of some pictures), proposes sets and variants, and writes them as a
/// manifest that builds at once. Follows no links; skips hidden folders, dependencies and what other tools build. Where
/// no picture is found the manifest has one set, for the folder itself.
///
/// Never overwrites: throws Error `usage` where anything has the file's name. Also throws `usage` where there is no
/// such folder, `interrupted` once `stop` is true, and other codes where the file cannot be written.
Starter write_starter(const InitOptions& options, Observer& observer);
Starter write_starter(const InitOptions& options = {});

}  // namespace thumbs
