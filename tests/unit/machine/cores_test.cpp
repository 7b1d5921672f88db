// Cores and memory from fake trees of /proc and /sys.
#include "machine/cores.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/temp_folder.h"

namespace thumbs::machine {
namespace {

using Files = std::vector<std::pair<const char*, const char*>>;

struct Case {
  const char* name;
  Files files;
  std::uint64_t expected;
};

constexpr const char* k_v2_mount = "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

void put_all(const TempFolder& root, const Files& files) {
  for (const auto& [path, text] : files) root.put(path, text);
}

// All with an affinity of 16.
const Case k_core_cases[] = {
    {"nothing is there", {}, 16},
    {"v2, no limit",
     {{"proc/self/cgroup", "0::/a\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/a/cpu.max", "max 100000\n"}},
     16},
    {"v2, own group",
     {{"proc/self/cgroup", "0::/a/b\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/a/b/cpu.max", "200000 100000\n"}},
     2},
    {"v2, a fraction is rounded up",
     {{"proc/self/cgroup", "0::/a\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/a/cpu.max", "250001 100000\n"}},
     3},
    {"v2, less than a core is one",
     {{"proc/self/cgroup", "0::/a\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/a/cpu.max", "1000 100000\n"}},
     1},
    {"v2, more than affinity allows",
     {{"proc/self/cgroup", "0::/a\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/a/cpu.max", "9000000 100000\n"}},
     16},
    {"v2, a quota beyond an int",
     {{"proc/self/cgroup", "0::/a\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/a/cpu.max", "18446744073709551615 1\n"}},
     16},
    {"v2, the grandparent has the least",
     {{"proc/self/cgroup", "0::/a/b/c\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/a/b/c/cpu.max", "800000 100000\n"},
      {"sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
      {"sys/fs/cgroup/a/cpu.max", "300000 100000\n"}},
     3},
    {"v2, a sibling does not count",
     {{"proc/self/cgroup", "0::/a\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/b/cpu.max", "100000 100000\n"},
      {"sys/fs/cgroup/a/b/cpu.max", "100000 100000\n"}},
     16},
    {"v2, without mountinfo", {{"proc/self/cgroup", "0::/a\n"}, {"sys/fs/cgroup/a/cpu.max", "200000 100000\n"}}, 2},
    {"v2, a container whose group is the mount itself",
     {{"proc/self/cgroup", "0::/docker/abc\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/cpu.max", "150000 100000\n"}},
     2},
    {"v2, a container that sees its own group as the root",
     {{"proc/self/cgroup", "0::/\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/cpu.max", "400000 100000\n"}},
     4},
    {"v2, only a part of the hierarchy is mounted",
     {{"proc/self/cgroup", "0::/docker/abc/x\n"},
      {"proc/self/mountinfo", "30 24 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n"},
      {"sys/fs/cgroup/x/cpu.max", "500000 100000\n"},
      {"sys/fs/cgroup/docker/abc/x/cpu.max", "100000 100000\n"}},
     5},
    {"v2, a mounted part of a similar name",
     {{"proc/self/cgroup", "0::/docker/abcdef\n"},
      {"proc/self/mountinfo", "30 24 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n"},
      {"sys/fs/cgroup/def/cpu.max", "100000 100000\n"},
      {"sys/fs/cgroup/cpu.max", "600000 100000\n"}},
     6},
    {"v2, a group outside of what this process may see",
     {{"proc/self/cgroup", "0::/../../other\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/other/cpu.max", "100000 100000\n"},
      {"sys/fs/cgroup/cpu.max", "700000 100000\n"}},
     7},
    {"v2, mounted at an unusual place with a blank",
     {{"proc/self/cgroup", "0::/a\n"},
      {"proc/self/mountinfo", "30 24 0:26 / /my\\040groups rw - cgroup2 cgroup rw\n"},
      {"my groups/a/cpu.max", "200000 100000\n"},
      {"sys/fs/cgroup/a/cpu.max", "100000 100000\n"}},
     2},
    {"v2, malformed files set no limit",
     {{"proc/self/cgroup", "0::/a/b/c/d/e/f\nrubbish\n::\n7\n"},
      {"proc/self/mountinfo", "rubbish\n1 2 3 4 5 -\n- - - -\n\n30 24 0:26 / /sys/fs/cgroup rw - cgroup2 c rw\n"},
      {"sys/fs/cgroup/a/cpu.max", "100000\n"},
      {"sys/fs/cgroup/a/b/cpu.max", "-100000 100000\n"},
      {"sys/fs/cgroup/a/b/c/cpu.max", "100000 0\n"},
      {"sys/fs/cgroup/a/b/c/d/cpu.max", "100000x 100000\n"},
      {"sys/fs/cgroup/a/b/c/d/e/cpu.max", ""},
      {"sys/fs/cgroup/a/b/c/d/e/f/cpu.max", "1 2 3\n"}},
     16},
    {"v1, own group and ancestors",
     {{"proc/self/cgroup", "5:memory:/x\n4:cpu,cpuacct:/a/b\n1:name=systemd:/a\n"},
      {"proc/self/mountinfo", "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"},
      {"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1\n"},
      {"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n"},
      {"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "350000\n"},
      {"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n"}},
     4},
    {"v1, cpuacct alone is another controller",
     {{"proc/self/cgroup", "4:cpuacct:/b\n3:cpu:/a\n"},
      {"proc/self/mountinfo",
       "33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n"
       "34 31 0:31 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"},
      {"sys/fs/cgroup/cpu/b/cpu.cfs_quota_us", "100000\n"},
      {"sys/fs/cgroup/cpu/b/cpu.cfs_period_us", "100000\n"},
      {"sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "100000\n"},
      {"sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "50000\n"}},
     2},
    {"v1, without mountinfo, at the usual places",
     {{"proc/self/cgroup", "4:cpu,cpuacct:/a\n"},
      {"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "200000\n"},
      {"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n"}},
     2},
    {"v1, a container whose group is the mount itself",
     {{"proc/self/cgroup", "4:cpu,cpuacct:/docker/abc\n"},
      {"proc/self/mountinfo", "33 31 0:30 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"},
      {"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "300000\n"},
      {"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"}},
     3},
    {"v1, a quota without a period",
     {{"proc/self/cgroup", "4:cpu:/\n"}, {"sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000\n"}},
     16},
    {"both, the lesser counts",
     {{"proc/self/cgroup", "4:cpu:/a\n0::/b\n"},
      {"proc/self/mountinfo",
       "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
       "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"},
      {"sys/fs/cgroup/unified/b/cpu.max", "500000 100000\n"},
      {"sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "600000\n"},
      {"sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n"}},
     5},
};

TEST(CoresTest, QuotasOfTheWholeHierarchyCount) {
  for (const Case& c : k_core_cases) {
    SCOPED_TRACE(c.name);
    const TempFolder root;
    put_all(root, c.files);
    EXPECT_EQ(usable_cores(root.path(), 16), static_cast<int>(c.expected));
  }
}

TEST(CoresTest, AffinityAloneLimitsToo) {
  const TempFolder root;
  EXPECT_EQ(usable_cores(root.path(), 3), 3);
  EXPECT_EQ(usable_cores(root.path()), affinity_cores());
  EXPECT_GE(affinity_cores(), 1);
}

TEST(CoresTest, TheRealMachineHasSome) {
  EXPECT_GE(usable_cores(), 1);
  EXPECT_LE(usable_cores(), affinity_cores());
  EXPECT_GT(usable_memory(), 1U << 20);
}

constexpr const char* k_meminfo = "MemTotal:        8000000 kB\nMemFree:          100 kB\n";
constexpr std::uint64_t k_machine = 8'000'000ULL * 1024;

const Case k_memory_cases[] = {
    {"the machine alone", {{"proc/meminfo", k_meminfo}}, k_machine},
    {"v2, an ancestor has the least",
     {{"proc/meminfo", k_meminfo},
      {"proc/self/cgroup", "0::/a/b\n"},
      {"proc/self/mountinfo", k_v2_mount},
      {"sys/fs/cgroup/a/b/memory.max", "max\n"},
      {"sys/fs/cgroup/a/memory.max", "536870912\n"}},
     536870912},
    {"v2, more than the machine has",
     {{"proc/meminfo", k_meminfo}, {"proc/self/cgroup", "0::/\n"}, {"sys/fs/cgroup/memory.max", "99999999999999\n"}},
     k_machine},
    {"v1, unlimited is a huge number",
     {{"proc/meminfo", k_meminfo},
      {"proc/self/cgroup", "4:memory:/a\n"},
      {"sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n"}},
     k_machine},
    {"v1, own group",
     {{"proc/meminfo", k_meminfo},
      {"proc/self/cgroup", "4:memory:/a/b\n"},
      {"sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "1073741824\n"},
      {"sys/fs/cgroup/memory/a/memory.limit_in_bytes", "2147483648\n"}},
     1073741824},
    {"malformed limits",
     {{"proc/meminfo", k_meminfo},
      {"proc/self/cgroup", "4:memory:/a\n0::/b\n"},
      {"sys/fs/cgroup/memory/a/memory.limit_in_bytes", "-1\n"},
      {"sys/fs/cgroup/b/memory.max", "lots\n"},
      {"sys/fs/cgroup/memory.max", "0\n"}},
     k_machine},
};

TEST(CoresTest, MemoryLimitsOfTheWholeHierarchyCount) {
  for (const Case& c : k_memory_cases) {
    SCOPED_TRACE(c.name);
    const TempFolder root;
    put_all(root, c.files);
    EXPECT_EQ(usable_memory(root.path()), c.expected);
  }
}

TEST(CoresTest, WithoutMeminfoTheKernelIsAsked) {
  const TempFolder root;
  EXPECT_GT(usable_memory(root.path()), 1U << 20);
  root.put("proc/meminfo", "MemTotal: much kB\n");
  EXPECT_GT(usable_memory(root.path()), 1U << 20);
  root.put("proc/meminfo", "MemTotal:");
  EXPECT_GT(usable_memory(root.path()), 1U << 20);
}

}  // namespace
}  // namespace thumbs::machine
