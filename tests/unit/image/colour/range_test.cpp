// Sample tables against H.273's equations in double precision.
#include "image/colour/range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace thumbs::image {
namespace {

TEST(Range, TablesRoundTheEquations) {
  for (const int bits : {8, 10, 12}) {
    for (const bool limited : {false, true}) {
      const double scale = 1 << (bits - 8), most = (1 << bits) - 1;
      const RangeTable luma = luma_table(bits, limited), chroma = chroma_table(bits, limited);
      ASSERT_EQ(luma.size(), std::size_t{1} << bits);
      for (int v = 0; v < 1 << bits; ++v) {
        const double light = limited ? (v - 16 * scale) / (219 * scale) : v / most;
        const double colour = (v - 128 * scale) / (limited ? 224 * scale : most);
        EXPECT_NEAR(luma[static_cast<std::size_t>(v)], std::clamp(255 * light, 0.0, 255.0), 0.501) << bits << " " << v;
        EXPECT_NEAR(chroma[static_cast<std::size_t>(v)], std::clamp(255 * colour + 128, 0.0, 255.0), 0.501)
            << bits << " " << v;
      }
    }
  }
}

TEST(Range, FullRangeBytesStay) {
  for (int v = 0; v < 256; ++v) {
    EXPECT_EQ(luma_table(8, false)[static_cast<std::size_t>(v)], v);
    EXPECT_EQ(chroma_table(8, false)[static_cast<std::size_t>(v)], v);
  }
}

}  // namespace
}  // namespace thumbs::image
