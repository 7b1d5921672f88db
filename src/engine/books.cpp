// Closes the cache first, then the lock.
#include "engine/books.h"

#include <functional>

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
      committer_(context.disk, cache, recorder(context.manifest, ledger_)) {}

void Books::close(std::vector<std::string>& errors) {
  committer_.flush();
  errors.insert(errors.end(), committer_.errors().begin(), committer_.errors().end());
  if (!context_.manifest.lock || (facts_.lock_is_current && !ledger_.changed())) return;
  try {
    write_lock(context_.disk, context_.manifest, facts_.lock, ledger_);
  } catch (const Error& error) {
    errors.emplace_back(error.what());
  }
}

}  // namespace thumbs
