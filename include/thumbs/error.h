// What can go wrong, in one vocabulary: codes for reports, the exception that carries them, and the
// diagnostics of a manifest.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

/// The error codes of the JSON report (the last three never reach an item of it).
enum class ErrorCode {
  not_a_picture,
  unsupported,
  corrupt,
  truncated,
  too_large,
  too_slow,
  would_overwrite,  ///< a file at the output's path may be an original: no record says that thumbs made it
  unreadable,
  changed_while_read,
  no_space,
  unwritable,
  io,
  memory,
  internal,
  interrupted,  ///< the run was asked to stop: what was begun is given up, and not a failure
  usage,        ///< the command line or the manifest asks for what cannot be: exit 2, nothing touched
  busy,         ///< another run holds the cache: exit 75
};

/// The code as the report spells it, e.g. "not-a-picture".
std::string_view to_string(ErrorCode code);

/// The only exception type that this library throws on purpose. `path` is relative to the manifest
/// (empty where no file is meant); `stage` is one word, e.g. "decode". what() reads
/// "photos/a.jpg: decode: premature end of file", leaving out what is empty.
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

/// One fault of a manifest (or of the command line; then line is 0). Lines and columns count from 1;
/// columns count bytes. `pointer` is a JSON pointer ("" is the whole document).
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string pointer;
  std::string message;

  /// "FILE:LINE:COLUMN: POINTER: message"; without a line "FILE: message" or "message".
  std::string text() const;
};

/// All faults of a manifest at once. Exit 2.
class ManifestError : public std::runtime_error {
 public:
  explicit ManifestError(std::vector<Diagnostic> diagnostics);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace thumbs
