// The files of FakeDisk: operations for tests, file times, and power cuts.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
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

  FakeStore();
  ~FakeStore();

  /// Has the files and the clock of another, with what that has not synced.
  void become(const FakeStore& other);

  // The clock.
  void set_now(std::int64_t ns);
  void tick(std::int64_t ns);
  /// Rounds file times down to multiples of this, as coarse file systems do. Initially 1.
  void set_granularity(std::int64_t ns);

  // Creating and changing files. Parents are created as needed.
  void make_folder(const std::string& path);
  /// Writes a file like a shell's `>`: in place if it exists, through links.
  void put(const std::string& path, std::string_view bytes);
  /// Changes the bytes but keeps times and inode: no stat can see it.
  void put_unnoticed(const std::string& path, std::string_view bytes);
  void touch(const std::string& path);
  void set_mtime(const std::string& path, std::int64_t ns);
  void make_link(const std::string& path, const std::string& target);
  void make_fifo(const std::string& path);
  void make_hard_link(const std::string& existing, const std::string& path);
  void move(const std::string& from, const std::string& to);
  /// Removes a file, a link, or a folder with all below it.
  void erase(const std::string& path);

  // Inspecting.
  /// The bytes of a file, links followed; empty if there is none.
  std::optional<std::string> text(const std::string& path) const;
  bool exists(const std::string& path) const;
  /// Everything but folders below folder `dir`, sorted.
  std::vector<std::string> files(const std::string& dir = "") const;

  /// The kernel has written everything: all is durable.
  void settle_all();

  /// A power cut. undone: unsynced names keep their old state; emptied: names have changed, but the bytes are lost.
  enum class Loss { undone, emptied };
  void lose_unsynced(Loss loss = Loss::undone);

 protected:
  // A name in a folder.
  using Where = std::pair<std::uint64_t, std::string>;

  template <typename Body>
  std::invoke_result_t<const Body&> locked(const Body& body) const {
    const std::lock_guard lock(mutex_);
    return body();
  }

  static std::string absolute(const std::string& path);
  static std::string relative(const std::string& path);

  std::int64_t stamp() const { return now_ns_ - now_ns_ % granularity_ns_; }

  FakeNode stamped(disk::FileKind kind) const;
  disk::FileStat stat_of(std::uint64_t inode) const;
  std::vector<std::string> make_folders(const std::string& path);

  // The place of `path`; creates its parents.
  FakeTree::Place place_for(const std::string& path);
  void make(const std::string& path, disk::FileKind kind, const std::string& bytes);
  FakeNode& file_at(const std::string& path);

  // Like rename(2): the file keeps its inode and mtime; two names of one file stay as they are.
  void move_entry(const FakeTree::Place& from, const FakeTree::Place& to);

  // Makes this name durable.
  void settle(const FakeTree::Place& place);

  void lose(const Where& where, std::uint64_t before, Loss loss);

  mutable std::mutex mutex_;
  FakeTree tree_;
  std::int64_t now_ns_ = 1'700'000'000 * k_second;
  std::int64_t granularity_ns_ = 1;
  std::map<Where, std::uint64_t> unsynced_;  // changed but unsynced names → the inode before; 0: none
  std::set<std::uint64_t> flushed_;          // inodes whose bytes are durable
  std::map<Where, Where> renamed_from_;      // new → old name: both become durable at once
};

}  // namespace thumbs
