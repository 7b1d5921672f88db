// Watching begins before the scan that follows, so that no change falls between them.
#include "watch/loop.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace thumbs::watch {
namespace {

constexpr double k_longest_wait = 0.2;  // then a look at whether to stop

class Loop {
 public:
  Loop(const Hooks& hooks, double quiet) : hooks_(hooks), debounce_(quiet) {}

  void run() {
    take(hooks_.load());
    while (!hooks_.stopped() && !build({{}, true}, true)) {
    }
    if (!hooks_.stopped()) hooks_.ready();
    while (!hooks_.stopped()) step();
  }

 private:
  void take(Manifest manifest) {
    manifest_ = std::make_unique<Manifest>(std::move(manifest));
    const std::unique_ptr<Plan> former_plan = std::move(plan_);
    const std::unique_ptr<Watcher> former = std::move(watcher_);
    plan_ = std::make_unique<Plan>(hooks_.plan(*manifest_));
    try {
      watcher_ = hooks_.watch(*plan_, nullptr);
    } catch (const Error& error) {
      watcher_ = hooks_.watch(*plan_, &error);
    }
    if (!former) return;
    for (const std::string& file : former->wait(0).files)  // edited once more meanwhile
      if (file == manifest_->path) debounce_.add({.files = {file}, .writing = {}, .everything = false}, hooks_.now());
  }

  void step() {
    const std::optional<double> due = debounce_.due();
    const double now = hooks_.now();
    if (!due || *due > now) return listen(due ? *due - now : k_longest_wait);
    Changes changes = debounce_.take(now);
    if (changes.files.contains(manifest_->path) && reload()) changes.everything = true;
    changes.files.erase(manifest_->path);
    const auto is_mark = [&](const std::string& file) { return plan_->concern(file).mark; };
    if (std::erase_if(changes.files, is_mark) > 0) changes.everything = true;
    if (changes.files.empty() && !changes.everything) return;
    changes.everything = changes.everything || behind_;
    behind_ = !build(changes, false);
    if (behind_ && busy_) debounce_.add({.files = {}, .writing = {}, .everything = true}, hooks_.now());
  }

  void listen(double seconds) {
    Events events;
    try {
      events = watcher_->wait(std::min(seconds, k_longest_wait));
    } catch (const Error& error) {
      watcher_ = hooks_.watch(*plan_, &error);
      events.everything = true;
    }
    std::erase_if(events.files, [&](const std::string& file) { return hooks_.is_ours(file); });
    if (!events.empty()) debounce_.add(events, hooks_.now());
  }

  // False where the manifest is at fault: the former one stays in force.
  bool reload() {
    try {
      take(hooks_.load());
      return true;
    } catch (const Error& error) {
      hooks_.refused(error);
      return false;
    }
  }

  // False where nothing was built: all is to be looked at next time.
  bool build(const Changes& changes, bool first) {
    busy_ = false;
    try {
      hooks_.build(*manifest_, changes);
      return true;
    } catch (const Error& error) {
      if (hooks_.stopped()) return false;
      busy_ = error.code() == ErrorCode::busy;
      if (first && !busy_) throw;
      hooks_.refused(error);
      return false;
    }
  }

  const Hooks& hooks_;
  Debounce debounce_;
  std::unique_ptr<Manifest> manifest_;
  std::unique_ptr<Plan> plan_;
  std::unique_ptr<Watcher> watcher_;  // refers to the plan
  bool behind_ = false;
  bool busy_ = false;
};

}  // namespace

void keep_building(const Hooks& hooks, double quiet_seconds) { Loop(hooks, quiet_seconds).run(); }

}  // namespace thumbs::watch
