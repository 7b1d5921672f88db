// The files of FakeDisk: operations for tests, file times, and power cuts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "disk/disk.h"
#include "support/fake_tree.h"
#include "thumbs/error.h"

namespace thumbs {

/// Paths are relative to the manifest's folder, k_folder. Changes by these methods are durable at once, are not
/// recorded and never fail. Thread-safe.
class FakeStore {
 public:
  static constexpr std::string_view k_folder = "/project";
  static constexpr std::int64_t k_second = 1'000'000'000;

  FakeStore() { make_folder(""); }

  // The clock.
  void set_now(std::int64_t ns) {
    locked([&] { now_ns_ = ns; });
  }
  void tick(std::int64_t ns) {
    locked([&] { now_ns_ += ns; });
  }
  /// Rounds file times down to multiples of this, as coarse file systems do. Initially 1.
  void set_granularity(std::int64_t ns) {
    locked([&] { granularity_ns_ = ns; });
  }

  // Creating and changing files. Parents are created as needed.
  void make_folder(const std::string& path) {
    locked([&] { make_folders(absolute(path)); });
  }
  /// Writes a file like a shell's `>`: in place if it exists, through links.
  void put(const std::string& path, std::string_view bytes) {
    locked([&] {
      FakeNode& node = file_at(path);
      node.bytes = bytes;
      node.mtime_ns = node.ctime_ns = stamp();
    });
  }
  /// Changes the bytes but keeps times and inode: no stat can see it.
  void put_unnoticed(const std::string& path, std::string_view bytes) {
    locked([&] { file_at(path).bytes = bytes; });
  }
  void touch(const std::string& path) {
    locked([&] {
      FakeNode& node = file_at(path);
      node.mtime_ns = node.ctime_ns = stamp();
    });
  }
  void set_mtime(const std::string& path, std::int64_t ns) {
    locked([&] {
      FakeNode& node = file_at(path);
      node.mtime_ns = ns;
      node.ctime_ns = stamp();
    });
  }
  void make_link(const std::string& path, const std::string& target) { make(path, disk::FileKind::symlink, target); }
  void make_fifo(const std::string& path) { make(path, disk::FileKind::other, ""); }
  void make_hard_link(const std::string& existing, const std::string& path) {
    locked([&] {
      const std::uint64_t inode = tree_.find(absolute(existing), false).inode;
      const FakeTree::Place place = place_for(path);
      tree_.node(place.folder).entries[place.name] = inode;
      tree_.node(inode).ctime_ns = stamp();
      settle(place);
    });
  }
  void move(const std::string& from, const std::string& to) {
    locked([&] {
      const FakeTree::Place place = place_for(to);
      move_entry(tree_.find(absolute(from), false), place);
      settle(place);
    });
  }
  /// Removes a file, a link, or a folder with all below it.
  void erase(const std::string& path) {
    locked([&] {
      const FakeTree::Place place = tree_.find(absolute(path), false);
      if (place.inode == 0) return;
      tree_.node(place.folder).entries.erase(place.name);
      settle(place);
    });
  }

  // Inspecting.
  /// The bytes of a file, links followed; empty if there is none.
  std::optional<std::string> text(const std::string& path) const {
    return locked([&]() -> std::optional<std::string> {
      const FakeTree::Place place = tree_.find(absolute(path), true);
      if (place.inode == 0 || tree_.node(place.inode).kind != disk::FileKind::regular) return std::nullopt;
      return tree_.node(place.inode).bytes;
    });
  }
  bool exists(const std::string& path) const {
    return locked([&] { return tree_.find(absolute(path), false).inode != 0; });
  }
  /// Everything but folders below folder `dir`, sorted.
  std::vector<std::string> files(const std::string& dir = "") const {
    return locked([&]() -> std::vector<std::string> {
      const FakeTree::Place place = tree_.find(absolute(dir), true);
      if (place.inode == 0) return {};
      return tree_.files(place.inode, dir.empty() ? "" : dir + "/");
    });
  }

  /// The kernel has written everything: all is durable.
  void settle_all() {
    locked([&] { unsynced_.clear(); });
  }

  /// A power cut. undone: unsynced names keep their old state; emptied: names have changed, but the bytes are lost.
  enum class Loss { undone, emptied };
  void lose_unsynced(Loss loss = Loss::undone) {
    locked([&] {
      for (const auto& [where, before] : unsynced_) lose(where, before, loss);
      unsynced_.clear();
    });
  }

