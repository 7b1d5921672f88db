// The two books of a run: rows on their way into the cache, and from there into the lock.
#pragma once

#include "commit/committer.h"
#include "engine/survey.h"
#include "lockfile/lockfile.h"
#include "thumbs/report.h"

namespace thumbs {

/// Not thread-safe. The lock says what the cache has taken, never more.
class Books {
 public:
  /// `facts.rows` must stay as they are.
  Books(const RunContext& context, Cache& cache, const Survey& facts);

  Committer& committer() { return committer_; }

  /// Flushes the committer; then, where a lock is asked for and says something else than is so now, writes it. What
  /// failed goes into the report's errors, what was odd into its warnings.
  void close(Report& report);

 private:
  const RunContext& context_;
  const Survey& facts_;
  LockLedger ledger_;
  Committer committer_;
};

}  // namespace thumbs
