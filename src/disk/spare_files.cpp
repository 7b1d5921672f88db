// Two maps by kind: those that wait for a sync, and those that are ready.
#include "disk/spare_files.h"

#include <utility>

#include "disk/write_over.h"

namespace thumbs::disk {
namespace {

constexpr std::size_t k_most_files = 2048;  // of 16 KiB at most; a run has two batches of 512 on the way

}  // namespace

bool SpareFiles::add(const OldFile& file, std::string path) {
  const std::lock_guard lock(mutex_);
  if (closed_ || waiting_.size() + ready_.size() == k_most_files) return false;
  waiting_.emplace(Kind{file.traits, file.size}, std::move(path));
  return true;
}

std::size_t SpareFiles::count() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size() + ready_.size();
}

std::vector<std::string> SpareFiles::waiting() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  const FileTraits* last = nullptr;
  for (const auto& [kind, path] : waiting_) {
    if (last == nullptr || *last != kind.traits) paths.push_back(path);
    last = &kind.traits;
  }
  return paths;
}

void SpareFiles::synced() {
  const std::lock_guard lock(mutex_);
  ready_.merge(waiting_);
}

std::optional<std::string> SpareFiles::take(const FileTraits& traits, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  const auto fits = [&](Pool::iterator file) {
    return file->first.traits == traits && blocks_of(file->first.size) <= blocks_of(size);
  };
  auto file = ready_.lower_bound({traits, size});
  if (file == ready_.end() || !fits(file)) {
    if (file == ready_.begin() || !fits(--file)) return std::nullopt;
  }
  std::string path = std::move(file->second);
  ready_.erase(file);
  return path;
}

std::vector<std::string> SpareFiles::take_all() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  for (Pool* const pool : {&waiting_, &ready_})
    for (auto& [kind, path] : std::exchange(*pool, {})) paths.push_back(std::move(path));
  return paths;
}

void SpareFiles::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

}  // namespace thumbs::disk
