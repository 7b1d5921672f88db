// The loop of `watch`: waits for changes, gathers them, builds. What watches, what builds and the clock are given to
// it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "thumbs/error.h"
#include "thumbs/manifest.h"
#include "watch/debounce.h"
#include "watch/plan.h"
#include "watch/watcher.h"

namespace thumbs::watch {

struct Hooks {
  /// Reads the manifest anew, normalised. Throws Error where it is at fault.
  std::function<Manifest()> load;
  std::function<Plan(const Manifest&)> plan;
  /// `failed`: another watcher threw it, and one is needed that works without.
  std::function<std::unique_ptr<Watcher>(const Plan&, const Error* failed)> watch;
  /// One build of what changed. Throws Error where it could not be carried out.
  std::function<void(const Manifest&, const Changes&)> build;
  /// Whether the file is as our last build left it.
  std::function<bool(const std::string&)> is_ours;
  /// The first build is through, and the loop waits.
  std::function<void()> ready;
  /// What load() or build() threw after the first build; the loop goes on with what it has.
  std::function<void(const Error&)> refused;
  std::function<double()> now;  ///< seconds, never back
  std::function<bool()> stopped;
};

/// Returns once stopped() is true. Throws what the first load() and the first build() throw, but `busy`: then it waits
/// for the other run, as later on.
void keep_building(const Hooks& hooks, double quiet_seconds);

}  // namespace thumbs::watch
