// The library's front door: run one command over a manifest.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "thumbs/export.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace THUMBS_PUBLIC thumbs {

enum class Command { build, check, status, explain, prune, clean };

struct Options {
  Command command = Command::build;
  std::vector<std::string> paths;       ///< files, folders or globs, as the user gave them
  std::string paths_folder;             ///< absolute folder that `paths` are relative to
  int jobs = 0;                         ///< workers; 0: the cores this process may use
  std::optional<std::uint64_t> memory;  ///< bytes of pixels in flight; empty: a quarter of what may be used
  bool force = false;
  bool overwrite = false;  ///< replace files that may be originals, see ErrorCode::would_overwrite
  bool dry_run = false;
  bool verify = false;
  bool prune = false;
  bool unrecorded = false;  ///< prune: also what no record and no rule knows in output folders; names it
  bool yes = false;         ///< and removes it
  bool fail_fast = false;
  bool all_items = false;  ///< report fresh outputs too
  double wait_seconds = 10;
  /// Absolute paths of reports that will be written. Where one is an output, or a source that is no report, the run is
  /// refused with an Error `usage` whose path is that report's.
  std::vector<std::string> never_sources;
  /// Set (by a signal handler) to the signal's number to stop; what is in flight is finished.
  const std::atomic<int>* stop = nullptr;
};

/// Hears of a run's progress. Calls come from any thread, but never two at once.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void scanning(std::uint64_t /*files*/) {}  ///< so many files seen so far
  virtual void hashing(std::uint64_t /*done*/, std::uint64_t /*total*/) {}
  virtual void building(std::uint64_t /*total*/) {}  ///< so many outputs will be made
  virtual void finished(const Item& /*item*/) {}     ///< built, copied, failed or pruned
  virtual void warning(const std::string& /*text*/) {}
  virtual void error(const std::string& /*text*/) {}
};

/// Runs `options.command`. Exit 2 faults are thrown (ManifestError, or Error with `usage`), a held
/// cache as Error with `busy`; every other fault is in the report. One call at a time per cache.
Report run(const Manifest& manifest, const Options& options, Observer& observer);

/// Throws Error `usage` where the cache belongs to another manifest.
void require_own_cache(const Manifest& manifest);

/// `cache verify`: holds the cache's rows, the lock's lines and the files against one another; each line names a
/// difference, none means that all is as it was recorded. Reads every source and output. Throws as run() does,
/// and Error `interrupted` once `stop`, where given, is not 0.
std::vector<std::string> verify_books(const Manifest& manifest, const std::atomic<int>* stop = nullptr);

}  // namespace thumbs
