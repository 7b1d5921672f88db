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

enum class StatMode { full, minimal };                ///< minimal: size and mtime alone
enum class SandboxMode { automatic, off, required };  ///< see thumbs/sandbox.h; automatic: what the kernel offers

/// Limits for one picture; 0 means no limit.
struct Limits {
  std::uint64_t input_pixels = 268402689;
  std::uint64_t input_bytes = std::uint64_t{1} << 30;
  /// Bytes that one picture may need; empty: "auto", three quarters of what this process may use.
  std::optional<std::uint64_t> memory = {};
  double seconds = 60;  ///< CPU time
};

/// Other settings for some sources of a set.
struct Override {
  std::string glob = {};               ///< against the path below the set's source
  std::vector<std::string> keys = {};  ///< which of `settings` count, as JSON spells them: "background", "quality"
  Variant settings = {};
};

/// One rule: thumbnails of all pictures in one folder. A set needs source, output and at least one variant.
struct Set {
  std::string name = {};    ///< for reports; "": its index
  std::string source = {};  ///< folder
  std::vector<std::string> include = {
      "**/*.{jpg,jpeg,jpe,jfif,png,webp,avif}"};  ///< globs against the path below source
  std::vector<std::string> exclude = {};          ///< likewise
  bool follow_symlinks = false;
  std::string output = {};                            ///< folder
  std::string path = "{dir}/{stem}-{variant}.{ext}";  ///< of an output, below that folder
  std::vector<Variant> variants = {};                 ///< names differ
  std::vector<Override> overrides = {};               ///< applied to all variants, in this order
};

/// What to make from what, whether read from a file (load_manifest()) or built in code. Paths are relative to `folder`,
/// '/'-separated; "." or "" is that folder.
///
/// A manifest in code needs its `folder` and `sets`; the rest is as in a JSON file that leaves it out. It may state
/// paths as a file may, absolute or with ".."; run() takes it through normalised().
struct Manifest {
  std::string file = "thumbs.json";  ///< as the user named it, for messages
  std::string folder = {};           ///< absolute path of the folder that holds it; "": the current folder
  std::string path = "thumbs.json";  ///< its own path relative to folder: its file name, which owns the cache
  std::string cache = ".thumbs/cache.db";
  std::optional<std::string> lock = {};
  std::optional<std::string> index = {};     ///< a file for web pages (docs/index-file.md); none: not written
  std::optional<std::string> url_base = {};  ///< what the URLs in it begin with; none: they are relative
  /// Where results are shared with other machines: a folder, or a URL (docs/store.md); none: nowhere.
  std::optional<std::string> store = {};
  StatMode stat = StatMode::full;
  SandboxMode sandbox = SandboxMode::automatic;
  Limits limits;
  std::vector<Set> sets = {};
  /// Where each value of the document stands, by JSON pointer ("/sets/0/source").
  std::map<std::string, TextPosition> positions = {};

  /// A diagnostic that points at `pointer` of this manifest (or its nearest parent with a position).
  Diagnostic at(std::string pointer, std::string message) const;
};

/// The manifest as a run takes it: paths relative to its folder and without "." and "..", each set with a name, each
/// ladder (thumbs/variant.h) replaced by the variants that it stands for. Pure. Throws ManifestError with all that
/// cannot be right, whatever the disk holds: no set, a set without variants, a setting out of its range, a malformed
/// glob or template, a name that is taken. Diagnostics point at keys as in JSON
/// ("/sets/0/variants/1/width"), with a place in the text where there is one. run() and the parser call it; others can
/// ask beforehand.
Manifest normalised(Manifest manifest);

/// Parses a manifest. `file` is for messages; `folder` is the absolute folder that relative paths
/// start from. Pure: reads no file. Throws ManifestError with every fault of the text.
Manifest parse_manifest(std::string_view text, std::string file, std::string folder);

/// Reads and parses FILE. Throws ManifestError (a file that cannot be read is one diagnostic).
Manifest load_manifest(const std::string& file);

/// What a manifest may ask for and this version does not do yet ("not supported yet"), or this build was made without
/// ("built without AVIF"), each a diagnostic; empty when all can be done.
std::vector<Diagnostic> unsupported(const Manifest& manifest);

/// The JSON Schema (2020-12) of the manifest, as installed.
std::string_view manifest_schema();

}  // namespace thumbs
