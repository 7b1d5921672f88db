// Breadth first, so that a limit cuts off the deepest folders.
#include "scan/names.h"

#include <deque>
#include <string_view>
#include <utility>

#include "disk/atomic_file.h"
#include "scan/scan.h"
#include "thumbs/error.h"

namespace thumbs::scan {
namespace {

std::string join(const std::string& folder, std::string_view name) {
  return folder.empty() || name.empty() ? folder + std::string(name) : folder + "/" + std::string(name);
}

}  // namespace

NamesBelow names_below(const disk::DiskReader& disk, const std::string& folder, std::size_t most) {
  NamesBelow names;
  std::deque<std::string> open{""};
  for (; !open.empty(); open.pop_front()) {
    const std::string& below = open.front();
    const auto note = [&](std::string_view name, disk::FileKind kind) {
      if (name.starts_with(disk::k_temporary_prefix) || name == ".git") return false;
      std::vector<std::string>& found = kind == disk::FileKind::directory ? names.folders : names.files;
      found.push_back(join(below, name));
      if (kind == disk::FileKind::directory) open.push_back(found.back());
      return false;  // no stat needed
    };
    try {
      if (names.files.size() + names.folders.size() < most) {
        disk.list(join(folder, below), note);
        continue;
      }
    } catch (const Error&) {
      // The scan has reported it.
    }
    names.unknown.push_back(below);
  }
  return names;
}

}  // namespace thumbs::scan
