// A file tree in memory: inodes, names, links, and path resolution. The base of FakeDisk.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "disk/disk.h"

namespace thumbs {

struct FakeNode {
  disk::FileKind kind = disk::FileKind::regular;
  std::string bytes;                             ///< of a link: its target
  std::map<std::string, std::uint64_t> entries;  ///< of a folder: name → inode
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
};

/// Not thread-safe. Paths are absolute. Nodes are never freed, so that an open file outlives its name.
class FakeTree {
 public:
  static constexpr std::uint64_t k_root = 2;

  /// A resolved path. `folder` is 0 if the parent folder does not exist, `inode` is 0 if nothing has
  /// that name.
  struct Place {
    std::uint64_t folder = 0;
    std::string name;
    std::uint64_t inode = 0;
    std::string real;  ///< the path with its links resolved; "" if it does not exist
  };

  FakeTree() { nodes_[k_root].kind = disk::FileKind::directory; }

  FakeNode& node(std::uint64_t inode) { return nodes_.at(inode); }
  const FakeNode& node(std::uint64_t inode) const { return nodes_.at(inode); }

  /// Creates a node with this name, and replaces an existing one.
  std::uint64_t add(std::uint64_t folder, const std::string& name, FakeNode node) {
    const std::uint64_t inode = next_++;
    nodes_[inode] = std::move(node);
    nodes_.at(folder).entries[name] = inode;
    return inode;
  }

  Place find(const std::string& path, bool follow_links) const {
    std::deque<std::string> ahead = split(path);
    std::vector<Step> route = {{"", k_root}};
    for (int links = 0; !ahead.empty();) {
      const std::string name = take_first(ahead);
      if (name == ".") continue;
      if (name == "..") {
        if (route.size() > 1) route.pop_back();
        continue;
      }
      const FakeNode& folder = node(route.back().inode);
      if (folder.kind != disk::FileKind::directory) return {};
      const auto entry = folder.entries.find(name);
      if (entry == folder.entries.end()) return ahead.empty() ? Place{route.back().inode, name, 0, ""} : Place{};
      const FakeNode& found = node(entry->second);
      if (found.kind == disk::FileKind::symlink && (follow_links || !ahead.empty())) {
        if (++links > 40) return {};
        if (found.bytes.starts_with('/')) route.resize(1);
        const std::deque<std::string> target = split(found.bytes);
        ahead.insert(ahead.begin(), target.begin(), target.end());
      } else {
        route.push_back({name, entry->second});
      }
    }
    return place_of(route);
  }

  /// The paths, relative to `folder`, of everything but folders below it, sorted.
  std::vector<std::string> files(std::uint64_t folder, const std::string& prefix = "") const {
    std::vector<std::string> found;
    for (const auto& [name, inode] : node(folder).entries) {
      if (node(inode).kind == disk::FileKind::directory) {
        for (std::string& path : files(inode, prefix + name + "/")) found.push_back(std::move(path));
      } else {
        found.push_back(prefix + name);
      }
    }
    return found;
  }

 private:
  struct Step {
    std::string name;
    std::uint64_t inode;
  };

  static std::deque<std::string> split(std::string_view path) {
    std::deque<std::string> names;
    while (!path.empty()) {
      const std::size_t slash = path.find('/');
      if (slash != 0) names.emplace_back(path.substr(0, slash));
      path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    return names;
  }

  static std::string take_first(std::deque<std::string>& names) {
    std::string name = std::move(names.front());
    names.pop_front();
    return name;
  }

  static Place place_of(const std::vector<Step>& route) {
    std::string real;
    for (std::size_t i = 1; i < route.size(); ++i) real += "/" + route[i].name;
    const std::uint64_t folder = route.size() > 1 ? route[route.size() - 2].inode : k_root;
    return {folder, route.back().name, route.back().inode, real.empty() ? "/" : real};
  }

  std::map<std::uint64_t, FakeNode> nodes_;
  std::uint64_t next_ = k_root + 1;
};

}  // namespace thumbs
