// Reads files of the project for tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "support/rest_of.h"

namespace thumbs::manifest {

/// A file's text; `path` is relative to the project's folder.
inline std::string project_file(const std::string& path) {
  const std::filesystem::path root = THUMBS_SOURCE_DIR;  // __FILE__ may be relative to the compiler's folder
  std::ifstream stream(root / path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot open " + path);
  return test::rest_of(stream);
}

}  // namespace thumbs::manifest
