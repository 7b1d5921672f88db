// What can go wrong, in one vocabulary: codes for reports, the exception that carries them, and the
// diagnostics of a manifest.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

/// What went wrong. The report spells them as to_string() does (the last three never reach an item of it).
enum class ErrorCode {
  not_a_picture,
  unsupported,
  corrupt,
  truncated,
  too_large,        ///< over Limits::input_pixels or Limits::input_bytes, or more than the output's format holds
  too_slow,         ///< over Limits::seconds
  would_overwrite,  ///< a file at the output's path may be an original: no record says that thumbs made it
  unreadable,
  changed_while_read,
  no_space,
  unwritable,
  io,
  memory,  ///< over Limits::memory, or the system gives no more
  internal,
  interrupted,  ///< somebody asked to stop: what was begun is given up, and not a failure
  usage,        ///< the manifest, the options or the variant ask for what cannot be: nothing was changed
  busy,         ///< another run holds the cache
};

/// The code as the report spells it, e.g. "not-a-picture".
std::string_view to_string(ErrorCode code);

/// The root of all that this library throws on purpose; beside it only what the standard library throws, as
/// std::bad_alloc. `path` is relative to the manifest (empty where no file is meant); `stage` is one word, e.g.
/// "decode". what() reads "photos/a.jpg: decode: premature end of file", leaving out what is empty.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string message, std::string path = {}, std::string stage = {});

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& path() const { return path_; }
  const std::string& stage() const { return stage_; }

 private:
  ErrorCode code_;
  std::string message_;
  std::string path_;
  std::string stage_;
};

/// One fault of a manifest or of a lockfile. Lines and columns count from 1, columns in bytes; line 0: the file as a
/// whole, or a manifest that no file was read for. `pointer` is a JSON pointer ("" is the whole document).
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string pointer;
  std::string message;

  /// "FILE:LINE:COLUMN: POINTER: message", leaving out what is not known.
  std::string text() const;
};

/// All faults of a manifest at once; its code is `usage`, and what() has a line for each.
class ManifestError : public Error {
 public:
  explicit ManifestError(std::vector<Diagnostic> diagnostics);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace thumbs