 protected:
  // A name in a folder.
  using Where = std::pair<std::uint64_t, std::string>;

  template <typename Body>
  std::invoke_result_t<const Body&> locked(const Body& body) const {
    const std::lock_guard lock(mutex_);
    return body();
  }

  static std::string absolute(const std::string& path) {
    return path.starts_with('/') ? path : std::string(k_folder) + "/" + path;
  }

  static std::string relative(const std::string& path) {
    const std::string above = std::string(k_folder) + "/";
    return path.starts_with(above) ? path.substr(above.size()) : path;
  }

  std::int64_t stamp() const { return now_ns_ - now_ns_ % granularity_ns_; }

  FakeNode stamped(disk::FileKind kind) const {
    FakeNode node;
    node.kind = kind;
    node.mtime_ns = node.ctime_ns = stamp();
    return node;
  }

  disk::FileStat stat_of(std::uint64_t inode) const {
    if (inode == 0) return {};
    const FakeNode& node = tree_.node(inode);
    return {node.kind, {node.bytes.size(), node.mtime_ns, node.ctime_ns, inode}, 1};
  }

  std::vector<std::string> make_folders(const std::string& path) {
    std::vector<std::string> made;
    for (std::size_t end = 1; end != std::string::npos;) {
      end = path.find('/', end);
      const std::string piece = path.substr(0, end);
      const FakeTree::Place place = tree_.find(piece, true);
      if (place.inode == 0 && place.folder != 0) {
        tree_.add(place.folder, place.name, stamped(disk::FileKind::directory));
        made.push_back(piece);
      } else if (place.inode == 0 || tree_.node(place.inode).kind != disk::FileKind::directory) {
        throw Error(ErrorCode::unwritable, "is not a folder: move it away", relative(piece), "write");
      }
      if (end != std::string::npos) ++end;
    }
    return made;
  }

  // The place of `path`; creates its parents.
  FakeTree::Place place_for(const std::string& path) {
    const std::string full = absolute(path);
    make_folders(full.substr(0, std::max<std::size_t>(full.rfind('/'), 1)));
    return tree_.find(full, false);
  }

  void make(const std::string& path, disk::FileKind kind, const std::string& bytes) {
    locked([&] {
      const FakeTree::Place place = place_for(path);
      FakeNode node = stamped(kind);
      node.bytes = bytes;
      tree_.add(place.folder, place.name, std::move(node));
      settle(place);
    });
  }

  FakeNode& file_at(const std::string& path) {
    place_for(path);
    const FakeTree::Place place = tree_.find(absolute(path), true);
    settle(place);
    if (place.inode != 0) return tree_.node(place.inode);
    return tree_.node(tree_.add(place.folder, place.name, stamped(disk::FileKind::regular)));
  }

  // Like rename(2): the file keeps its inode and mtime; two names of one file stay as they are.
  void move_entry(const FakeTree::Place& from, const FakeTree::Place& to) {
    if (from.inode == to.inode) return;
    if (to.inode != 0) tree_.node(to.inode).ctime_ns = stamp();
    tree_.node(from.folder).entries.erase(from.name);
    tree_.node(to.folder).entries[to.name] = from.inode;
    tree_.node(from.inode).ctime_ns = stamp();
  }

  // Makes this name durable.
  void settle(const FakeTree::Place& place) { unsynced_.erase(Where{place.folder, place.name}); }

  void lose(const Where& where, std::uint64_t before, Loss loss) {
    auto& entries = tree_.node(where.first).entries;
    const auto now = entries.find(where.second);
    if (loss == Loss::emptied) {
      if (now != entries.end() && now->second != before) tree_.node(now->second).bytes.clear();
    } else if (before != 0) {
      entries[where.second] = before;
    } else if (now != entries.end()) {
      entries.erase(now);
    }
  }

  mutable std::mutex mutex_;
  FakeTree tree_;
  std::int64_t now_ns_ = 1'700'000'000 * k_second;
  std::int64_t granularity_ns_ = 1;
  std::map<Where, std::uint64_t> unsynced_;  // changed but unsynced names → the inode before; 0: none
};

}  // namespace thumbs
