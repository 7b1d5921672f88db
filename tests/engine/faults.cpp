// Strikes once a run, and keeps back the last commit until the next.
#include "engine/faults.h"

#include <set>

#include "support/kept.h"

namespace thumbs {

std::string_view to_string(Fault fault) {
  constexpr std::string_view k_names[] = {"no space",     "I/O error",     "no access",    "killed",
                                          "names undone", "bytes emptied", "commit undone"};
  return k_names[static_cast<std::size_t>(fault)];
}

bool is_end(Fault fault) { return fault > Fault::no_access; }

ErrorCode code_of(Fault fault) {
  if (fault == Fault::no_space) return ErrorCode::no_space;
  return fault == Fault::no_access ? ErrorCode::unwritable : ErrorCode::io;
}

void Trouble::step(const std::string& what, const std::string& path) {
  const std::uint64_t now = count_++;
  if (now < at_ || (now > at_ && !is_end(fault_))) return;
  struck_ = true;
  if (now == at_) where_ = what + " " + path;
  throw Error(code_of(fault_), std::string(to_string(fault_)), path, what);
}

FragileCache::FragileCache(const FragileCache& other) : settled_(other.settled_) {
  if (other.last_) settled_.push_back(*other.last_);
  for (const cache::Batch& batch : settled_) cache_->commit(batch);
}

cache::CacheLoad FragileCache::load() {
  settle();
  return cache_->load();
}

void FragileCache::commit(const cache::Batch& batch) {
  if (trouble != nullptr) trouble->step("commit", "");
  settle();
  if (!batch.empty()) last_ = kept(batch);
}

cache::Batch FragileCache::kept(cache::Batch batch) {
  static std::set<cache::VariantName> names;
  for (cache::SourceRecord& source : batch.sources) {
    source.path = test::kept(source.path);
    source.format = test::kept(source.format);
  }
  for (cache::Batch::Output& output : batch.outputs) {
    output.row.path = test::kept(output.row.path);
    output.row.source = test::kept(output.row.source);
    output.row.name = &*names.insert(*output.row.name).first;
  }
  return batch;
}

void FragileCache::settle() {
  if (!last_) return;
  cache_->commit(*last_);
  settled_.push_back(*std::move(last_));
  last_.reset();
}

bool run_troubled(World& world, FragileCache& cache, const Options& options, Trouble& trouble, Fault fault) {
  world.disk.hook = [&trouble](const std::string& what, const std::string& path) { trouble.step(what, path); };
  cache.trouble = &trouble;
  try {
    run_with(world, cache, 1, options);
  } catch (const Error&) {
    // The program says it and ends: what counts is what it leaves behind.
  }
  world.disk.hook = nullptr;
  cache.trouble = nullptr;
  if (fault == Fault::names_undone) world.disk.lose_unsynced(FakeDisk::Loss::undone);
  if (fault == Fault::bytes_emptied) world.disk.lose_unsynced(FakeDisk::Loss::emptied);
  if (fault == Fault::commit_undone) cache.undo();
  return trouble.struck();
}

}  // namespace thumbs
