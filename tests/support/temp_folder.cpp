// Made by mkdtemp, removed with all that a test put there.
#include "support/temp_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace thumbs {

TempFolder::TempFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "thumbs-test-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder can be made at " + path);
  path_ = std::filesystem::canonical(path).string();
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TempFolder::put(std::string_view relative, std::string_view bytes) const {
  const std::filesystem::path path = *this / relative;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace thumbs
