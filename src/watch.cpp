// Binds the loop of `watch` to the real disk, the real clock and real runs.
#include "thumbs/watch.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "cache/cache.h"
#include "disk/disk.h"
#include "engine/engine.h"
#include "engine/last_run.h"
#include "library/check.h"
#include "path/path.h"
#include "watch/inotify.h"
#include "watch/loop.h"
#include "watch/network.h"
#include "watch/plan.h"
#include "watch/polling.h"

namespace thumbs {
namespace {

constexpr double k_poll_instead_seconds = 2;
constexpr std::size_t k_most_in_part = 1000;  // beyond, a scan is about as fast

// What the last build left of outputs, so that its own changes do not set off the next one.
class OwnOutputs {
 public:
  void clear() { left_.clear(); }

  void note(const cache::Batch& batch) {
    for (const std::string& gone : batch.forget_outputs) left_[gone] = {};
    for (const cache::Batch::Output& output : batch.outputs)
      left_[std::string(output.row.path)] = {true, output.row.size, output.row.mtime_ns};
  }

  bool has(const disk::DiskReader& disk, const std::string& path) const {
    const auto found = left_.find(path);
    if (found == left_.end()) return false;
    try {
      const disk::FileStat stat = disk.stat(path, false);
      const Left& left = found->second;
      if (!left.there) return stat.kind == disk::FileKind::missing;
      return stat.kind == disk::FileKind::regular && stat.stat_data.size == left.size &&
             stat.stat_data.mtime_ns == left.mtime_ns;
    } catch (const Error&) {
      return false;
    }
  }

 private:
  struct Left {
    bool there = false;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
  };
  std::unordered_map<std::string, Left> left_;
};

void check_watch_options(const WatchOptions& options) {
  library::check_options(options.build);
  if (options.build.command != Command::build || options.build.dry_run)
    throw Error(ErrorCode::usage, "watch only builds, and no dry run");
  if (!(options.debounce_seconds >= 0)) throw Error(ErrorCode::usage, "debounce_seconds is negative");
  if (options.poll_seconds && !(*options.poll_seconds > 0))
    throw Error(ErrorCode::usage, "poll_seconds is not positive");
}

class Session {
 public:
  Session(const std::function<Manifest()>& load, const WatchOptions& options, WatchObserver& observer)
      : load_(load), options_(options), build_(options.build), observer_(observer) {}

  void run() {
    const watch::Hooks hooks{
        .load = [this] { return library::ready(load_()); },
        .plan = [this](const Manifest& manifest) { return plan(manifest); },
        .watch = [this](const watch::Plan& plan, const Error* failed) { return watcher(plan, failed); },
        .build = [this](const Manifest& manifest, const watch::Changes& changes) { build(manifest, changes); },
        .is_ours = [this](const std::string& path) { return own_.has(*disk_, path); },
        .ready = [this] { observer_.watching(); },
        .refused = [this](const Error& error) { observer_.refused(error); },
        .now =
            [] { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); },
        .stopped = [this] { return build_.stop != nullptr && build_.stop->load(); },
    };
    watch::keep_building(hooks, options_.debounce_seconds);
  }

 private:
  watch::Plan plan(const Manifest& manifest) {
    disk_ = disk::open_disk(manifest.folder);
    return {manifest, build_.reserved_files};
  }

  std::unique_ptr<watch::Watcher> watcher(const watch::Plan& plan, const Error* failed) {
    if (failed != nullptr && !polls_) {
      polls_ = true;
      observer_.warning(failed->message() + "; until then all files are looked at every 2 seconds");
    }
    if (options_.poll_seconds) return watch::watch_by_polling(plan, *options_.poll_seconds);
    warn_of_network(plan);
    return polls_ ? watch::watch_by_polling(plan, k_poll_instead_seconds) : watch::watch_by_inotify(plan);
  }

  void warn_of_network(const watch::Plan& plan) {
    if (polls_ || warned_of_network_) return;
    const std::string warning = watch::network_warning(plan.roots(), [&](const std::string& folder) {
      return watch::file_system_of(join_path(plan.folder(), folder));
    });
    warned_of_network_ = !warning.empty();
    if (warned_of_network_) observer_.warning(warning);
  }

  void build(const Manifest& manifest, const watch::Changes& changes) {
    own_.clear();
    observer_.began(++builds_);
    const auto committed = [this](const cache::Batch& batch) { own_.note(batch); };
    if (!changes.everything && changes.files.size() <= k_most_in_part) {
      if (std::optional<Report> part = engine::run_part(manifest, build_, observer_, committed, last_,
                                                        {changes.files.begin(), changes.files.end()})) {
        part->summary.orphans = last_.orphans();
        return observer_.built(*part, false);
      }
    }
    const Report report = engine::run_and_tell(manifest, build_, observer_, committed, &last_);
    build_.force = false;
    build_.verify = false;
    observer_.built(report, true);
  }

  const std::function<Manifest()>& load_;
  const WatchOptions& options_;
  Options build_;
  WatchObserver& observer_;
  std::unique_ptr<disk::Disk> disk_;
  OwnOutputs own_;
  std::uint64_t builds_ = 0;
  engine::LastRun last_;
  bool warned_of_network_ = false;
  bool polls_ = false;  ///< the kernel does not tell all
};

}  // namespace

void build_and_watch(const std::function<Manifest()>& load, const WatchOptions& options, WatchObserver& observer) {
  check_watch_options(options);
  Session(load, options, observer).run();
}

}  // namespace thumbs
