// Walks a source folder: one task for each folder, which sorts its files; joins them at the end.
#include "scan/scan.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "disk/atomic_file.h"
#include "manifest/glob.h"
#include "parallel/parallel.h"
#include "path/path.h"
#include "thumbs/error.h"

namespace thumbs::scan {
namespace {

constexpr std::uint64_t k_seen_step = 512;

std::string shown(const std::string& path) { return path.empty() ? "." : path; }

std::vector<manifest::Glob> compile(const std::vector<std::string>& patterns, manifest::Dots dots) {
  std::vector<manifest::Glob> globs;
  globs.reserve(patterns.size());
  for (const std::string& pattern : patterns) globs.emplace_back(pattern, dots);
  return globs;
}

// The set's include and exclude globs.
class Patterns {
 public:
  explicit Patterns(const Set& set)
      : include_(compile(set.include, manifest::Dots::named)),
        exclude_(compile(set.exclude, manifest::Dots::all)),
        used_(set.exclude.size()) {}

  bool takes(std::string_view file) {
    const auto matches = [file](const manifest::Glob& glob) { return glob.matches(file); };
    return !excluded(std::any_of(include_.begin(), include_.end(), matches), matches);
  }

  bool enters(std::string_view folder) {
    const auto could = [folder](const manifest::Glob& glob) { return glob.could_match_below(folder); };
    const auto all = [folder](const manifest::Glob& glob) { return glob.matches_all_below(folder); };
    return !excluded(std::any_of(include_.begin(), include_.end(), could), all);
  }

  std::vector<std::uint32_t> unused_excludes() const {
    std::vector<std::uint32_t> unused;
    for (std::uint32_t i = 0; i < used_.size(); ++i)
      if (!used_[i].load(std::memory_order_relaxed)) unused.push_back(i);
    return unused;
  }

 private:
  // True for a path that is not included, or is excluded. Then it still tries the patterns that have not matched
  // anything yet, to find out whether they are used.
  template <class Matches>
  bool excluded(bool included, const Matches& matches) {
    bool out = !included;
    for (std::size_t i = 0; i < exclude_.size(); ++i) {
      const bool used = used_[i].load(std::memory_order_relaxed);
      if ((out && used) || !matches(exclude_[i])) continue;
      if (!used) used_[i].store(true, std::memory_order_relaxed);
      out = true;
    }
    return out;
  }

  const std::vector<manifest::Glob> include_;
  const std::vector<manifest::Glob> exclude_;
  std::vector<std::atomic<bool>> used_;  // parallel to exclude_
};

// The paths of a folder's entries, one at a time, in one buffer.
class EntryPath {
 public:
  EntryPath(const std::string& folder, std::size_t below) : path_(folder), below_(below) {
    if (!path_.empty()) path_ += '/';
    folder_size_ = path_.size();
  }
  void set(std::string_view name) { path_.replace(folder_size_, std::string::npos, name); }
  const std::string& path() const { return path_; }
  std::string_view below() const { return std::string_view(path_).substr(below_); }

 private:
  std::string path_;
  std::size_t below_;
  std::size_t folder_size_;
};

// Device and inode: the same for all paths of a folder.
using Identity = std::pair<std::uint64_t, std::uint64_t>;

struct Folder {
  struct Child {
    std::size_t at;  // its files come before files[at]
    std::unique_ptr<Folder> folder;
  };
  Folder(std::string its_path, std::vector<Identity> route_above)
      : path(std::move(its_path)), route(std::move(route_above)) {}

