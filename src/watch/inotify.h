// Watches by inotify(7): one watch for each folder, and one for the file behind each link that is a source.
#pragma once

#include <memory>

#include "watch/plan.h"
#include "watch/watcher.h"

namespace thumbs::watch {

/// Watches the plan's folders; those that do not exist are watched once they do. `plan` must outlive it. Throws Error
/// where the system gives no more watches; its message says how to get more.
std::unique_ptr<Watcher> watch_by_inotify(const Plan& plan);

}  // namespace thumbs::watch
