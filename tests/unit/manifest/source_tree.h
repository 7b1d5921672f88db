// Finds the files of the project that tests read.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace thumbs {

/// A file's text; `path` is relative to the project's folder.
inline std::string project_file(const std::string& path) {
  const auto root = std::filesystem::path(__FILE__).parent_path() / "../../..";
  std::ifstream stream(root / path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot open " + path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace thumbs
