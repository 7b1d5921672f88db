// Hashing many files: which come out, and that a slow disk is asked ahead.
#include "scan/inspect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "support/fake_disk.h"

namespace thumbs::scan {
namespace {

TEST(ReadContents, HashesEachFileAndReadsAheadWhereTheDiskIsSlow) {
  for (const bool slow : {false, true}) {
    FakeDisk disk;
    std::vector<std::string> paths;
    for (int i = 0; i < 200; ++i) paths.push_back("in/" + std::to_string(100 + i));
    for (const std::string& path : paths) disk.put(path, "of " + path);
    paths.emplace_back("in/missing");
    disk.tick(FakeDisk::k_second);
    if (slow)
      disk.hook = [](const std::string& operation, const std::string&) {
        if (operation == "read") std::this_thread::sleep_for(std::chrono::milliseconds(1));
      };
    std::uint64_t last = 0;
    const ReadContents read = read_contents(
        disk, paths, [&](std::uint64_t done, std::uint64_t) { last = done; }, [] { return false; });
    for (std::size_t i = 0; i < 200; ++i) {
      ASSERT_TRUE(read.contents[i]) << paths[i];
      EXPECT_EQ(read.contents[i]->hash, hash_text("of " + paths[i]));
    }
    EXPECT_FALSE(read.contents.back());
    EXPECT_EQ(last, paths.size());
    if (!slow) continue;
    const std::vector<std::string> asked = disk.asked_ahead();
    EXPECT_GE(asked.size(), 60U) << "with some 100 threads";
    EXPECT_EQ(std::ranges::adjacent_find(asked), asked.end());
  }
}

}  // namespace
}  // namespace thumbs::scan
