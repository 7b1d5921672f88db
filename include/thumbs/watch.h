// Building again whenever something changes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "thumbs/build.h"
#include "thumbs/export.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace THUMBS_PUBLIC thumbs {

/// How to watch. Command::build is the only command, without `dry_run`. `force` and `verify` are for the first build.
struct WatchOptions {
  Options build = {};
  double debounce_seconds = 0.2;  ///< changes with shorter pauses are one build
  /// Look at all files so often, in seconds; empty: the kernel tells what changes (inotify).
  std::optional<double> poll_seconds = {};
};

/// Hears of builds and of what is between them. As for Observer, calls never overlap.
class WatchObserver : public Observer {
 public:
  /// A build begins: the first (`number` 1), or one after changes.
  virtual void began(std::uint64_t /*number*/) {}
  /// It is over. `report.items` has what was made, and nothing where nothing was to be done. Where the build was not
  /// `whole`, only the files that changed were looked at, and the counts are of these (but `orphans`).
  virtual void built(const Report& /*report*/, bool /*whole*/) {}
  /// The first build is over, and the wait for changes begins.
  virtual void watching() {}
  /// A build was refused, or the manifest cannot be read: the last sound one stays in force, and watching goes on.
  virtual void refused(const Error& /*error*/) {}
};

/// Builds, then builds again what changes, until `options.build.stop` is true: then it returns within a moment, with
/// all that was made recorded. `load` gives the manifest; it is called again when the manifest's file changes, and may
/// throw ManifestError. Throws what run() throws where the first build is refused; but where another run holds the
/// cache it waits for that (WatchObserver::refused() tells of it each Options::wait_seconds). Holds the cache only
/// while it builds.
void build_and_watch(const std::function<Manifest()>& load, const WatchOptions& options, WatchObserver& observer);

}  // namespace thumbs
