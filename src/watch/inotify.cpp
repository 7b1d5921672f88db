// A folder is watched first and listed then, so that what comes in between is seen at least once. After anything that
// makes the watches doubtful (lost events, an unmount), all are made anew.
#include "watch/inotify.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "path/path.h"
#include "support/fd.h"
#include "thumbs/error.h"
#include "watch/entries.h"

namespace thumbs::watch {
namespace {

constexpr std::uint32_t k_file_mask = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB;
constexpr std::uint32_t k_folder_mask = k_file_mask | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR;
constexpr std::uint32_t k_target_mask = k_file_mask | IN_DELETE_SELF | IN_MOVE_SELF;

[[noreturn]] void throw_limit(int error) {
  std::string message = std::string("cannot watch more folders: ") + std::strerror(error);
  if (error == ENOSPC) message += ": raise the limit with `sudo sysctl fs.inotify.max_user_watches=1048576`";
  if (error == EMFILE) message += ": raise the limit with `sudo sysctl fs.inotify.max_user_instances=1024`";
  throw Error(ErrorCode::io, message);
}

class InotifyWatcher : public Watcher {
 public:
  explicit InotifyWatcher(const Plan& plan) : plan_(plan) { begin(); }

  Events wait(double seconds) override {
    Events events;
    pollfd ready{fd_.get(), POLLIN, 0};
    const int milliseconds = static_cast<int>(std::ceil(std::clamp(seconds, 0.0, 3600.0) * 1000));
    if (poll(&ready, 1, milliseconds) <= 0) return events;
    while (read_some(events)) {
    }
    if (!lost_) return events;
    begin();
    events.everything = true;
    events.files.push_back(plan_.manifest());
    return events;
  }

 private:
  void begin() {
    lost_ = false;
    paths_.clear();
    watches_.clear();
    fd_ = Fd(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!fd_) throw_limit(errno);
    Events ignored;  // the caller scans
    for (const std::string& way : plan_.ways()) add_watch(way, k_folder_mask);
    for (const std::string& root : plan_.roots()) add_tree(root, ignored);
    struct stat found {};
    if (look_at(absolute(plan_.manifest()), false, found) && S_ISLNK(found.st_mode)) watch_target(plan_.manifest());
  }

  std::string absolute(const std::string& path) const {
    return path.empty() ? plan_.folder() : plan_.folder() + "/" + path;
  }

  // False where there is no such folder, where it must not be read, and where this path is watched already.
  bool add_watch(const std::string& path, std::uint32_t mask) {
    const int watch = inotify_add_watch(fd_.get(), absolute(path).c_str(), mask);
    if (watch < 0 && (errno == ENOSPC || errno == ENOMEM)) throw_limit(errno);
    if (watch < 0) return false;
    // One file has one watch, whatever its names.
    std::vector<std::string>& names = paths_[watch];
    if (std::find(names.begin(), names.end(), path) != names.end()) return false;
    names.push_back(path);
    watches_[path] = watch;
    return true;
  }

  // Whether a folder above this one is the same: a link leads back.
  bool is_loop(const std::string& path) const {
    const std::vector<std::string>& names = paths_.at(watches_.at(path));
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return name != path && is_at_or_below(path, name); });
  }

  // The folder and all below, with the files that are there already.
  void add_tree(const std::string& path, Events& found) {
    add_watch(path, k_folder_mask);  // it may be watched as a way to another
    if (!watches_.contains(path)) return;
    if (plan_.follows(path) && is_loop(path)) return;
    for (const Entry& entry : entries_of(absolute(path))) {
      const std::string child = join_path(path, entry.name);
      if (entry.folder || (entry.link && leads_to_folder(child))) {
        if (plan_.watches(child) && (!entry.link || plan_.follows(child))) add_tree(child, found);
      } else if (plan_.concern(child)) {
        found.files.push_back(child);
        if (entry.link) watch_target(child);
      }
    }
  }

  bool leads_to_folder(const std::string& path) const {
    struct stat found {};
    return look_at(absolute(path), true, found) && S_ISDIR(found.st_mode);
  }

  void watch_target(const std::string& link) { add_watch(link, k_target_mask); }

  void remove_watch(const std::string& path) {
    const auto found = watches_.find(path);
    if (found == watches_.end()) return;
    const int watch = found->second;
    watches_.erase(found);
    const auto names = paths_.find(watch);
    if (names == paths_.end()) return;
    std::erase(names->second, path);
    if (!names->second.empty()) return;
    paths_.erase(names);
    inotify_rm_watch(fd_.get(), watch);
  }

