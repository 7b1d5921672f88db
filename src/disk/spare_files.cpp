// Last in, first out: the latest is the one whose inode is most likely in memory.
#include "disk/spare_files.h"

#include <iterator>
#include <utility>

namespace thumbs::disk {
namespace {

constexpr std::size_t k_most_files = 2048;  // of 16 KiB at most; a run has two batches of 512 on the way
constexpr std::uint64_t k_block = 4096;

std::uint64_t blocks_of(std::uint64_t size) { return (size + k_block - 1) / k_block; }

}  // namespace

bool SpareFiles::add(const OldFile& file, std::string path) {
  const std::lock_guard lock(mutex_);
  if (count_ == k_most_files) return false;
  waiting_[{file.traits, blocks_of(file.size)}].push_back(std::move(path));
  ++count_;
  return true;
}

std::vector<std::string> SpareFiles::waiting() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  for (const auto& [kind, files] : waiting_) paths.push_back(files.back());
  return paths;
}

void SpareFiles::synced() {
  const std::lock_guard lock(mutex_);
  for (auto& [kind, files] : waiting_) {
    std::vector<std::string>& ready = ready_[kind];
    ready.insert(ready.end(), std::make_move_iterator(files.begin()), std::make_move_iterator(files.end()));
  }
  waiting_.clear();
}

std::optional<std::string> SpareFiles::take(const FileTraits& traits, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  auto kind = ready_.upper_bound({traits, blocks_of(size)});
  if (kind == ready_.begin() || (--kind)->first.traits != traits) return std::nullopt;
  std::string path = std::move(kind->second.back());
  kind->second.pop_back();
  if (kind->second.empty()) ready_.erase(kind);
  --count_;
  return path;
}

std::vector<std::string> SpareFiles::take_all() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  for (Pool* const pool : {&waiting_, &ready_})
    for (auto& [kind, files] : std::exchange(*pool, {}))
      paths.insert(paths.end(), std::make_move_iterator(files.begin()), std::make_move_iterator(files.end()));
  count_ = 0;
  return paths;
}

}  // namespace thumbs::disk
