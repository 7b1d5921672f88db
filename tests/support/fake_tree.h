// A file tree in memory: inodes, names, links, and path resolution. The base of FakeDisk.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
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

  FakeTree();
  FakeNode& node(std::uint64_t inode) { return nodes_.at(inode); }
  const FakeNode& node(std::uint64_t inode) const { return nodes_.at(inode); }

  /// Creates a node with this name, and replaces an existing one.
  std::uint64_t add(std::uint64_t folder, const std::string& name, FakeNode node);

  Place find(const std::string& path, bool follow_links) const;

  /// How many names the node has.
  int names_of(std::uint64_t inode) const;

  /// The paths, relative to `folder`, of everything but folders below it, sorted.
  std::vector<std::string> files(std::uint64_t folder, const std::string& prefix = "") const;

 private:
  struct Step {
    std::string name;
    std::uint64_t inode;
  };

  static std::deque<std::string> split(std::string_view path);
  static std::string take_first(std::deque<std::string>& names);
  static Place place_of(const std::vector<Step>& route);

  std::map<std::uint64_t, FakeNode> nodes_;
  std::uint64_t next_ = k_root + 1;
};

}  // namespace thumbs
