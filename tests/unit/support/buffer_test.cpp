#include "support/buffer.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace thumbs {
namespace {

TEST(BufferTest, IsAlignedAndAsLargeAsAskedFor) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{1000003}}) {
    SCOPED_TRACE(size);
    const Buffer buffer(size);
    EXPECT_EQ(buffer.size(), size);
    EXPECT_EQ(buffer.bytes().size(), size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0U);
    if (size != 0) std::memset(buffer.data(), 1, size);
  }
}

TEST(BufferTest, MemoryLetGoIsUsedAgain) {
  release_kept_buffers();
  const std::byte* first = nullptr;
  {
    const Buffer buffer(300'000);
    first = buffer.data();
  }
  const Buffer again(290'000);
  EXPECT_EQ(again.data(), first);
  const Buffer other(290'000);
  EXPECT_NE(other.data(), first) << "a block serves one at a time";
}

TEST(BufferTest, SmallRequestsDoNotTakeLargeBlocks) {
  release_kept_buffers();
  const std::byte* large = nullptr;
  {
    const Buffer buffer(4'000'000);
    large = buffer.data();
  }
  const Buffer small(1000);
  EXPECT_NE(small.data(), large);
}

/// How many of `count` freed blocks the thread keeps.
std::ptrdiff_t kept_of(std::ptrdiff_t count, std::size_t size) {
  release_kept_buffers();
  std::vector<Buffer> buffers;
  std::vector<std::byte*> blocks;
  for (std::ptrdiff_t i = 0; i < count; ++i) blocks.push_back(buffers.emplace_back(size).data());
  buffers.clear();
  unsigned char resident = 0;
  return std::ranges::count_if(blocks, [&](std::byte* block) { return ::mincore(block, 1, &resident) == 0; });
}

TEST(BufferTest, AThreadKeepsNoMoreThanItMay) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "blocks are not mappings of their own there";
#endif
  constexpr std::size_t size = std::size_t{2} << 20;  // mmapped
  EXPECT_EQ(kept_of(8, size), 8);
  EXPECT_EQ(kept_of(20, size), 12) << "24 MiB";
  {
    const KeptBuffers few(3 * size + 1000);
    EXPECT_EQ(kept_of(8, size), 3);
    const KeptBuffers none(size - 1);
    EXPECT_EQ(kept_of(8, size), 0);
    std::ptrdiff_t elsewhere = 0;
    std::thread([&] { elsewhere = kept_of(8, size); }).join();
    EXPECT_EQ(elsewhere, 8) << "another thread keeps what it likes";
  }
  EXPECT_EQ(kept_of(8, size), 8);
}

TEST(BufferTest, MovesItsMemory) {
  Buffer one(100);
  const std::byte* data = one.data();
  Buffer two = std::move(one);
  EXPECT_EQ(two.data(), data);
  Buffer three;
  three = std::move(two);
  EXPECT_EQ(three.data(), data);
  EXPECT_EQ(three.size(), 100U);
}

}  // namespace
}  // namespace thumbs