  std::string path;
  std::vector<Identity> route;  // the folders from the source down to this one; empty unless links are followed
  std::vector<FoundFile> files;
  std::vector<Child> children;
};

// Byte order of full paths, in which a '/' follows a folder's name.
bool comes_before(const disk::DirEntry& a, const disk::DirEntry& b) {
  const std::size_t common = std::min(a.name.size(), b.name.size());
  if (const int order = a.name.compare(0, common, b.name, 0, common); order != 0) return order < 0;
  const auto next = [common](const disk::DirEntry& entry) {
    if (common < entry.name.size()) return int{static_cast<unsigned char>(entry.name[common])};
    return entry.stat.kind == disk::FileKind::directory ? int{'/'} : -1;
  };
  return next(a) < next(b);
}

void flatten(Folder& folder, std::vector<FoundFile>& out) {
  auto child = folder.children.begin();
  for (std::size_t i = 0; i <= folder.files.size(); ++i) {
    for (; child != folder.children.end() && child->at == i; ++child) flatten(*child->folder, out);
    if (i < folder.files.size()) out.push_back(folder.files[i]);
  }
}

class Walk {
 public:
  Walk(const disk::DiskReader& disk, const Set& set, const std::function<void(std::uint64_t)>& seen,
       const std::function<bool()>& stop)
      : disk_(disk),
        set_(set),
        patterns_(set),
        seen_(seen),
        stop_(stop),
        below_(set.source.empty() ? 0 : set.source.size() + 1) {}

  ScanResult run() {
    Folder root(set_.source, {});
    if (find_root()) {
      tasks_.run([&] { visit(root); });
      tasks_.wait();
    }
    result_.files.reserve(found_.load());
    flatten(root, result_.files);
    if (seen_) seen_(result_.files.size());
    result_.unused_excludes = patterns_.unused_excludes();
    std::sort(result_.unlistable.begin(), result_.unlistable.end());
    std::sort(result_.warnings.begin(), result_.warnings.end());
    std::sort(result_.errors.begin(), result_.errors.end());
    return std::move(result_);
  }

 private:
  bool find_root() {
    disk::FileStat stat;
    try {
      stat = disk_.stat(set_.source, true);
      root_ = disk_.real_path(set_.source);
    } catch (const Error& error) {
      cannot_list(set_.source, error);
      return false;
    }
    if (stat.kind == disk::FileKind::directory) return true;
    const bool missing = stat.kind == disk::FileKind::missing;
    const std::string mend =
        missing ? " does not exist: create it, or correct \"source\"" : " is not a folder: correct \"source\"";
    throw Error(ErrorCode::usage, "the source of set \"" + set_.name + "\"" + mend, shown(set_.source));
  }

  void keep_on() const {
    if (stop_ && stop_()) throw Error(ErrorCode::interrupted, "interrupted");
  }

  void visit(Folder& folder) {
    keep_on();
    EntryPath at(folder.path, below_);
    std::vector<disk::DirEntry> entries;
    try {
      if (!may_enter(folder)) return;
      entries =
          disk_.list(folder.path, [&](std::string_view name, disk::FileKind kind) { return wants(at, name, kind); });
    } catch (const Error& error) {
      cannot_list(folder.path, error);
      return;
    }
    std::erase_if(entries, [&](disk::DirEntry& entry) { return !settle(at, entry); });
    std::sort(entries.begin(), entries.end(), comes_before);
    take(folder, at, entries);
  }

  // If links are followed, a folder may contain itself: do not enter it twice on one route.
  bool may_enter(Folder& folder) {
    if (!set_.follow_symlinks) return true;
    const disk::FileStat stat = disk_.stat(folder.path, true);
    if (stat.kind != disk::FileKind::directory) return false;
    const Identity identity{stat.device, stat.stat_data.inode};
    if (std::find(folder.route.begin(), folder.route.end(), identity) != folder.route.end()) {
      warn(folder.path, "a link to one of its parent folders");
      return false;
    }
    folder.route.push_back(identity);
    return true;
  }

  bool wants(EntryPath& at, std::string_view name, disk::FileKind kind) {
    if (name.starts_with(disk::k_temporary_prefix)) return false;
    at.set(name);
    switch (kind) {
      case disk::FileKind::directory: return patterns_.enters(at.below());
      case disk::FileKind::symlink: return patterns_.takes(at.below()) || patterns_.enters(at.below());
      default: break;
    }
    const bool takes = patterns_.takes(at.below());
    if (takes && kind == disk::FileKind::regular) count_one();
    return takes;
  }

  // Whether to take the file or walk the folder. Replaces the stat of a link by that of its target. Warns if it skips
  // the entry.
  bool settle(EntryPath& at, disk::DirEntry& entry) {
    if (entry.stat.kind == disk::FileKind::regular || entry.stat.kind == disk::FileKind::directory) return true;
    at.set(entry.name);
    if (entry.stat.kind == disk::FileKind::other) {
      warn(at.path(), "not a file or folder");
      return false;
    }
    try {
      entry.stat = disk_.stat(at.path(), true);
      return set_.follow_symlinks ? settle_followed(at, entry.stat.kind) : settle_link(at, entry.stat.kind);
    } catch (const Error& error) {
      cannot_list(at.path(), error);
      return false;
    }
  }

