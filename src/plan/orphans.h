// Orphans: files that a former build made and that no current rule makes. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// What becomes of the rows that no output claims.
struct Orphans {
  std::vector<std::uint32_t> rows;  ///< their files still stand: reported, removed when asked
  std::vector<std::uint32_t>
      forget;  ///< nothing of ours is there: no file, or a source now (by any name), or never made
};

/// `considered` has an entry a row: outside of it nothing is an orphan (a selection, a folder that could not be listed,
/// an output whose {hash} is unknown now). `stats` has an entry a row.
Orphans find_orphans(const Targets& targets, const Records& rows, const Matching& matching,
                     const std::vector<bool>& considered, const std::vector<FileStat>& stats);

/// Every considered row whose file still stands and is ours as above, orphan or not.
std::vector<std::uint32_t> owned_rows(const Targets& targets, const Records& rows, const std::vector<bool>& considered,
                                      const std::vector<FileStat>& stats);

/// Which sets some file of the list belongs to.
std::vector<bool> sets_with_sources(const Manifest& manifest, const SourceList& list);

/// The sets (indices) that have no source now.
std::vector<std::uint32_t> empty_sets(const Manifest& manifest, const Targets& targets);

/// The sets (indices) whose orphans must not be removed without --force: they have no source now, and had some. An
/// empty folder is more often an unmounted disk than a wish. Which sets an orphan's source was in is told from their
/// patterns. `unlistable` sets are left out already.
std::vector<std::uint32_t> emptied_sets(const Manifest& manifest, const Targets& targets, const Records& rows,
                                        const std::vector<std::uint32_t>& orphans);

/// Source rows that nothing needs any more: no source now, and no output row that stays names them.
std::vector<std::string> forgettable_sources(const Targets& targets, const Records& rows,
                                             const std::vector<std::uint32_t>& forgotten_outputs,
                                             const std::vector<std::string>& unlistable);

}  // namespace thumbs
