// The library's front door: run one command over a manifest.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "thumbs/export.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace THUMBS_PUBLIC thumbs {

class Jobserver;        // thumbs/jobserver.h
class StoreConnection;  // thumbs/store.h

/// `check`, `status`, `explain` and `gallery` change nothing; they ask for the same, and differ in what their callers
/// show. `gallery` gives items for fresh outputs too, and Item::pictures.
enum class Command { build, check, status, explain, prune, clean, gallery };

/// What Command::prune does with files in output folders that no record and no rule knows.
enum class OnUnrecorded {
  ignore,
  report,  ///< as orphans without a source
  remove,
};

/// The index-th of `count` parts of the sources, from 1. A source's part follows from its path alone, so that runs in
/// different places, and of different days, agree.
struct Shard {
  std::uint32_t index = 1;
  std::uint32_t count = 1;

  bool operator==(const Shard&) const = default;
};

/// How a run goes about its command. All that is left as it is here suits a first build.
struct Options {
  Command command = Command::build;

  /// Files, folders or globs, of sources or outputs: only what they mean is worked on. None: everything.
  std::vector<std::string> paths = {};
  std::string paths_base = {};  ///< absolute folder that relative `paths` start from; "": the manifest's
  bool only_paths = false;      ///< no `paths` at all means nothing, not everything
  /// Where each of the `paths` comes from ("list.txt:3"), for messages; "" or left out: from nowhere in particular.
  std::vector<std::string> path_places = {};

  /// Names or globs: only outputs of these sets, and of these variants, are worked on. The name of a ladder means all
  /// of its variants. None: all.
  std::vector<std::string> sets = {};
  std::vector<std::string> variants = {};

  /// Only sources of this part, and their outputs, are worked on. A part without any source is none the worse for it.
  std::optional<Shard> shard = {};

  int jobs = 0;  ///< pictures worked on at once, 1 to 1024; 0: default_jobs()
  /// Bytes of pixels in flight, at least 1; empty: a quarter of what this process may use.
  std::optional<std::uint64_t> memory = {};

  bool dry_run = false;       ///< change nothing: outputs that would be made are reported as stale
  bool force = false;         ///< every output counts as stale; and outputs of a source folder that is empty now may go
  bool verify = false;        ///< read and hash every file, whatever its stat data say
  bool report_fresh = false;  ///< items for fresh outputs too
  bool fail_fast = false;     ///< begin no further picture after the first failure

  /// Lends jobs: beside one picture, only as many are worked on as it lends, up to `jobs`. None: `jobs` are ours.
  std::shared_ptr<Jobserver> jobserver = {};

  // Of Command::build alone.
  bool overwrite = false;  ///< replace files that may be originals, see ErrorCode::would_overwrite
  bool prune = false;      ///< remove orphans once all is built
  bool stats = false;      ///< say where the time went: Report::stats
  /// The line to Manifest::store, for one run at a time; none: the run opens one of its own, if it needs it.
  std::shared_ptr<StoreConnection> store = {};
  bool store_readonly = false;  ///< take results from the store, but put none there

  // Of Command::prune alone.
  OnUnrecorded unrecorded = OnUnrecorded::ignore;

  double wait_seconds = 10;  ///< how long to wait for another run that holds the cache

  /// Absolute paths of files that the caller is going to write once the run is over: reports, logs. They are never
  /// sources. Where one of them is an output, or an existing picture, the run throws an Error `usage` whose path is
  /// that file's. An existing file that is empty or begins with '{' is taken for a former report and may be replaced.
  std::vector<std::string> reserved_files = {};

  /// Set it to true, from any thread or from a signal handler, and the run ends soon: pictures in flight are given
  /// up, what is done is recorded, and Report::interrupted says so. Must outlive the run.
  const std::atomic<bool>* stop = nullptr;
};

/// Hears of a run's progress. Calls come from any of the run's threads, but never two at once; they must not throw, and
/// the run waits for them. All do nothing unless overridden.
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

/// Runs `options.command`. What fails for one picture, or on the way, is in the report. Throws, before anything is
/// changed: ManifestError where the manifest asks for what cannot be or what this version or build cannot do
/// (unsupported()); Error `usage` where the options or what is on disk do; Error `busy` where another run holds the
/// cache. Throws Error with another code where the cache cannot be used.
///
/// Any number of runs may go on at once in one process, as long as each has a cache and output folders of its own
/// (those that share a cache wait for each other). A run works in a oneTBB arena of `jobs` threads. It starts no more
/// threads than the process has cores: who wants more jobs than that holds a tbb::global_control
/// (max_allowed_parallelism) while it runs.
///
/// It leaves alone what belongs to the whole process: signals, locale, umask, current folder, heap settings. What it
/// needs of it: SIGCHLD must not be ignored, because AVIF and lossless WebP are encoded in forked processes, so that
/// they can be ended. What stays of it: threads of oneTBB's pool, which keep up to 24 MiB of memory each for their next
/// picture, and a VFS with a name of its own in SQLite.
Report run(const Manifest& manifest, const Options& options, Observer& observer);

/// Without anybody watching.
Report run(const Manifest& manifest, const Options& options = {});

/// The cores that this process may use (affinity, and the CPU quota of its cgroups); at least 1.
int default_jobs();

}  // namespace thumbs
