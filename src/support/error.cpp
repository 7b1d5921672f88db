// Names of error codes; texts of errors and diagnostics.
#include "thumbs/error.h"

#include <utility>

namespace thumbs {
namespace {

std::string join(const std::string& path, const std::string& stage, const std::string& message) {
  std::string text;
  if (!path.empty()) text += path + ": ";
  if (!stage.empty()) text += stage + ": ";
  return text + message;
}

std::string join(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!text.empty()) text += '\n';
    text += diagnostic.text();
  }
  return text;
}

}  // namespace

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_a_picture: return "not-a-picture";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::truncated: return "truncated";
    case ErrorCode::too_large: return "too-large";
    case ErrorCode::too_slow: return "too-slow";
    case ErrorCode::would_overwrite: return "would-overwrite";
    case ErrorCode::unreadable: return "unreadable";
    case ErrorCode::changed_while_read: return "changed-while-read";
    case ErrorCode::no_space: return "no-space";
    case ErrorCode::unwritable: return "unwritable";
    case ErrorCode::io: return "io";
    case ErrorCode::memory: return "memory";
    case ErrorCode::internal: return "internal";
    case ErrorCode::interrupted: return "interrupted";
    case ErrorCode::usage: return "usage";
    case ErrorCode::busy: return "busy";
  }
  return "internal";
}

Error::Error(ErrorCode code, std::string message, std::string path, std::string stage)
    : std::runtime_error(join(path, stage, message)),
      code_(code),
      message_(std::move(message)),
      path_(std::move(path)),
      stage_(std::move(stage)) {}

std::string Diagnostic::text() const {
  std::string text = file;
  if (line > 0) {
    text += ':';
    text += std::to_string(line) + ':' + std::to_string(column);
  }
  if (!text.empty()) text += ": ";
  if (!pointer.empty()) text += pointer + ": ";
  return text + message;
}

ManifestError::ManifestError(std::vector<Diagnostic> diagnostics)
    : Error(ErrorCode::usage, join(diagnostics)), diagnostics_(std::move(diagnostics)) {}

}  // namespace thumbs
