// Compares stat data. What has changed is looked at again soon, and counts as changed again while it still grows: so a
// debounced build waits for files that are being copied.
#include "watch/polling.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "path/path.h"
#include "watch/entries.h"

namespace thumbs::watch {
namespace {

constexpr double k_second_look = 0.1;

/// Of a file; of a folder that may be a set's, only that it is there.
struct Seen {
  std::string path;
  std::int64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  std::uint64_t inode = 0;
  bool operator==(const Seen&) const = default;
};

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

double steady_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Ends early at a signal.
void sleep_for(double seconds) {
  poll(nullptr, 0, static_cast<int>(std::ceil(std::clamp(seconds, 0.0, 3600.0) * 1000)));
}

class PollingWatcher : public Watcher {
 public:
  PollingWatcher(const Plan& plan, double interval) : plan_(plan), interval_(interval) {
    seen_ = look();
    next_ = steady_now() + interval_;
  }

  Events wait(double seconds) override {
    Events events;
    if (!recent_.empty()) {
      sleep_for(std::min(seconds, k_second_look));
      look_again(events);
    } else if (const double left = next_ - steady_now(); left > 0) {
      sleep_for(std::min(seconds, left));
    } else {
      compare(look(), events);
      next_ = steady_now() + interval_;
    }
    return events;
  }

 private:
  std::string absolute(const std::string& path) const {
    return path.empty() ? plan_.folder() : plan_.folder() + "/" + path;
  }

  static Seen seen_of(const std::string& path, const struct stat& found) {
    return {path, found.st_size, nanoseconds(found.st_mtim), nanoseconds(found.st_ctim), found.st_ino};
  }

  std::vector<Seen> look() const {
    std::vector<Seen> seen;
    std::vector<std::uint64_t> route;
    for (const std::string& way : plan_.ways()) look_into(way, false, route, seen);
    for (const std::string& root : plan_.roots()) look_into(root, true, route, seen);
    std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) { return a.path < b.path; });
    const auto same = [](const Seen& a, const Seen& b) { return a.path == b.path; };
    seen.erase(std::unique(seen.begin(), seen.end(), same), seen.end());
    return seen;
  }

  // `route`: the folders above, so that a link back to one of them ends there.
  void look_into(const std::string& folder, bool below, std::vector<std::uint64_t>& route,
                 std::vector<Seen>& seen) const {
    struct stat found {};
    if (!look_at(absolute(folder), true, found)) return;
    if (std::find(route.begin(), route.end(), found.st_ino) != route.end()) return;
    route.push_back(found.st_ino);
    seen.push_back({folder + "/", 0, 0, 0, 0});
    for (const Entry& entry : entries_of(absolute(folder))) {
      const std::string path = join_path(folder, entry.name);
      struct stat state {};
      const bool watched = below && plan_.watches(path);
      if (!(watched || plan_.concern(path)) || !look_at(absolute(path), true, state)) continue;
      if (!S_ISDIR(state.st_mode)) {
        if (plan_.concern(path)) seen.push_back(seen_of(path, state));
      } else if (watched && (!entry.link || plan_.follows(path))) {
        look_into(path, true, route, seen);
      }
    }
    route.pop_back();
  }

  void compare(std::vector<Seen> now, Events& events) {
    auto before = seen_.begin();
    for (const Seen& file : now) {
      for (; before != seen_.end() && before->path < file.path; ++before) note(before->path, events);
      const bool known = before != seen_.end() && before->path == file.path;
      if (!known || !(*before == file)) note(file.path, events);
      if (known) ++before;
    }
    for (; before != seen_.end(); ++before) note(before->path, events);
    seen_ = std::move(now);
    recent_ = events.files;
  }

  // A folder's files are named beside it; of a set's own folder it matters that it is there.
  void note(const std::string& path, Events& events) const {
    if (!path.ends_with('/')) {
      events.files.push_back(path);
    } else if (plan_.leads_to_source(path.substr(0, path.size() - 1))) {
      events.everything = true;
    }
  }

  void look_again(Events& events) {
    std::erase_if(recent_, [&](const std::string& path) {
      struct stat found {};
      const auto known = std::lower_bound(seen_.begin(), seen_.end(), path,
                                          [](const Seen& seen, const std::string& p) { return seen.path < p; });
      if (known == seen_.end() || known->path != path || !look_at(absolute(path), true, found)) return true;
      const Seen now = seen_of(path, found);
      if (now == *known) return true;
      *known = now;
      events.files.push_back(path);
      return false;
    });
  }

  const Plan& plan_;
  double interval_;
  double next_ = 0;
  std::vector<Seen> seen_;           ///< sorted by path; a folder ends in '/'
  std::vector<std::string> recent_;  ///< changed at the last look
};

}  // namespace

std::unique_ptr<Watcher> watch_by_polling(const Plan& plan, double interval) {
  return std::make_unique<PollingWatcher>(plan, interval);
}

}  // namespace thumbs::watch