  bool remove_tree(const std::string& path) {
    std::vector<std::string> gone;
    if (watches_.contains(path)) gone.push_back(path);
    for (auto at = watches_.lower_bound(path + "/"); at != watches_.end() && at->first.starts_with(path + "/"); ++at)
      gone.push_back(at->first);
    for (const std::string& each : gone) remove_watch(each);
    return !gone.empty();
  }

  // False once nothing is left to read.
  bool read_some(Events& events) {
    alignas(inotify_event) std::array<char, 65536> buffer{};
    const ssize_t got = read(fd_.get(), buffer.data(), buffer.size());
    if (got <= 0) return got < 0 && errno == EINTR;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      const auto* const event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      take(*event, event->len > 0 ? std::string_view(event->name) : std::string_view(), events);
      at += sizeof(inotify_event) + event->len;
    }
    return true;
  }

  void take(const inotify_event& event, std::string_view name, Events& events) {
    if ((event.mask & (IN_Q_OVERFLOW | IN_UNMOUNT)) != 0) lost_ = true;
    const auto found = paths_.find(event.wd);
    if (found == paths_.end()) return;
    const std::vector<std::string> paths = found->second;  // what follows may change it
    for (const std::string& path : paths) {
      if ((event.mask & IN_IGNORED) != 0) {
        remove_watch(path);
      } else if (name.empty()) {
        take_own(event.mask, path, events);
      } else if ((event.mask & IN_ISDIR) != 0) {
        take_folder(event.mask, join_path(path, std::string(name)), events);
      } else {
        take_file(event.mask, join_path(path, std::string(name)), events);
      }
    }
  }

  // An event of the watched thing itself: the file behind a link, or the rights of a folder.
  void take_own(std::uint32_t mask, const std::string& path, Events& events) {
    if (!plan_.concern(path)) {
      if ((mask & IN_ATTRIB) != 0 && plan_.watches(path)) events.everything = true;
      return;
    }
    if ((mask & IN_MODIFY) != 0) return events.writing.push_back(path);
    events.files.push_back(path);
    if ((mask & IN_CLOSE_WRITE) != 0) return;
    remove_watch(path);  // another file may have its name now
    watch_target(path);
  }

  void take_folder(std::uint32_t mask, const std::string& path, Events& events) {
    const bool is_way = plan_.is_root_or_way(path);
    if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
      if (is_way) {
        add_ways(path, events);
      } else if (plan_.watches(path)) {
        add_tree(path, events);
      }
    } else if ((mask & IN_ATTRIB) != 0 && plan_.watches(path) && !watches_.contains(path)) {
      add_tree(path, events);  // it could not be read so far
      events.everything = true;
    } else if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
      const bool watched = remove_tree(path);
      // The files of a folder that is removed went one by one before.
      if ((is_way && plan_.leads_to_source(path)) || (watched && (mask & IN_MOVED_FROM) != 0)) events.everything = true;
    }
  }

  // A root, or the way to one, is back.
  void add_ways(const std::string& path, Events& events) {
    for (const std::string& way : plan_.ways())
      if (is_at_or_below(way, path)) add_watch(way, k_folder_mask);
    for (const std::string& root : plan_.roots())
      if (is_at_or_below(root, path)) add_tree(root, events);
    if (plan_.leads_to_source(path)) events.everything = true;
    if (plan_.watches(path)) add_tree(path, events);  // it may lie below another one
  }

  void take_file(std::uint32_t mask, const std::string& path, Events& events) {
    if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0 && remove_tree(path) && !plan_.concern(path))
      events.everything = true;  // a link to a folder
    struct stat found {};
    const bool there =
        (mask & (IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE)) != 0 && look_at(absolute(path), false, found);
    if (there && S_ISLNK(found.st_mode) && leads_to_folder(path)) {
      if (plan_.is_root_or_way(path)) add_ways(path, events);
      if (plan_.watches(path) && plan_.follows(path)) add_tree(path, events);
      return;
    }
    if (!plan_.concern(path)) return;
    // A file with several names changes under all of them.
    if (there && S_ISREG(found.st_mode) && found.st_nlink > 1) events.everything = true;
    if (there && S_ISLNK(found.st_mode)) watch_target(path);
    const bool begun = (mask & IN_CREATE) != 0 && there && S_ISREG(found.st_mode) && found.st_nlink == 1;
    if (begun || (mask & IN_MODIFY) != 0) {
      events.writing.push_back(path);
    } else {
      events.files.push_back(path);
    }
  }

  const Plan& plan_;
  Fd fd_;
  std::unordered_map<int, std::vector<std::string>> paths_;  ///< of a watch
  std::map<std::string, int> watches_;                       ///< and back
  bool lost_ = false;
};

}  // namespace

std::unique_ptr<Watcher> watch_by_inotify(const Plan& plan) { return std::make_unique<InotifyWatcher>(plan); }

}  // namespace thumbs::watch
