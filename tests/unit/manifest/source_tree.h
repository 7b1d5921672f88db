// Reads files of the project for tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace thumbs::manifest {

/// A file's text; `path` is relative to the project's folder.
inline std::string project_file(const std::string& path) {
  const std::filesystem::path root = THUMBS_SOURCE_DIR;  // __FILE__ may be relative to the compiler's folder
  std::ifstream stream(root / path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot open " + path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace thumbs::manifest
