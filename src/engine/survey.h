// The facts of a run: what the cache remembers, what the disk shows, what the rules ask for. Reads, never writes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/remember.h"
#include "pipeline/work.h"
#include "plan/orphans.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "thumbs/build.h"

namespace thumbs {

/// A file in an output folder that no record and no rule knows.
struct UnrecordedFile {
  std::string path;
  std::uint32_t set = 0;  ///< whose output folder it lies in
  FileStat stat;
};

struct Survey {
  Records rows;
  std::string lock;             ///< see Memory
  bool lock_is_current = true;  ///< see Memory
  Ownership ownership;
  std::vector<std::string> unlistable;  ///< folders that could not be listed: nothing below counts as deleted
  std::vector<std::string> warnings;
  std::vector<std::string> errors;
  std::vector<Alias> aliases;  ///< output folders by other names
  Targets targets;
  std::vector<bool> selected;       ///< an entry a source
  std::vector<bool> selected_rows;  ///< an entry a row
  Matching matching;
  OutputFacts facts;
  std::vector<SourceRecord> contents;  ///< of the sources that were hashed
  std::uint64_t statted = 0;
  std::vector<UnrecordedFile> unrecorded;  ///< see find_unrecorded()
};

/// What the steps share.
struct RunContext {
  Disk& disk;
  const Manifest& manifest;
  const Options& options;
  Observer& observer;
  Tally& tally;
  PlanOptions plan_options;
  const std::function<void()>& before_commit;  ///< see CacheHold

  bool stopped() const { return options.stop != nullptr && options.stop->load(); }
};

/// Scan, and beside it `recall` → rules → hash what is in doubt → stat outputs → hash what is in doubt there. Throws
/// ManifestError and Error `usage` (missing source, clashing outputs, a PATH that means nothing), and what `recall`
/// throws. Uses the oneTBB arena that it is called in.
Survey survey(const RunContext& context, const std::function<Memory()>& recall);

}  // namespace thumbs
