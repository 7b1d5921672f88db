// Batches of rows; the order of effects is here: stable outputs first, rows after.
#include "engine/committer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

constexpr std::size_t k_batch_outputs = 512;
constexpr std::chrono::seconds k_batch_age{5};

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

template <class Body>
std::optional<Error> failure_of(const Body& body) {
  try {
    body();
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace

void Committer::remember(cache::OutputRecord row, cache::RecipeText recipe, bool written) {
  if (written) written_.emplace_back(row.path);
  batch_.outputs.push_back({row, std::move(recipe)});
}

void Committer::remember(cache::FailureRecord failure) {
  if (!known_failures_) {
    known_failures_.emplace();
    if (auto fault = failure_of([&] { known_failures_ = cache_.load_failures(); })) errors_.push_back(fault->what());
  }
  if (!std::ranges::binary_search(*known_failures_, failure)) batch_.failures.push_back(std::move(failure));
}

void Committer::removed(const std::string& path) {
  // A folder that went too can be synced no more: the one above it tells that it is gone.
  for (std::size_t end = path.size(); end != std::string::npos && end != 0; end = path.rfind('/', end - 1))
    written_.push_back(path.substr(0, end));
}

void Committer::remember(cache::Batch batch) {
  append(batch_.sources, batch.sources);
  append(batch_.outputs, batch.outputs);
  append(batch_.forget_outputs, batch.forget_outputs);
  append(batch_.forget_sources, batch.forget_sources);
  if (!batch.owner.empty()) batch_.owner = std::move(batch.owner);
  append(batch_.made_folders, batch.made_folders);
  append(batch_.gone_folders, batch.gone_folders);
  append(batch_.pictures, batch.pictures);
  append(batch_.shards, batch.shards);
  append(batch_.failures, batch.failures);
  batch_.forget_shards |= batch.forget_shards;
}

void Committer::made(std::vector<std::string> folders) { append(batch_.made_folders, folders); }

bool Committer::is_due() const {
  return batch_.outputs.size() >= k_batch_outputs || std::chrono::steady_clock::now() - last_flush_ >= k_batch_age;
}

Committer::Synced Committer::sync(const std::vector<std::string>& temporaries) {
  Synced synced;
  synced.error = failure_of([&] { synced.all_renames = !temporaries.empty() && disk_.sync_bytes(temporaries); });
  return synced;
}

void Committer::commit() {
  if (hooks_.before_commit) hooks_.before_commit();
  cache_.commit(batch_);
  if (hooks_.committed) hooks_.committed(batch_);
}

Committer::Synced Committer::flush(std::vector<std::string> temporaries) {
  Synced synced;
  if (written_.empty()) {
    synced = sync(temporaries);
  } else {
    append(written_, temporaries);
    synced.error = failure_of([&] { synced.all_renames = disk_.sync(written_); });
  }
  if (!batch_.empty()) {
    if (batch_.owner.empty()) batch_.owner = hooks_.owner;
    std::optional<Error> failure = synced.error;
    if (!failure) failure = failure_of([&] { commit(); });
    if (failure) errors_.push_back(failure->what());
    for (std::string& warning : cache_.take_warnings()) warnings_.push_back(std::move(warning));
  }
  batch_ = {};
  written_.clear();
  last_flush_ = std::chrono::steady_clock::now();
  return synced;
}

}  // namespace thumbs::engine
