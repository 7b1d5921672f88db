// Looks at all files every now and then: where the kernel does not tell what changes, as on network drives.
#pragma once

#include <memory>

#include "watch/plan.h"
#include "watch/watcher.h"

namespace thumbs::watch {

/// Looks every `interval` seconds. `plan` must outlive it.
std::unique_ptr<Watcher> watch_by_polling(const Plan& plan, double interval);

}  // namespace thumbs::watch
