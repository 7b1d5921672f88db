// Rules applied to files: which sources there are, and which outputs they should have. Pure: no disk, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache.h"
#include "manifest/recipe.h"
#include "scan/scan.h"
#include "support/hash.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// A file that at least one set includes; one for each path, whatever number of sets include it.
struct Source {
  std::string path;                   ///< relative to the manifest
  StatData stat_data;                 ///< as scanned
  std::optional<Hash128> hash;        ///< of its content, where known
  std::optional<std::string> format;  ///< what its first bytes are ("jpeg", "png", "" for no picture), where known
  std::uint32_t first_membership = 0;
  std::uint32_t memberships = 0;
};

/// "This source belongs to that set"; its path below the set's source starts at `below`.
struct Membership {
  std::uint32_t set = 0;
  std::uint32_t below = 0;
};

struct SourceList {
  std::vector<Source> sources;  ///< sorted by path (bytes)
  std::vector<Membership> memberships;
};

/// Merges the sets' scans (scans[i] belongs to manifest.sets[i]); files named in `reserved` (the manifest, the cache,
/// a report) are no sources.
SourceList merge_scans(std::vector<ScanResult>& scans, const std::vector<std::string>& reserved);

/// Fills in `hash` and `format` of sources whose row in the cache can be believed: equal stat data, and trusted as
/// `mode` asks.
void recall_contents(SourceList& list, const Records& rows, StatMode mode);

/// Whether two signatures mean the same file, as the manifest's `stat` says.
bool same_stat_data(const StatData& a, const StatData& b, StatMode mode);

/// One output that a rule asks for.
struct Target {
  std::uint32_t source = 0;   ///< index into Targets::list.sources
  std::uint32_t set = 0;      ///< index into Manifest::sets
  std::uint32_t variant = 0;  ///< index into Set::variants
  std::uint32_t recipe = 0;   ///< index into Targets::recipes
  std::string output;         ///< relative to the manifest; "" while its {hash} or {ext} is unknown
};

struct Targets {
  SourceList list;
  std::vector<Target> outputs;  ///< by source, then set, then variant
  std::vector<Recipe> recipes;  ///< distinct by text and stages
  /// Sources that must be hashed before all their outputs' paths are known (indices, ascending).
  std::vector<std::uint32_t> unknown;
};

/// The output folder of a set as a name below some set's source, where links make the two spellings differ.
struct Alias {
  std::uint32_t set = 0;
  std::string folder;
};

/// Applies every rule to every source. A file that a current rule makes from another source is no source. Throws
/// ManifestError, all faults at once: an output that leaves its folder, two outputs on one path (compared also with
/// case folded), an output on its own source, an output on another set's original. `rows` tell an old output of ours
/// from an original there; `aliases` tell it under the name by which a scan finds it.
Targets make_targets(const Manifest& manifest, const SourceList& list, const Records& rows,
                     const std::vector<Alias>& aliases = {});

}  // namespace thumbs
