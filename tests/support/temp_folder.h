// A temporary folder on the real disk for a test.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace thumbs {

/// Below the system's temporary folder; its path has no links in it.
class TempFolder {
 public:
  TempFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "thumbs-test-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder can be made at " + path);
    path_ = std::filesystem::canonical(path).string();
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  /// The absolute path of `relative`.
  std::string operator/(std::string_view relative) const { return path_ + "/" + std::string(relative); }

  /// Writes a file and creates its folders.
  void put(std::string_view relative, std::string_view bytes) const {
    const std::filesystem::path path = *this / relative;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
  }

 private:
  std::string path_;
};

}  // namespace thumbs
