// What a run did: items and counts. Plain data; thumbs/report_json.h writes it as JSON.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "thumbs/error.h"
#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

/// Why an output is stale; in the order in which the first that applies is reported.
enum class Reason {
  none,
  forced,
  new_output,  ///< "new"
  retry,
  source_changed,
  recipe_changed,
  tool_changed,
  output_missing,
  output_modified,
  orphan,
  index,  ///< of a fresh output: its source had to be decoded for the index
};

enum class Status { built, copied, fresh, stale, failed, orphan, pruned };

std::string_view to_string(Reason reason);  ///< "source-changed"; none is ""
std::string_view to_string(Status status);

/// A difference that explains an item, for people: "WHAT: BEFORE → AFTER". Where nothing differs `before` is empty
/// ("WHAT: AFTER"), and where there is no value `after` too ("WHAT").
struct Change {
  std::string what;
  std::string before;
  std::string after;
};

std::string to_string(const Change& change);

struct ItemError {
  ErrorCode code;
  std::string message;
};

/// A picture on disk; its path is as in Item.
struct PictureFile {
  std::string path;
  int width = 0;  ///< pixels; 0: unknown
  int height = 0;
  std::uint64_t bytes = 0;
};

/// What there is to look at of an output.
struct Pictures {
  std::optional<PictureFile> now;     ///< the file at the output's path
  std::optional<PictureFile> before;  ///< what the last build that changed thumbnails replaced, if this was one of them
};

/// One output. Paths are bytes, relative to the manifest, '/'-separated.
struct Item {
  std::string set;
  std::string source;
  std::string variant;
  std::optional<std::string> output;  ///< empty while a {hash} is unknown
  Status status = Status::fresh;
  Reason reason = Reason::none;
  int width = 0;  ///< pixels; 0: unknown
  int height = 0;
  std::uint64_t bytes = 0;
  double milliseconds = 0;  ///< that making it took, its share of the decode included
  std::optional<ItemError> error;
  std::vector<Change> changes;                    ///< why it is stale; of a fresh item what was found equal
  std::shared_ptr<const Pictures> pictures = {};  ///< of Command::gallery alone
};

/// What a build had of its store. All are outputs.
struct StoreUse {
  std::uint64_t hits = 0;    ///< that came from there, and count as built
  std::uint64_t misses = 0;  ///< that it did not have
  std::uint64_t errors = 0;  ///< that it failed to give or take, gave too late, or gave wrong
};

struct Summary {
  std::uint64_t sources = 0;
  std::uint64_t outputs = 0;
  std::uint64_t fresh = 0, built = 0, copied = 0, failed = 0, stale = 0, orphans = 0, pruned = 0;
  std::uint64_t statted = 0;  ///< files: sources and outputs
  std::uint64_t hashed = 0;   ///< distinct files read from disk and hashed
  std::uint64_t decoded = 0;  ///< sources whose pixels were decoded, failures included
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  double seconds = 0;
  std::optional<StoreUse> store = {};  ///< where the manifest names one
};

/// What became of the index, a file for web pages (Manifest::index).
struct IndexReport {
  std::string file;  ///< relative to the manifest
  /// built: written anew; fresh: it says what it should; stale: the next build writes it; failed: it cannot be written.
  Status status = Status::fresh;
  std::uint64_t decoded = 0;  ///< sources that were (or would be) decoded for it alone
};

/// Time that workers spent on one kind of work, summed over them.
struct StageTime {
  double seconds = 0;      ///< by the clock
  double cpu_seconds = 0;  ///< of these, with a core; child processes included
};

/// What most of the workers' time went into.
enum class Bound {
  nothing,   ///< nothing was made
  cpu,       ///< computing, or waiting for a core
  reading,   ///< waiting for sources
  writing,   ///< waiting for outputs to be written, or recorded
  memory,    ///< waiting for other pictures to be done, see Options::memory
  pictures,  ///< idle: there were too few pictures, or the last ones took long
};

std::string_view to_string(Bound bound);

/// Where the time of a build went. Beside the stages workers are idle: jobs × build_seconds is all of their time.
struct BuildStats {
  double decide_seconds = 0;  ///< by the clock, until it was known what is stale
  double build_seconds = 0;   ///< by the clock, from then on
  StageTime read;             ///< sources, and copies of outputs
  StageTime decode;
  StageTime resize;  ///< and colours, sharpening, padding, watermarks
  StageTime encode;
  StageTime write;   ///< and rename
  StageTime record;  ///< sync and cache; one worker at a time
  StageTime memory;  ///< waiting for it
  double idle_seconds = 0;
  Bound bound = Bound::nothing;
};

/// How a process confined itself: see thumbs/sandbox.h.
struct Sandbox {
  std::optional<int> landlock;  ///< the version of the kernel's interface; empty: files are not restricted
  bool seccomp = false;         ///< system calls are filtered
};

/// What one run came to. run() fills all of it.
struct Report {
  std::string command;   ///< "build", "check", …
  std::string manifest;  ///< Manifest::file
  int jobs = 0;          ///< pictures worked on at once
  std::string shard;     ///< "I/N" of Options::shard; "": none
  /// For the caller to fill in: what I and N were taken from, such as a scheduler's variables; "": not told.
  std::string shard_from;
  Summary summary;
  std::vector<Item> items;                       ///< sorted by output (bytes)
  std::vector<std::string> sets_without_source;  ///< their names
  std::vector<std::string> warnings;
  std::vector<std::string> errors;   ///< failures of the run itself, e.g. a folder that cannot be listed
  std::optional<IndexReport> index;  ///< where the manifest asks for one
  std::optional<BuildStats> stats;   ///< of a build, where Options::stats asks for it
  Sandbox sandbox;                   ///< for confine()'s caller to fill in
  bool interrupted = false;          ///< Options::stop ended it early; what it finished until then is in the report

  /// Nothing failed, and the run went to its end.
  bool ok() const { return !interrupted && summary.failed == 0 && errors.empty(); }
  /// And nothing is left to build or to remove: what Command::check asks.
  bool up_to_date() const {
    return ok() && summary.stale == 0 && summary.orphans == 0 && (!index || index->status == Status::fresh);
  }
};

}  // namespace thumbs
