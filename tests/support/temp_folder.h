// A temporary folder on the real disk for a test.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

/// Below the system's temporary folder; its path has no links in it.
class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();

  const std::string& path() const { return path_; }
  /// The absolute path of `relative`.
  std::string operator/(std::string_view relative) const { return path_ + "/" + std::string(relative); }

  /// Writes a file and creates its folders.
  void put(std::string_view relative, std::string_view bytes) const;

 private:
  std::string path_;
};

}  // namespace thumbs
