// What is stale, and why. Pure: no disk, no clock. The caller reads what a decision needs from the disk, as little as
// can be:
//   reuse_recorded_contents   → the contents of sources whose stat data proves them
//   sources_in_doubt          → the caller hashes these
//   decide                    → the caller hashes the outputs that this gives, and decides them again
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "disk/content.h"
#include "graph/graph.h"

namespace thumbs::rules {

inline constexpr std::int64_t k_racy_window_ns = 2'000'000'000;

struct StalenessOptions {
  bool force = false;   ///< everything is stale
  bool verify = false;  ///< trust no stat data
  StatMode stat = StatMode::full;
};

/// Whether both mean the same file, as the manifest's `stat` says.
bool same_stat_data(const disk::StatData& a, const disk::StatData& b, StatMode mode);

/// Whether stat data taken at `statted_at_ns` proves that later bytes are the same: its times are older by two seconds
/// at least, so that a later write must show. A time in the future never does. `minimal` looks at mtime alone.
bool trusted_stat_data(const disk::StatData& stat_data, std::int64_t statted_at_ns, StatMode mode);

/// The record of a source whose content was read.
cache::SourceRecord source_record(TextRef path, const disk::Content& content, TextRef format);

/// Takes the content from the record of each source whose stat data proves that it is the same. With `verify` nothing
/// does.
void reuse_recorded_contents(graph::Graph& graph, const StalenessOptions& options);

/// The sources that must be hashed before anything can be decided: their stat data is new or racy, and either one of
/// their outputs may be fresh all the same, or another picture of the same size may be their copy, or an output's path
/// depends on the content.
std::vector<graph::Source*> sources_in_doubt(graph::Graph& graph, const StalenessOptions& options);

/// Decides every output of a selected source: sets Output::stale, with the evidence. Gives the outputs that only the
/// hash of their file can decide: its stat data differs from the record, or is not trusted.
std::vector<graph::Output*> decide(graph::Graph& graph, const StalenessOptions& options);

/// Decides one of those. `file_hash`: of the output's file; empty where it could not be read.
void decide_by_hash(graph::Graph& graph, graph::Output& output, const std::optional<Hash128>& file_hash);

/// Whether the output is up to date.
inline bool is_fresh(const graph::Output& output) { return output.selected() && output.stale == nullptr; }

/// What was found equal, of a fresh output.
std::vector<Change> evidence_of_freshness(const graph::Output& output);

}  // namespace thumbs::rules
