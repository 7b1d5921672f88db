// readdir(3), with a look at the entry where the file system does not tell its kind.
#include "watch/entries.h"

#include <dirent.h>

#include <string_view>

namespace thumbs::watch {

std::vector<Entry> entries_of(const std::string& absolute) {
  std::vector<Entry> entries;
  DIR* const folder = opendir(absolute.c_str());
  if (folder == nullptr) return entries;
  while (const dirent* const entry = readdir(folder)) {
    const std::string_view name = static_cast<const char*>(entry->d_name);
    if (name == "." || name == "..") continue;
    unsigned char type = entry->d_type;
    struct stat found {};
    if (type == DT_UNKNOWN && look_at(absolute + "/" + std::string(name), false, found))
      type = static_cast<unsigned char>(IFTODT(found.st_mode));
    entries.push_back({std::string(name), type == DT_DIR, type == DT_LNK});
  }
  closedir(folder);
  return entries;
}

bool look_at(const std::string& absolute, bool follow_links, struct stat& out) {
  return (follow_links ? ::stat(absolute.c_str(), &out) : ::lstat(absolute.c_str(), &out)) == 0;
}

}  // namespace thumbs::watch
