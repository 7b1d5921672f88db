// The cores and the memory that this process may use.
#pragma once

#include <cstdint>
#include <string>

namespace thumbs::machine {

/// The number of cores in this process's affinity mask; at least 1.
int affinity_cores();

/// The number of cores that this process may use: the minimum of its affinity and the CPU quotas of its cgroup and all
/// ancestors (v2: cpu.max, v1: cpu.cfs_quota_us), rounded up; at least 1. `affinity` 0 reads the affinity mask; `root`
/// is the prefix of /proc and /sys, for tests. Missing and malformed files set no limit.
int usable_cores(const std::string& root = "/", int affinity = 0);

/// The memory that this process may use, in bytes: the minimum of the machine's (/proc/meminfo) and the limits of its
/// cgroup and all ancestors (v2: memory.max, v1: memory.limit_in_bytes). `root` as above.
std::uint64_t usable_memory(const std::string& root = "/");

}  // namespace thumbs::machine
