// What this process may really use: cores (affinity and cgroup quota) and memory (machine and cgroup).
#pragma once

#include <cstdint>
#include <string>

namespace thumbs {

/// The cores of this process's affinity mask; at least 1.
int affinity_cores();

/// The cores that this process may use: the least of its affinity and of the CPU quota of every cgroup around it (v2's
/// cpu.max and v1's cpu.cfs_quota_us), fractions rounded up; at least 1. `root` stands before /proc and /sys, so that
/// tests can give a made-up tree; `affinity` 0 asks the kernel. What is missing or malformed sets no limit.
int usable_cores(const std::string& root = "/", int affinity = 0);

/// Bytes of memory that this process may use: the least of the machine's (/proc/meminfo) and of the limit of every
/// cgroup around it (v2's memory.max and v1's memory.limit_in_bytes). `root` as above.
std::uint64_t usable_memory(const std::string& root = "/");

}  // namespace thumbs
