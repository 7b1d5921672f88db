// The decision: which outputs are stale and why, what can be copied, what is an orphan. Pure: no disk, no clock.
//
// It needs facts that only the disk has, and asks for as few of them as it can, in this order:
//   match_rows      pairs outputs with their rows in the cache
//   sources_in_doubt  → the caller hashes these sources (add_contents)
//   outputs_in_doubt  → the caller stats all matched outputs, and hashes these
//   make_plan
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cache/cache.h"
#include "disk/content.h"
#include "plan/targets.h"
#include "thumbs/report.h"

namespace thumbs {

inline constexpr std::uint32_t k_no_row = ~std::uint32_t{0};
inline constexpr std::int64_t k_racy_window_ns = 2'000'000'000;

struct PlanOptions {
  bool force = false;
  bool verify = false;  ///< trust no timestamp
  StatMode stat = StatMode::full;
};

/// Which row belongs to which output; npos is k_no_row.
struct Matching {
  std::vector<std::uint32_t> row_of_target;
  std::vector<std::uint32_t> unclaimed;  ///< rows that no target claims, ascending
};

Matching match_rows(const Targets& targets, const Records& rows);

/// Positions of the sources that must be hashed before anything can be decided: their stat data is new or racy and
/// either an output of theirs may be fresh all the same, or another picture of the same size may be their twin, or a
/// path depends on it. `selected` has an entry a source.
std::vector<std::uint32_t> sources_in_doubt(const Targets& targets, const Records& rows, const Matching& matching,
                                            const std::vector<bool>& selected, const PlanOptions& options);

/// Whether stat data taken at `statted_at_ns` proves that later bytes are the same: its times are older by two
/// seconds at least, so that a later write must show. A time in the future never does. `minimal` looks at mtime alone.
bool trusted_stat_data(const StatData& stat_data, std::int64_t statted_at_ns, StatMode mode);

/// The row to remember for a source whose content was read.
SourceRecord source_record(const std::string& path, const Content& content, std::string format);

/// What the disk said of the outputs, by row.
struct OutputFacts {
  std::vector<FileStat> stats;                        ///< an entry a row; rows that nobody asked for may be `missing`
  std::unordered_map<std::uint32_t, Hash128> hashes;  ///< of those in doubt; absent where unreadable
};

/// Records whose output must be hashed: everything else is fresh, its size is equal, its mtime is not (or `verify`).
std::vector<std::uint32_t> outputs_in_doubt(const Targets& targets, const Records& rows, const Matching& matching,
                                            const std::vector<bool>& selected, const OutputFacts& facts,
                                            const PlanOptions& options);

/// An output with the bytes that another output needs.
struct Twin {
  std::string output;
  Hash128 hash;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// One stale output.
struct Job {
  std::uint32_t target = 0;
  std::uint32_t row = k_no_row;
  Reason reason = Reason::none;
  std::string detail;        ///< "what: old → new", for people
  std::vector<Twin> twins;   ///< copy the first of these that holds instead of decoding
  std::uint32_t leader = 0;  ///< for followers: the target whose output is one more twin once it is made
  /// A file at the output's path may be an original: one with the thumbnail's bytes is adopted, any other stays.
  bool keep_existing = false;
};

/// The stale outputs of one source.
struct Task {
  std::uint32_t source = 0;
  std::vector<Job> jobs;
};

struct FreshOutput {
  std::uint32_t target = 0;
  std::uint32_t row = 0;
};

struct Plan {
  std::vector<Task> tasks;      ///< by source
  std::vector<Task> followers;  ///< sources equal to one of `tasks`, whose outputs they wait for
  std::vector<FreshOutput> fresh;
  Batch updates;  ///< rows that are true but for a timestamp or a name
};

/// Decides every selected output. `contents`: the sources that were hashed now, as rows to remember.
Plan make_plan(const Targets& targets, const Records& rows, const Matching& matching, const std::vector<bool>& selected,
               const OutputFacts& facts, const std::vector<SourceRecord>& contents, const PlanOptions& options);

}  // namespace thumbs
