// Parses /proc/self/cgroup and /proc/self/mountinfo, and combines the two.
//
// mountinfo tells which part of a hierarchy (`root`) is mounted at which `point`; cgroup tells this process's path in
// the hierarchy. In a container without a cgroup namespace both are long ("/docker/abc"), with one both are "/". If the
// path is not below the mount's root, we use the mount point itself.
#include "machine/cgroup.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace thumbs::machine {
namespace {

struct Mount {
  std::string root;
  std::string point;
};

// The process's path in a hierarchy.
struct Membership {
  std::string path;
  bool known = false;
};

template <class Use>
void for_each_line(std::string_view text, Use&& use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool has_item(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (list.substr(0, end) == item) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// Lines are "4:cpu,cpuacct:/a/b", or "0::/a/b" for v2 (then `controller` is empty).
Membership membership_of(std::string_view cgroup, std::string_view controller) {
  Membership membership;
  for_each_line(cgroup, [&](std::string_view line) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos || line.substr(second + 1, 1) != "/") return;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const bool wanted = controller.empty() ? controllers.empty() : has_item(controllers, controller);
    if (wanted) membership = {std::string(line.substr(second + 1)), true};
  });
  return membership;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// mountinfo escapes blanks and backslashes as octal numbers, like \040.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) && is_octal(text[i + 2]) &&
        is_octal(text[i + 3])) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// Lines are "36 35 98:0 ROOT POINT options [fields…] - TYPE source SUPEROPTIONS".
std::vector<Mount> mounts_of(std::string_view mountinfo, std::string_view controller) {
  std::vector<Mount> mounts;
  for_each_line(mountinfo, [&](std::string_view line) {
    const std::vector<std::string_view> words = words_of(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 5 || dash == words.end() || words.end() - dash < 4) return;
    const bool wanted =
        controller.empty() ? dash[1] == "cgroup2" : dash[1] == "cgroup" && has_item(dash[3], controller);
    if (wanted) mounts.push_back({unescape(words[3]), unescape(words[4])});
  });
  return mounts;
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool leaves_upwards(std::string_view path) {
  return path == "/.." || path.starts_with("/../") || path.find("/../") != path.npos || path.ends_with("/..");
}

// The process's path below `mount_root`: "" or "/a/b".
std::string below_mount(const Membership& process, const std::string& mount_root) {
  if (!process.known || leaves_upwards(process.path) || !is_below(process.path, mount_root)) return {};
  const std::string below = mount_root == "/" ? process.path : process.path.substr(mount_root.size());
  return below == "/" ? std::string() : below;
}

void add_chain(const std::string& root, const Mount& mount, std::string below, std::vector<std::string>& folders) {
  while (true) {
    folders.push_back(root + mount.point + below);
    if (below.empty()) return;
    below.erase(below.rfind('/'));
  }
}

// What the kernel says of this process.
struct OwnFiles {
  std::string cgroup;
  std::string mountinfo;
};

std::vector<std::string> folders_of(const OwnFiles& own, const std::string& root, std::string_view controller,
                                    std::initializer_list<std::string_view> usual_places) {
  const Membership process = membership_of(own.cgroup, controller);
  std::vector<Mount> mounts = mounts_of(own.mountinfo, controller);
  if (mounts.empty()) {
    for (const std::string_view usual : usual_places) mounts.push_back({"/", "/sys/fs/cgroup" + std::string(usual)});
  }
  std::vector<std::string> folders;
  for (const Mount& mount : mounts) add_chain(root, mount, below_mount(process, mount.root), folders);
  return folders;
}

}  // namespace

CgroupFolders cgroup_folders(const std::string& root, std::string_view controller) {
  const std::string prefix = root == "/" ? std::string() : root;
  const OwnFiles own{read_small_file(prefix + "/proc/self/cgroup"), read_small_file(prefix + "/proc/self/mountinfo")};
  const std::string name = "/" + std::string(controller);
  return {.v2 = folders_of(own, prefix, "", {"", "/unified"}),
          .v1 = folders_of(own, prefix, controller, {name, name + ",cpuacct", "/cpuacct,cpu"})};
}

std::string read_small_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view k_blanks = " \t\r\n";
  std::vector<std::string_view> words;
  for (std::size_t at = text.find_first_not_of(k_blanks); at != text.npos;) {
    const std::size_t end = std::min(text.find_first_of(k_blanks, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(k_blanks, end);
  }
  return words;
}

}  // namespace thumbs::machine
