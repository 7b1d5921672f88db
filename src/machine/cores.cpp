// Reads limits from the affinity mask, cgroups and /proc.
#include "machine/cores.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "machine/cgroup.h"

namespace thumbs::machine {
namespace {

// A positive number. Anything else, such as "max" and "-1", sets no limit.
std::optional<std::uint64_t> positive(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value == 0) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> number_in(const std::string& file) {
  const std::string text = read_small_file(file);
  const std::vector<std::string_view> words = words_of(text);
  return words.size() == 1 ? positive(words[0]) : std::nullopt;
}

std::optional<std::uint64_t> whole_cores(std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period) {
  if (!quota || !period) return std::nullopt;
  return *quota / *period + (*quota % *period != 0 ? 1 : 0);
}

std::optional<std::uint64_t> quota_v2(const std::string& folder) {
  const std::string text = read_small_file(folder + "/cpu.max");
  const std::vector<std::string_view> words = words_of(text);
  if (words.size() != 2) return std::nullopt;
  return whole_cores(positive(words[0]), positive(words[1]));
}

std::optional<std::uint64_t> quota_v1(const std::string& folder) {
  return whole_cores(number_in(folder + "/cpu.cfs_quota_us"), number_in(folder + "/cpu.cfs_period_us"));
}

void lower(std::uint64_t& limit, std::optional<std::uint64_t> other) {
  if (other) limit = std::min(limit, *other);
}

std::uint64_t physical_memory(const std::string& root) {
  constexpr std::uint64_t k_largest_kib = std::numeric_limits<std::uint64_t>::max() / 1024;
  const std::string text = read_small_file(root + "/proc/meminfo");
  const std::vector<std::string_view> words = words_of(text);
  const auto total = std::find(words.begin(), words.end(), "MemTotal:");
  if (words.end() - total > 1) {
    const std::optional<std::uint64_t> kib = positive(total[1]);
    if (kib && *kib <= k_largest_kib) return *kib * 1024;
  }
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

struct FreeSet {
  void operator()(cpu_set_t* set) const { CPU_FREE(set); }
};

}  // namespace

// The kernel rejects masks shorter than its own, whose length it does not report.
int affinity_cores() {
  constexpr int k_most_cores = 1 << 20;
  for (int cores = 1024; cores <= k_most_cores; cores *= 2) {
    const std::unique_ptr<cpu_set_t, FreeSet> set(CPU_ALLOC(static_cast<std::size_t>(cores)));
    if (!set) break;
    const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(cores));
    if (sched_getaffinity(0, bytes, set.get()) == 0) return std::max(1, CPU_COUNT_S(bytes, set.get()));
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int usable_cores(const std::string& root, int affinity) {
  const int allowed = affinity > 0 ? affinity : affinity_cores();
  std::uint64_t cores = static_cast<std::uint64_t>(allowed);
  const CgroupFolders folders = cgroup_folders(root, "cpu");
  for (const std::string& folder : folders.v2) lower(cores, quota_v2(folder));
  for (const std::string& folder : folders.v1) lower(cores, quota_v1(folder));
  return std::max(1, static_cast<int>(cores));
}

std::uint64_t usable_memory(const std::string& root) {
  std::uint64_t bytes = physical_memory(root);
  const CgroupFolders folders = cgroup_folders(root, "memory");
  for (const std::string& folder : folders.v2) lower(bytes, number_in(folder + "/memory.max"));
  for (const std::string& folder : folders.v1) lower(bytes, number_in(folder + "/memory.limit_in_bytes"));
  return bytes;
}

}  // namespace thumbs::machine
