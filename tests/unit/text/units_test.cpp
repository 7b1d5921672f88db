// How sizes and durations read.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "thumbs/text.h"

namespace thumbs::text {
namespace {

TEST(Numbers, SizesAndTimesReadWell) {
  const std::pair<std::uint64_t, std::string> sizes[] = {
      {0, "0 B"},
      {1023, "1023 B"},
      {1024, "1.0 KiB"},
      {1536, "1.5 KiB"},
      {(1 << 20) - 1, "1.0 MiB"},
      {std::uint64_t{1} << 30, "1.0 GiB"},
      {~std::uint64_t{0}, "16.0 EiB"},
  };
  for (const auto& [bytes, text] : sizes) EXPECT_EQ(size_text(bytes), text);
  const std::pair<double, std::string> times[] = {
      {0, "0.0 s"},   {-1, "0.0 s"},      {0.04, "0.0 s"},   {9.94, "9.9 s"},     {9.96, "10 s"},
      {59.4, "59 s"}, {59.6, "1:00 min"}, {125, "2:05 min"}, {3723, "1:02:03 h"},
  };
  for (const auto& [seconds, text] : times) EXPECT_EQ(duration_text(seconds), text);
}

}  // namespace
}  // namespace thumbs::text
