// What lies in a folder, for watchers.
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

namespace thumbs::watch {

struct Entry {
  std::string name;
  bool folder = false;
  bool link = false;
};

/// Without "." and ".."; nothing where there is no such folder or where it must not be read.
std::vector<Entry> entries_of(const std::string& absolute);

/// Whether there is such a file or folder, and its state.
bool look_at(const std::string& absolute, bool follow_links, struct stat& out);

}  // namespace thumbs::watch