  bool settle_followed(const EntryPath& at, disk::FileKind target) {
    if (target == disk::FileKind::directory) return patterns_.enters(at.below());
    if (!patterns_.takes(at.below())) return false;
    if (target == disk::FileKind::regular) {
      count_one();
      return true;
    }
    warn(at.path(),
         target == disk::FileKind::missing ? "a broken link" : "a link to something other than a file or folder");
    return false;
  }

  bool settle_link(const EntryPath& at, disk::FileKind target) {
    if (target == disk::FileKind::directory) {
      if (patterns_.enters(at.below())) warn(at.path(), "a link to a folder (see \"followSymlinks\")");
      return false;
    }
    if (!settle_followed(at, target)) return false;
    const std::string real = disk_.real_path(at.path());
    const std::string inside = root_ == "/" ? root_ : root_ + "/";
    if (real.starts_with(inside)) return true;
    warn(at.path(), real.empty() ? "a broken link" : "a link to a file outside the source (see \"followSymlinks\")");
    return false;
  }

  TextRef path_of(const EntryPath& at) {
    const std::lock_guard lock(mutex_);
    return result_.paths.add(at.path());
  }

  void take(Folder& folder, EntryPath& at, const std::vector<disk::DirEntry>& entries) {
    folder.files.reserve(entries.size());
    for (const disk::DirEntry& entry : entries) {
      at.set(entry.name);
      if (entry.stat.kind == disk::FileKind::regular) {
        folder.files.push_back({path_of(at), static_cast<std::uint32_t>(below_), entry.stat.stat_data});
      } else {
        auto child = std::make_unique<Folder>(at.path(), folder.route);
        folder.children.push_back({folder.files.size(), std::move(child)});
      }
    }
    for (const Folder::Child& child : folder.children) tasks_.run([this, &next = *child.folder] { visit(next); });
  }

  void count_one() {
    const std::uint64_t count = found_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (count % k_seen_step != 0) return;
    keep_on();
    if (seen_) seen_(count);
  }

  void warn(const std::string& path, std::string_view what) {
    const std::lock_guard lock(mutex_);
    result_.warnings.push_back(path + ": skipped: " + std::string(what));
  }

  // Call it in the catch clause of `error`.
  void cannot_list(const std::string& path, const Error& error) {
    if (error.code() == ErrorCode::interrupted) throw;
    const std::lock_guard lock(mutex_);
    result_.unlistable.push_back(path);
    result_.errors.push_back(shown(path) + ": cannot be listed: " + error.message());
  }

  const disk::DiskReader& disk_;
  const Set& set_;
  Patterns patterns_;
  const std::function<void(std::uint64_t)>& seen_;
  const std::function<bool()>& stop_;
  const std::size_t below_;
  std::string root_;  // the source's real path
  parallel::TaskGroup tasks_;
  std::atomic<std::uint64_t> found_ = 0;  // for progress; may include files that are skipped later
  std::mutex mutex_;
  ScanResult result_;
};

}  // namespace

ScanResult scan(const disk::DiskReader& disk, const Set& set, const std::function<void(std::uint64_t)>& seen,
                const std::function<bool()>& stop) {
  return Walk(disk, set, seen, stop).run();
}

ScanResult scan_files(const disk::DiskReader& disk, const Set& set, const std::vector<std::string>& files) {
  ScanResult result;
  Patterns patterns(set);
  const std::size_t below = set.source.empty() ? 0 : set.source.size() + 1;
  for (const std::string& file : files) {
    if (!is_at_or_below(file, set.source) || file.size() <= below) continue;
    if (!patterns.takes(std::string_view(file).substr(below))) continue;
    const disk::FileStat stat = disk.stat(file, false);
    if (stat.kind != disk::FileKind::regular) continue;
    result.files.push_back({result.paths.add(file), static_cast<std::uint32_t>(below), stat.stat_data});
  }
  return result;
}

}  // namespace thumbs::scan
