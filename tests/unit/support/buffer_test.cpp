#include "support/buffer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

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
