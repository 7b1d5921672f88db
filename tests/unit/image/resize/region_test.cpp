// A region of a picture is resized as if it were a picture of its own.
#include <gtest/gtest.h>

#include <string>

#include "image/colour/colour.h"
#include "image/resize/linear_light.h"
#include "image/resize/resize.h"
#include "image/resize/row_resize.h"
#include "support/pictures.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

constexpr Size k_stored{61, 47};
constexpr Region k_region{7, 5, {40, 33}};

/// The samples of the region, which must begin and end at whole samples.
Picture cut_out(const Picture& picture, Region region) {
  Picture cut = without_planes(picture);
  cut.width = region.size.width;
  cut.height = region.size.height;
  for (const Plane& plane : picture.planes)
    cut.planes.push_back(
        test::make_plane(region.size.width, region.size.height, plane.bytes_per_sample,
                         [&](int x, int y) { return test::sample(plane, x + region.x, y + region.y); }));
  return cut;
}

Geometry geometry_for(Size upright, Fit fit) {
  Variant v;
  v.width = upright.width * 3 / 7;
  v.height = upright.height / 3;
  v.fit = fit;
  v.position = Position::bottom_right;
  v.without_enlargement = false;
  if (fit == Fit::outside) v.width = upright.width, v.height.reset();  // its own size
  return fit_geometry(upright, ResolvedVariant(v));
}

Picture by_rows(const Picture& picture, Orientation o, const Geometry& g, Kernel kernel) {
  RowResize rows(o, g, kernel, ChromaGrid::full);
  rows.begin(picture);
  for (std::size_t i = 0; i < picture.planes.size(); ++i) rows.take(i, picture.planes[i]);
  return rows.result();
}

TEST(ResizeOfARegion, EqualsThatOfThePictureCutOutBefore) {
  for (const bool alpha : {false, true}) {
    Picture picture = test::make_picture(alpha ? ColourModel::rgb : ColourModel::grey, k_stored.width, k_stored.height,
                                         test::texture(8), alpha);
    if (alpha) premultiply(picture);
    const Picture cut = cut_out(picture, k_region);
    for (int exif = 1; exif <= 8; ++exif) {
      const Orientation o = orientation_from_exif(exif);
      const Region part = upright_region(k_region, k_stored, o);
      for (const Kernel kernel : test::k_kernels) {
        for (const Fit fit : {Fit::fill, Fit::cover, Fit::outside}) {
          SCOPED_TRACE("orientation " + std::to_string(exif) + " kernel " + std::to_string(static_cast<int>(kernel)) +
                       " fit " + std::to_string(static_cast<int>(fit)) + (alpha ? " alpha" : ""));
          const Geometry plain = geometry_for(part.size, fit);
          Geometry within = plain;
          within.region = part;
          const auto expected = test::samples_of(resize(cut, o, plain, kernel, ChromaGrid::full));
          EXPECT_EQ(test::samples_of(resize(picture, o, within, kernel, ChromaGrid::full)), expected);
          EXPECT_EQ(test::samples_of(by_rows(picture, o, within, kernel)), expected);
          EXPECT_EQ(test::samples_of(resize_in_light(picture, o, within, kernel, nullptr)),
                    test::samples_of(resize_in_light(cut, o, plain, kernel, nullptr)));
        }
      }
    }
  }
}

TEST(ResizeOfARegion, HalvedChromaStaysInItsPlace) {
  // A ramp: where a sample is taken shows in its value.
  const auto ramp = [](int, double x, double y) { return x * 2 + y; };
  const Picture fine = test::make_picture(ColourModel::ycbcr, 64, 48, ramp, false, 1, 1);
  const Picture coarse = test::make_picture(ColourModel::ycbcr, 64, 48, ramp, false, 2, 2);
  Geometry g = geometry_for({40, 33}, Fit::fill);
  g.region = Region{7, 5, {40, 33}};
  const Picture a = resize(fine, {}, g, Kernel::linear, ChromaGrid::full);
  const Picture b = resize(coarse, {}, g, Kernel::linear, ChromaGrid::full);
  for (std::size_t plane = 1; plane < 3; ++plane)
    for (int y = 1; y + 1 < g.crop.height; ++y)
      for (int x = 1; x + 1 < g.crop.width; ++x)
        ASSERT_NEAR(test::sample(a.planes[plane], x, y), test::sample(b.planes[plane], x, y), 1) << x << "," << y;
}

TEST(ResizeOfARegion, IsUprightWhereThePictureIs) {
  // Each pixel of a small picture has a number of its own.
  const Plane plane = test::make_plane(5, 4, 1, [](int x, int y) { return 10 * y + x; });
  const Region region{1, 1, {3, 2}};
  for (int exif = 1; exif <= 8; ++exif) {
    SCOPED_TRACE(exif);
    const Orientation o = orientation_from_exif(exif);
    const Region part = upright_region(region, {5, 4}, o);
    const Plane turned = test::oriented(plane, o);
    const Plane cut = test::make_plane(3, 2, 1, [&](int x, int y) { return test::sample(plane, x + 1, y + 1); });
    const Plane expected = test::oriented(cut, o);
    ASSERT_EQ(part.size, (Size{expected.width, expected.height}));
    for (int y = 0; y < part.size.height; ++y)
      for (int x = 0; x < part.size.width; ++x)
        EXPECT_EQ(test::sample(turned, x + part.x, y + part.y), test::sample(expected, x, y));
  }
}

}  // namespace
}  // namespace thumbs::image
