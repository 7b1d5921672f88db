// The folders of this process's control groups.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thumbs::machine {

/// Folders that may contain limits for this process: its own cgroup's and those of all its mounted ancestors. Some may
/// not exist.
struct CgroupFolders {
  std::vector<std::string> v2;
  std::vector<std::string> v1;
};

/// Folders of cgroup v2, and of the v1 `controller` ("cpu" or "memory"). Reads /proc/self/cgroup and
/// /proc/self/mountinfo below `root`; without mountinfo it assumes the usual mount points.
CgroupFolders cgroup_folders(const std::string& root, std::string_view controller);

/// The text of a file; "" if it cannot be read.
std::string read_small_file(const std::string& path);

/// Splits a text at white space.
std::vector<std::string_view> words_of(std::string_view text);

}  // namespace thumbs::machine
