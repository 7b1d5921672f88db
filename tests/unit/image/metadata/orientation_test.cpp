// The orientation of an EXIF block, and 1 for every broken one.
#include "image/metadata/orientation.h"

#include <gtest/gtest.h>

#include "support/pictures.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::tiff_block;

/// Offsets into tiff_block(): the second entry of a directory at 8.
constexpr std::size_t k_offset = 4, k_count = 8, k_tag = 22, k_type = 24, k_values = 26, k_value = 30;

TEST(Exif, ReadsAllEightOrientationsInBothByteOrders) {
  for (const bool big_endian : {false, true})
    for (int orientation = 1; orientation <= 8; ++orientation)
      EXPECT_EQ(exif_orientation(tiff_block(orientation, big_endian)), orientation) << big_endian;
}

TEST(Exif, IllegalValuesAreUpright) {
  for (const int value : {0, 9, 255, 256 * 6, 65535}) EXPECT_EQ(exif_orientation(tiff_block(value)), 1) << value;
}

TEST(Exif, BrokenBlocksAreUpright) {
  struct Case {
    const char* title;
    std::size_t at;
    int value;
    int expected;
    bool readable;
  };
  const Case cases[] = {
      {"byte order of two kinds", 0, 'M', 1, false},
      {"no byte order", 0, 'X', 1, false},
      {"wrong magic number", 2, 43, 1, false},
      {"directory inside the header", k_offset, 7, 1, false},
      {"directory behind the end", k_offset, 200, 1, false},
      {"directory far behind the end", k_offset + 3, 0xFF, 1, false},
      {"no entries", k_count, 0, 1, true},
      {"more entries than fit", k_count + 1, 0xFF, 6, true},
      {"another tag", k_tag, 0x13, 1, true},
      {"type is ASCII", k_type, 2, 1, true},
      {"two values", k_values, 2, 1, true},
      {"no value", k_values, 0, 1, true},
      {"type is LONG", k_type, 4, 6, true},
      {"LONG of an illegal value", k_value + 2, 1, 6, true},  // a SHORT: the upper half does not count
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    Bytes block = tiff_block(6);
    block[c.at] = static_cast<std::byte>(c.value);
    EXPECT_EQ(exif_orientation(block), c.expected);
    EXPECT_EQ(exif_readable(block), c.readable);
  }
}

TEST(Exif, EveryPrefixIsReadWithinItsBounds) {
  for (const bool big_endian : {false, true}) {
    const Bytes block = tiff_block(6, big_endian);
    for (std::size_t size = 0; size < block.size(); ++size) {
      const Bytes prefix(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(size));
      const int expected = size >= k_value + 4 ? 6 : 1;  // as soon as its entry is whole
      EXPECT_EQ(exif_orientation(prefix), expected) << size;
    }
  }
}

}  // namespace
}  // namespace thumbs::image
