// Each call of a test is durable at once.
#include "support/fake_store.h"

#include <algorithm>

#include "thumbs/error.h"

namespace thumbs {

FakeStore::FakeStore() { make_folder(""); }

FakeStore::~FakeStore() = default;

void FakeStore::become(const FakeStore& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  tree_ = other.tree_;
  now_ns_ = other.now_ns_;
  granularity_ns_ = other.granularity_ns_;
  unsynced_ = other.unsynced_;
  flushed_ = other.flushed_;
  renamed_from_ = other.renamed_from_;
}

void FakeStore::set_now(std::int64_t ns) {
  locked([&] { now_ns_ = ns; });
}

void FakeStore::tick(std::int64_t ns) {
  locked([&] { now_ns_ += ns; });
}

void FakeStore::set_granularity(std::int64_t ns) {
  locked([&] { granularity_ns_ = ns; });
}

void FakeStore::make_folder(const std::string& path) {
  locked([&] { make_folders(absolute(path)); });
}

void FakeStore::put(const std::string& path, std::string_view bytes) {
  locked([&] {
    FakeNode& node = file_at(path);
    node.bytes = bytes;
    node.mtime_ns = node.ctime_ns = stamp();
  });
}

void FakeStore::put_unnoticed(const std::string& path, std::string_view bytes) {
  locked([&] { file_at(path).bytes = bytes; });
}

void FakeStore::touch(const std::string& path) {
  locked([&] {
    FakeNode& node = file_at(path);
    node.mtime_ns = node.ctime_ns = stamp();
  });
}

void FakeStore::set_mtime(const std::string& path, std::int64_t ns) {
  locked([&] {
    FakeNode& node = file_at(path);
    node.mtime_ns = ns;
    node.ctime_ns = stamp();
  });
}

void FakeStore::make_link(const std::string& path, const std::string& target) {
  make(path, disk::FileKind::symlink, target);
}

void FakeStore::make_fifo(const std::string& path) { make(path, disk::FileKind::other, ""); }

void FakeStore::make_hard_link(const std::string& existing, const std::string& path) {
  locked([&] {
    const std::uint64_t inode = tree_.find(absolute(existing), false).inode;
    const FakeTree::Place place = place_for(path);
    tree_.node(place.folder).entries[place.name] = inode;
    tree_.node(inode).ctime_ns = stamp();
    settle(place);
  });
}

void FakeStore::move(const std::string& from, const std::string& to) {
  locked([&] {
    const FakeTree::Place place = place_for(to);
    move_entry(tree_.find(absolute(from), false), place);
    settle(place);
  });
}

void FakeStore::erase(const std::string& path) {
  locked([&] {
    const FakeTree::Place place = tree_.find(absolute(path), false);
    if (place.inode == 0) return;
    tree_.node(place.folder).entries.erase(place.name);
    settle(place);
  });
}

std::optional<std::string> FakeStore::text(const std::string& path) const {
  return locked([&]() -> std::optional<std::string> {
    const FakeTree::Place place = tree_.find(absolute(path), true);
    if (place.inode == 0 || tree_.node(place.inode).kind != disk::FileKind::regular) return std::nullopt;
    return tree_.node(place.inode).bytes;
  });
}

bool FakeStore::exists(const std::string& path) const {
  return locked([&] { return tree_.find(absolute(path), false).inode != 0; });
}

std::vector<std::string> FakeStore::files(const std::string& dir) const {
  return locked([&]() -> std::vector<std::string> {
    const FakeTree::Place place = tree_.find(absolute(dir), true);
    if (place.inode == 0) return {};
    return tree_.files(place.inode, dir.empty() ? "" : dir + "/");
  });
}

void FakeStore::settle_all() {
  locked([&] {
    for (const auto& [where, before] : unsynced_) {
      const auto& entries = tree_.node(where.first).entries;
      if (const auto now = entries.find(where.second); now != entries.end()) flushed_.insert(now->second);
    }
    unsynced_.clear();
    renamed_from_.clear();
  });
}

void FakeStore::lose_unsynced(Loss loss) {
  locked([&] {
    for (const auto& [where, before] : unsynced_) lose(where, before, loss);
    unsynced_.clear();
  });
}

std::string FakeStore::absolute(const std::string& path) {
  return path.starts_with('/') ? path : std::string(k_folder) + "/" + path;
}

std::string FakeStore::relative(const std::string& path) {
  const std::string above = std::string(k_folder) + "/";
  return path.starts_with(above) ? path.substr(above.size()) : path;
}

FakeNode FakeStore::stamped(disk::FileKind kind) const {
  FakeNode node;
  node.kind = kind;
  node.mtime_ns = node.ctime_ns = stamp();
  return node;
}

disk::FileStat FakeStore::stat_of(std::uint64_t inode) const {
  if (inode == 0) return {};
  const FakeNode& node = tree_.node(inode);
  return {node.kind, {node.bytes.size(), node.mtime_ns, node.ctime_ns, inode}, 1};
}

std::vector<std::string> FakeStore::make_folders(const std::string& path) {
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

FakeTree::Place FakeStore::place_for(const std::string& path) {
  const std::string full = absolute(path);
  make_folders(full.substr(0, std::max<std::size_t>(full.rfind('/'), 1)));
  return tree_.find(full, false);
}

void FakeStore::make(const std::string& path, disk::FileKind kind, const std::string& bytes) {
  locked([&] {
    const FakeTree::Place place = place_for(path);
    FakeNode node = stamped(kind);
    node.bytes = bytes;
    tree_.add(place.folder, place.name, std::move(node));
    settle(place);
  });
}

FakeNode& FakeStore::file_at(const std::string& path) {
  place_for(path);
  const FakeTree::Place place = tree_.find(absolute(path), true);
  settle(place);
  if (place.inode != 0) return tree_.node(place.inode);
  return tree_.node(tree_.add(place.folder, place.name, stamped(disk::FileKind::regular)));
}

void FakeStore::move_entry(const FakeTree::Place& from, const FakeTree::Place& to) {
  if (from.inode == to.inode) return;
  if (to.inode != 0) tree_.node(to.inode).ctime_ns = stamp();
  tree_.node(from.folder).entries.erase(from.name);
  tree_.node(to.folder).entries[to.name] = from.inode;
  tree_.node(from.inode).ctime_ns = stamp();
}

void FakeStore::settle(const FakeTree::Place& place) {
  const Where where{place.folder, place.name};
  unsynced_.erase(where);
  flushed_.insert(place.inode);
  if (const auto renamed = renamed_from_.extract(where)) unsynced_.erase(renamed.mapped());
}

void FakeStore::lose(const Where& where, std::uint64_t before, Loss loss) {
  auto& entries = tree_.node(where.first).entries;
  const auto now = entries.find(where.second);
  if (loss == Loss::emptied) {
    if (now != entries.end() && now->second != before && !flushed_.contains(now->second))
      tree_.node(now->second).bytes.clear();
  } else if (before != 0) {
    entries[where.second] = before;
  } else if (now != entries.end()) {
    entries.erase(now);
  }
}

}  // namespace thumbs
