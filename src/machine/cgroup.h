// Where the files of this process's control groups are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thumbs {

/// The folders of one hierarchy that may hold limits for this process: its own group's and every ancestor's, as far as
/// they are mounted. Some may not exist.
struct CgroupFolders {
  std::vector<std::string> v2;
  std::vector<std::string> v1;
};

/// For a v1 controller ("cpu", "memory") and for v2. Reads /proc/self/cgroup and /proc/self/mountinfo below `root`;
/// without the latter the usual places are assumed.
CgroupFolders cgroup_folders(const std::string& root, std::string_view controller);

/// The text of a small file; "" where it cannot be read.
std::string read_small_file(const std::string& path);

/// The words of a text, split at white space.
std::vector<std::string_view> words_of(std::string_view text);

}  // namespace thumbs
