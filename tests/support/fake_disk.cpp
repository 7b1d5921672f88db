// Each call of the engine: the hook, the record, the effect.
#include "support/fake_disk.h"

#include <algorithm>
#include <cstring>

#include "thumbs/error.h"

namespace thumbs {

class FakeDisk::File final : public disk::InputFile {
 public:
  File(const FakeDisk& disk, std::uint64_t inode, std::string path)
      : disk_(disk), inode_(inode), path_(std::move(path)) {}

  disk::FileStat stat() override {
    disk_.call_hook("fstat", path_);
    return disk_.locked([&] { return disk_.stat_of(inode_); });
  }

  std::size_t read(std::uint64_t offset, std::span<std::byte> out) override {
    disk_.call_hook("read", path_);
    const std::lock_guard lock(disk_.mutex_);
    const std::string& bytes = disk_.tree_.node(inode_).bytes;
    if (offset >= bytes.size()) return 0;
    const std::size_t count = std::min(out.size(), bytes.size() - static_cast<std::size_t>(offset));
    if (count > 0) std::memcpy(out.data(), bytes.data() + offset, count);
    return count;
  }

 private:
  const FakeDisk& disk_;
  std::uint64_t inode_;
  std::string path_;
};

FakeDisk::FakeDisk() = default;

FakeDisk::~FakeDisk() = default;

std::vector<std::string> FakeDisk::reads() const { return recorded("open"); }
std::vector<std::string> FakeDisk::stats() const { return recorded("stat"); }
std::vector<std::string> FakeDisk::lists() const { return recorded("list"); }
std::vector<std::string> FakeDisk::writes() const { return recorded("write_new"); }
std::vector<std::string> FakeDisk::overwrites() const { return recorded("write_over"); }
std::vector<std::string> FakeDisk::renames() const { return recorded("rename"); }
std::vector<std::string> FakeDisk::removes() const { return recorded("remove"); }
std::vector<std::string> FakeDisk::syncs() const { return recorded("sync"); }
std::vector<std::string> FakeDisk::asked_ahead() const { return recorded("will_read"); }

void FakeDisk::forget() {
  locked([&] { records_.clear(); });
}

std::int64_t FakeDisk::now_ns() const {
  return locked([&] { return now_ns_; });
}

std::vector<disk::DirEntry> FakeDisk::list(const std::string& dir,
                                           const std::function<bool(std::string_view, disk::FileKind)>& wanted) const {
  begin("list", dir);
  std::vector<disk::DirEntry> found = locked([&] { return entries_of(tree_.find(absolute(dir), true).inode); });
  std::erase_if(found, [&](const disk::DirEntry& entry) { return !wanted(entry.name, entry.stat.kind); });
  for (disk::DirEntry& entry : found) {
    if (entry.stat.kind != disk::FileKind::regular) {
      entry.stat = {entry.stat.kind, {}, 0};
    } else {
      locked([&] { records_.emplace_back("stat", join(dir, entry.name)); });
    }
  }
  return found;
}

disk::FileStat FakeDisk::stat(const std::string& path, bool follow_links) const {
  begin("stat", path);
  return locked([&] { return stat_of(tree_.find(absolute(path), follow_links).inode); });
}

std::vector<disk::FileStat> FakeDisk::stat_in(const std::string& dir, std::span<const std::string_view> names) const {
  call_hook("stat_in", dir);
  std::vector<disk::FileStat> found;
  const std::lock_guard lock(mutex_);
  for (const std::string_view name : names) {
    const std::string path = join(dir, name);
    records_.emplace_back("stat", path);
    found.push_back(stat_of(tree_.find(absolute(path), false).inode));
  }
  return found;
}

std::unique_ptr<disk::InputFile> FakeDisk::open(const std::string& path) const {
  begin("open", path);
  const std::lock_guard lock(mutex_);
  const std::uint64_t inode = tree_.find(absolute(path), true).inode;
  if (inode == 0) throw Error(ErrorCode::unreadable, "No such file or directory", path, "read");
  if (tree_.node(inode).kind != disk::FileKind::regular) {
    throw Error(ErrorCode::unreadable, "not a regular file", path, "read");
  }
  return std::make_unique<File>(*this, inode, path);
}

void FakeDisk::will_read(const std::string& path, std::uint64_t /*most*/) const noexcept {
  locked([&] { records_.emplace_back("will_read", path); });
}

std::string FakeDisk::real_path(const std::string& path) const {
  begin("real_path", path);
  return locked([&] { return tree_.find(absolute(path), true).real; });
}

std::vector<std::string> FakeDisk::make_directories(const std::string& dir) {
  begin("make_directories", dir);
  std::vector<std::string> made;
  locked([&] {
    for (const std::string& path : make_folders(absolute(dir))) made.push_back(relative(path));
  });
  return made;
}

bool FakeDisk::make_folder_apart(const std::string& dir, const std::string& /*spare*/) noexcept try {
  begin("make_folder_apart", dir);
  if (spreads_folders) locked([&] { make_folders(absolute(dir)); });
  return spreads_folders;
} catch (const std::exception&) {
  return false;
}

void FakeDisk::write_new(const std::string& path, std::span<const std::byte> bytes) {
  begin("write_new", path);
  const std::lock_guard lock(mutex_);
  const FakeTree::Place place = tree_.find(absolute(path), false);
  if (place.folder == 0) throw Error(ErrorCode::unwritable, "No such file or directory", path, "write");
  if (place.inode != 0) throw Error(ErrorCode::unwritable, "File exists", path, "write");
  unsynced_.try_emplace({place.folder, place.name}, 0);
  FakeNode node = stamped(disk::FileKind::regular);
  node.bytes.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  tree_.add(place.folder, place.name, std::move(node));
}

void FakeDisk::require_one_folder(const FakeTree::Place& source, const FakeTree::Place& target,
                                  const std::string& to) const {
  if (keeps_folders_apart && source.folder != target.folder)
    throw Error(ErrorCode::io, "Invalid cross-device link", to, "write");
}

void FakeDisk::rename(const std::string& from, const std::string& to) {
  begin("rename", to);
  const std::lock_guard lock(mutex_);
  const FakeTree::Place source = tree_.find(absolute(from), false);
  const FakeTree::Place target = tree_.find(absolute(to), false);
  if (source.inode == 0 || target.folder == 0) {
    throw Error(ErrorCode::unwritable, "No such file or directory", to, "write");
  }
  require_one_folder(source, target, to);
  if (target.inode != 0 && tree_.node(target.inode).kind == disk::FileKind::directory) {
    throw Error(ErrorCode::unwritable, "Is a directory", to, "write");
  }
  unsynced_.try_emplace({source.folder, source.name}, source.inode);
  unsynced_.try_emplace({target.folder, target.name}, target.inode);
  renamed_from_.insert_or_assign({target.folder, target.name}, Where{source.folder, source.name});
  move_entry(source, target);
}

std::optional<disk::OldFile> FakeDisk::rename_keeping(const std::string& from, const std::string& to) {
  const auto is_file = [&] {
    const std::uint64_t inode = tree_.find(absolute(to), false).inode;
    return inode != 0 && tree_.node(inode).kind == disk::FileKind::regular && tree_.names_of(inode) == 1;
  };
  if (!reuses_files || !locked(is_file)) {
    rename(from, to);
    return std::nullopt;
  }
  begin("rename", to);
  const std::lock_guard lock(mutex_);
  const FakeTree::Place source = tree_.find(absolute(from), false);
  const FakeTree::Place target = tree_.find(absolute(to), false);
  if (source.inode == 0) throw Error(ErrorCode::unwritable, "No such file or directory", to, "write");
  require_one_folder(source, target, to);
  unsynced_.try_emplace({source.folder, source.name}, source.inode);
  unsynced_.try_emplace({target.folder, target.name}, target.inode);
  renamed_from_.insert_or_assign({target.folder, target.name}, Where{source.folder, source.name});
  move_entry(source, target);
  tree_.node(source.folder).entries[source.name] = target.inode;
  return disk::OldFile{{1, 0, 0, 0}, tree_.node(target.inode).bytes.size()};
}

disk::FileTraits FakeDisk::traits_of_new(const std::string& /*path*/) const {
  return {reuses_files ? std::uint64_t{1} : 0, 0, 0, 0};
}

bool FakeDisk::write_over(const std::string& path, std::span<const std::byte> bytes) noexcept try {
  begin("write_over", path);
  const std::lock_guard lock(mutex_);
  const FakeTree::Place place = tree_.find(absolute(path), false);
  if (place.inode == 0 || tree_.names_of(place.inode) != 1) return false;
  unsynced_.try_emplace({place.folder, place.name}, 0);
  flushed_.erase(place.inode);
  FakeNode& node = tree_.node(place.inode);
  node.bytes.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  node.mtime_ns = node.ctime_ns = stamp();
  return true;
} catch (const Error&) {
  return false;
}

bool FakeDisk::rename_new(const std::string& from, const std::string& to) {
  if (locked([&] { return tree_.find(absolute(to), false).inode != 0; })) return false;
  rename(from, to);
  return true;
}

bool FakeDisk::link(const std::string& from, const std::string& to) {
  begin("link", to);
  const std::lock_guard lock(mutex_);
  const FakeTree::Place source = tree_.find(absolute(from), false);
  const FakeTree::Place target = tree_.find(absolute(to), false);
  if (source.inode == 0 || target.folder == 0 || target.inode != 0) return false;
  if (tree_.node(source.inode).kind == disk::FileKind::directory) return false;
  unsynced_.try_emplace({target.folder, target.name}, 0);
  tree_.node(target.folder).entries[target.name] = source.inode;
  tree_.node(source.inode).ctime_ns = stamp();
  return true;
}

bool FakeDisk::remove(const std::string& path) {
  begin("remove", path);
  const std::lock_guard lock(mutex_);
  const FakeTree::Place place = tree_.find(absolute(path), false);
  if (place.inode == 0) return false;
  FakeNode& node = tree_.node(place.inode);
  if (node.kind == disk::FileKind::directory) throw Error(ErrorCode::unwritable, "Is a directory", path, "write");
  unsynced_.try_emplace({place.folder, place.name}, place.inode);
  tree_.node(place.folder).entries.erase(place.name);
  node.ctime_ns = stamp();
  return true;
}

bool FakeDisk::remove_empty_directory(const std::string& dir) noexcept try {
  begin("remove_empty_directory", dir);
  return locked([&] {
    const FakeTree::Place place = tree_.find(absolute(dir), false);
    if (place.inode == 0 || place.inode == place.folder) return false;
    const FakeNode& node = tree_.node(place.inode);
    if (node.kind != disk::FileKind::directory || !node.entries.empty()) return false;
    return tree_.node(place.folder).entries.erase(place.name) == 1;
  });
} catch (const Error&) {
  return false;
}

bool FakeDisk::sync(std::span<const std::string> paths) {
  for (const std::string& path : paths) {
    begin("sync", path);
    locked([&] { settle(tree_.find(absolute(path), false)); });
  }
  if (reuses_files) settle_all();
  return reuses_files;
}

std::vector<disk::DirEntry> FakeDisk::entries_of(std::uint64_t inode) const {
  std::vector<disk::DirEntry> found;
  if (inode == 0) return found;
  const auto& entries = tree_.node(inode).entries;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    found.push_back({entry->first, stat_of(entry->second)});
  }
  return found;
}

void FakeDisk::call_hook(const std::string& operation, const std::string& path) const {
  if (hook) hook(operation, path);
}

void FakeDisk::begin(const std::string& operation, const std::string& path) const {
  call_hook(operation, path);
  locked([&] { records_.emplace_back(operation, path); });
}

std::vector<std::string> FakeDisk::recorded(std::string_view operation) const {
  std::vector<std::string> paths;
  locked([&] {
    for (const auto& [what, path] : records_) {
      if (what == operation) paths.push_back(path);
    }
  });
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string FakeDisk::join(const std::string& dir, std::string_view name) {
  return dir.empty() ? std::string(name) : dir + "/" + std::string(name);
}

}  // namespace thumbs
