// Which files are asked for ahead of their turn, and that nothing is where files come at once.
#include "disk/read_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

#include "parallel/parallel.h"
#include "support/fake_disk.h"

namespace thumbs::disk {
namespace {

constexpr std::uint64_t k_never_slow = std::numeric_limits<std::uint32_t>::max();  // bytes; by them, 8 s are fast

std::string name_of(std::size_t i) { return std::to_string(1000 + i); }

std::vector<std::string> names(std::size_t first, std::size_t end) {
  std::vector<std::string> all;
  for (std::size_t i = first; i < end; ++i) all.push_back(name_of(i));
  return all;
}

void read_slowly(ReadAhead& ahead, std::size_t at) {
  const std::uint64_t bytes = 0;
  const ReadAhead::Turn turn(ahead, at, bytes);
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void read_fast(ReadAhead& ahead, std::size_t at) { const ReadAhead::Turn turn(ahead, at, k_never_slow); }

TEST(ReadAhead, AsksForNothingWhereFilesComeAtOnce) {
  const FakeDisk disk;
  ReadAhead ahead(disk, 100, name_of);
  for (std::size_t i = 0; i < 100; ++i) read_fast(ahead, i);
  EXPECT_EQ(disk.asked_ahead(), names(0, 0));
}

TEST(ReadAhead, ASlowFileAsksForThoseAfterTheNext) {
  const FakeDisk disk;
  ReadAhead ahead(disk, 100, name_of);
  read_slowly(ahead, 0);
  EXPECT_EQ(disk.asked_ahead(), names(0, 0)) << "not before the next turn";
  read_fast(ahead, 1);
  EXPECT_EQ(disk.asked_ahead(), names(2, 34));
  read_fast(ahead, 2);
  EXPECT_EQ(disk.asked_ahead(), names(2, 35));
}

TEST(ReadAhead, EachFileIsAskedForOnceAndNoneBehindTheEnd) {
  const FakeDisk disk;
  ReadAhead ahead(disk, 100, name_of);
  for (const std::size_t i : {0U, 2U, 1U, 3U}) read_slowly(ahead, i);
  for (std::size_t i = 4; i < 100; ++i) read_fast(ahead, i);
  EXPECT_EQ(disk.asked_ahead(), names(3, 100));
}

TEST(ReadAhead, StopsOnceFilesComeAtOnceAgain) {
  const FakeDisk disk;
  ReadAhead ahead(disk, 1000, name_of);
  read_slowly(ahead, 0);
  for (std::size_t i = 1; i < 1000; ++i) read_fast(ahead, i);
  EXPECT_EQ(disk.asked_ahead(), names(2, 2 + 256));
}

TEST(ReadAhead, FromManyThreadsEachFileIsAskedForOnce) {
  const FakeDisk disk;
  ReadAhead ahead(disk, 300, name_of);
  parallel::for_each_index(300, [&](std::size_t i) { read_slowly(ahead, i); });
  std::vector<std::string> asked = disk.asked_ahead();
  EXPECT_GT(asked.size(), 0U);
  EXPECT_EQ(std::ranges::adjacent_find(asked), asked.end());
}

}  // namespace
}  // namespace thumbs::disk
