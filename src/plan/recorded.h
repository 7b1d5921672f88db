// Recorded outputs among the files that sets take: a thumbnail is never a source. Pure: no disk, no clock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "plan/targets.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// A file that a set takes and that stands where a record says thumbs made one.
struct RecordedFile {
  std::uint32_t source = 0;  ///< index into SourceList::sources
  std::uint32_t row = 0;     ///< index into Records::outputs
};

struct RecordedFiles {
  std::vector<RecordedFile> outputs;   ///< the recorded stat data stands: thumbnails
  std::vector<RecordedFile> doubtful;  ///< only the content hash can tell
};

/// Finds them by path, below each set's source and below `aliases`. A file of another size than the record's is
/// somebody's own, and in neither list. With `options.verify` no stat data is trusted.
RecordedFiles recorded_files(const Manifest& manifest, const SourceList& list, const Records& rows,
                             const std::vector<Alias>& aliases, const PlanOptions& options);

/// Removes these sources from the list.
void drop_sources(SourceList& list, const std::vector<RecordedFile>& files);

}  // namespace thumbs
