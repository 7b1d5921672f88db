// The manifest: text in, settings out, all faults at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "thumbs/error.h"
#include "thumbs/export.h"
#include "thumbs/variant.h"

namespace THUMBS_PUBLIC thumbs {

/// A place in the manifest's text; both count from 1, columns in bytes.
struct TextPosition {
  int line = 1;
  int column = 1;
};

enum class StatMode { full, minimal };  ///< minimal: size and mtime alone

/// Limits for one picture; 0 means no limit.
struct Limits {
  std::uint64_t input_pixels = 268402689;
  std::uint64_t input_bytes = std::uint64_t{1} << 30;
  std::optional<std::uint64_t> memory;  ///< bytes that one picture may need; empty: "auto", bounded by the budget alone
  double seconds = 60;                  ///< CPU time
};

/// Paths of a Manifest are normalised ("." and ".." folded, no trailing slash, '/'-separated) and
/// relative to the manifest's folder; absolute ones are made relative to it. "" is that folder.
struct Set {
  std::string name;  ///< as given, else its index
  std::string source;
  std::vector<std::string> include;  ///< globs against the path below source
  std::vector<std::string> exclude;
  bool follow_symlinks = false;
  std::string output;
  std::string path;  ///< the template
  std::vector<Variant> variants;
};

struct Manifest {
  std::string file;    ///< as the user named it, for messages
  std::string folder;  ///< absolute path of the folder that holds it
  std::string path;    ///< its own path relative to folder: its file name
  std::string cache = ".thumbs/cache.db";
  std::optional<std::string> lock;
  std::optional<std::string> index;
  StatMode stat = StatMode::full;
  Limits limits;
  std::vector<Set> sets;
  /// Where each value of the document stands, by JSON pointer ("/sets/0/source").
  std::map<std::string, TextPosition> positions;

  /// A diagnostic that points at `pointer` of this manifest (or its nearest parent with a position).
  Diagnostic at(std::string pointer, std::string message) const;
};

/// Parses a manifest. `file` is for messages; `folder` is the absolute folder that relative paths
/// start from. Pure: reads no file. Throws ManifestError with every fault of the text.
Manifest parse_manifest(std::string_view text, std::string file, std::string folder);

/// Reads and parses FILE. Throws ManifestError (a file that cannot be read is one diagnostic).
Manifest load_manifest(const std::string& file);

/// What the contract allows and this version does not do yet ("not supported yet"), or this build was made without
/// ("built without AVIF"), each a diagnostic; empty when all can be done.
std::vector<Diagnostic> unsupported(const Manifest& manifest);

/// The JSON Schema (2020-12) of the manifest, as installed.
std::string_view manifest_schema();

}  // namespace thumbs
