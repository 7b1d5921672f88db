// Closes the cache first, then the lock.
#include "engine/books.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/remember.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

std::function<void(const Batch&)> recorder(const Manifest& manifest, LockLedger& ledger) {
  if (!manifest.lock) return {};
  return [&ledger](const Batch& batch) { ledger.apply(batch); };
}

}  // namespace

Books::Books(const RunContext& context, Cache& cache, const Survey& facts)
    : context_(context),
      facts_(facts),
      ledger_(facts.rows),
      committer_(context.disk, cache,
                 {context.before_commit, recorder(context.manifest, ledger_), facts.ownership.owner}) {
  Batch batch;
  if (facts.ownership.must_record) batch.owner = facts.ownership.owner;
  committer_.remember(std::move(batch));
}

void Books::close(Report& report) {
  committer_.flush();
  std::vector<std::string> lock_errors;
  if (context_.manifest.lock && (!facts_.lock_is_current || ledger_.changed())) {
    try {
      if (context_.before_commit) context_.before_commit();
      committer_.made(write_lock(context_.disk, context_.manifest, facts_.lock, ledger_));
    } catch (const Error& error) {
      lock_errors.emplace_back(error.what());
    }
    committer_.flush();  // the lock's folder, where it is new
  }
  report.errors.insert(report.errors.end(), committer_.errors().begin(), committer_.errors().end());
  report.errors.insert(report.errors.end(), lock_errors.begin(), lock_errors.end());
  report.warnings.insert(report.warnings.end(), committer_.warnings().begin(), committer_.warnings().end());
}

}  // namespace thumbs
