// Dominant colours, and placeholders held against bytes that the published description of ThumbHash gives in double
// precision.
#include "image/look.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace thumbs::image {
namespace {

using Rgba = std::array<int, 4>;
using Painter = std::function<Rgba(int x, int y)>;

Picture painted(int width, int height, const Painter& painter, bool alpha = true) {
  Picture picture;
  picture.width = width;
  picture.height = height;
  picture.alpha = alpha;
  for (std::size_t c = 0; c < (alpha ? 4U : 3U); ++c) {
    Plane& plane = picture.planes.emplace_back(width, height, 1);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) plane.row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(painter(x, y)[c]);
  }
  return picture;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes)
    for (const int digit : {byte >> 4, byte & 15}) text += "0123456789abcdef"[digit];
  return text;
}

Painter one_colour(Rgba colour) {
  return [=](int, int) { return colour; };
}

struct Vector {
  const char* name;
  int width, height;
  Painter painter;
  const char* hash;
  std::size_t exact_digits;  ///< what follows are terms that are zero but for rounding
};

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> k_vectors{
      {"landscape", 100, 75,
       [](int x, int y) {
         return Rgba{x * 255 / 99, y * 255 / 74, x * y % 256, 255};
       },
       "1f080a2d9a7076777077777777677777908009f877", 10},
      {"portrait with alpha", 40, 100,
       [](int x, int y) {
         return Rgba{200, y * 2, x * 6, x >= 10 ? 255 : x * 20};
       },
       "64c88642102db1908978884f8387f87620648788887788", 12},
      {"a line", 1, 100,
       [](int, int y) {
         return Rgba{y * 2, 255 - y * 2, 128, 255};
       },
       "e08741012808888878888888f787870d87", 10},
      {"cells", 30, 20,
       [](int x, int y) {
         return (x / 5 + y / 5) % 2 != 0 ? Rgba{255, 255, 255, 255} : Rgba{0, 80, 160, 255};
       },
       "29b6050d8078787857480888888882778708788870", 10},
      {"one colour", 8, 8, one_colour({210, 30, 60, 255}), "d969030700", 10},
      {"nothing to see", 10, 10, one_colour({9, 9, 9, 0}), "00088205000000000000000000000000000000000000000000", 50},
  };
  return k_vectors;
}

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// Terms of a symmetric picture are zero but for rounding, which lies between two levels: there one up is as good.
TEST(ThumbHash, IsWhatItsDescriptionSays) {
  for (const Vector& vector : vectors()) {
    const PictureLook look = look_of(painted(vector.width, vector.height, vector.painter));
    const std::string hash = hex(look.hash());
    const std::string expected = vector.hash;
    EXPECT_EQ(hash.substr(0, vector.exact_digits), expected.substr(0, vector.exact_digits))
        << vector.name << " " << hash;
    for (std::size_t i = vector.exact_digits; i < expected.size(); ++i)
      EXPECT_LE(std::abs(digit(hash[i]) - digit(expected[i])), 1) << vector.name << " " << hash << " at " << i;
  }
}

TEST(ThumbHash, AnOpaquePictureIsOneWithoutAlpha) {
  const Painter painter = [](int x, int y) { return Rgba{x * 2, y * 2, 40, 255}; };
  EXPECT_EQ(look_of(painted(90, 60, painter, true)), look_of(painted(90, 60, painter, false)));
}

TEST(ThumbHash, TakesAtMost25Bytes) {
  for (const auto& [width, height] : {std::array{100, 100}, std::array{100, 1}, std::array{1, 1}, std::array{71, 100}})
    for (const int alpha : {0, 128, 255}) {
      const PictureLook look = look_of(painted(width, height, [=](int x, int y) {
        return Rgba{x, y, 255 - x, alpha};
      }));
      EXPECT_LE(look.thumbhash_bytes, PictureLook::k_most_bytes);
      EXPECT_GE(look.thumbhash_bytes, 15) << width << "x" << height;
    }
}

TEST(DominantColour, IsOfWhatIsMost) {
  using Colour = std::array<std::uint8_t, 3>;
  struct Case {
    const char* name;
    Painter painter;
    Colour colour;
  };
  const std::vector<Case> cases{
      {"one colour", one_colour({210, 30, 61, 255}), {210, 30, 61}},
      {"white paper around a drawing",
       [](int x, int y) {
         return x > 30 && y > 30 && x < 60 && y < 60 ? Rgba{20, 40, 200, 255} : Rgba{255, 255, 255, 255};
       },
       {255, 255, 255}},
      {"noise around a colour",
       [](int x, int) {
         return Rgba{100 + x % 3, 50, 20, 255};
       },
       {101, 50, 20}},
      {"a small subject on nothing",
       [](int x, int) {
         return x < 4 ? Rgba{200, 100, 50, 255} : Rgba{0, 0, 0, 0};
       },
       {200, 100, 50}},
      {"nothing", one_colour({50, 60, 70, 0}), {0, 0, 0}},
  };
  for (const Case& c : cases) EXPECT_EQ(look_of(painted(90, 90, c.painter)).dominant_colour, c.colour) << c.name;
}

TEST(DominantColour, OfGreyIsGrey) {
  Picture grey;
  grey.width = grey.height = 4;
  grey.model = ColourModel::grey;
  Plane& plane = grey.planes.emplace_back(4, 4, 1);
  for (int y = 0; y < 4; ++y) std::fill_n(plane.row<std::uint8_t>(y), 4, std::uint8_t{77});
  EXPECT_EQ(look_of(grey).dominant_colour, (std::array<std::uint8_t, 3>{77, 77, 77}));
}

}  // namespace
}  // namespace thumbs::image
