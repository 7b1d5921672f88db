// Counts pictures by folder, and stops going down where a folder says what its pictures are.
#include "init/group.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

#include "path/path.h"
#include "support/utf8.h"

namespace thumbs::init {
namespace {

constexpr std::size_t k_deepest = 8;
constexpr std::size_t k_most_top_folders = 8;
constexpr std::size_t k_most_below = 6;

/// Folders that hold other kinds of folders: their names say nothing about pictures.
constexpr std::array<std::string_view, 17> k_containers = {
    "assets", "content", "src",  "source", "static", "public", "data",     "docs",     "app",
    "apps",   "pages",   "site", "www",    "web",    "client", "frontend", "resources"};

struct Folder {
  std::size_t own = 0;  ///< pictures right in it, or deeper than is looked
  std::map<std::string, Folder> below;
};

/// "2024", "2024-05", "001": one of a row, no kind of its own.
bool is_number(std::string_view name) { return name.find_first_not_of("0123456789-_.") == std::string_view::npos; }

bool is_container(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::find(k_containers.begin(), k_containers.end(), name) != k_containers.end();
}

/// Whether each folder below has a name that a set can have.
bool may_split(const Folder& folder, std::size_t most) {
  const auto nameless = [](const auto& entry) { return is_number(entry.first) || !is_utf8(entry.first); };
  return folder.below.size() <= most && std::none_of(folder.below.begin(), folder.below.end(), nameless);
}

void descend(const Folder& folder, const std::string& path, std::vector<Group>& groups) {
  if (folder.own > 0 || !is_container(path) || !may_split(folder, k_most_below)) {
    groups.push_back({.folder = path});
    return;
  }
  for (const auto& [name, below] : folder.below) descend(below, join_path(path, name), groups);
}

Folder folders_of(const std::vector<std::string>& pictures) {
  Folder root;
  for (const std::string& picture : pictures) {
    Folder* folder = &root;
    std::size_t begin = 0;
    for (std::size_t depth = 0; depth < k_deepest; ++depth) {
      const std::size_t end = picture.find('/', begin);
      if (end == std::string::npos) break;
      folder = &folder->below[picture.substr(begin, end - begin)];
      begin = end + 1;
    }
    ++folder->own;
  }
  return root;
}

bool holds(const Group& group, std::string_view picture) {
  return group.top_only ? parent_of(picture) == group.folder : is_at_or_below(picture, group.folder);
}

bool all_numbers(const Folder& root) {
  return !root.below.empty() &&
         std::all_of(root.below.begin(), root.below.end(), [](const auto& entry) { return is_number(entry.first); });
}

void split_top(const Folder& root, Groups& result) {
  if (root.own > 0) result.groups.push_back({.folder = "", .top_only = !root.below.empty()});
  for (const auto& [name, below] : root.below) {
    if (is_utf8(name)) {
      descend(below, name, result.groups);
    } else {
      result.unnamable.push_back(name);
    }
  }
}

}  // namespace

Groups group_pictures(const Listing& listing) {
  Groups result;
  const Folder root = folders_of(listing.pictures);
  if (root.below.size() > k_most_top_folders || all_numbers(root)) {
    result.groups.push_back({.folder = ""});
  } else {
    split_top(root, result);
  }
  for (const std::string& picture : listing.pictures) {
    const auto group =
        std::find_if(result.groups.begin(), result.groups.end(), [&](const Group& one) { return holds(one, picture); });
    if (group != result.groups.end()) group->pictures.push_back(picture);
  }
  return result;
}

}  // namespace thumbs::init
