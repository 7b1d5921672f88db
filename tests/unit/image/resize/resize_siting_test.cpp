// Subsampled chroma, shrunk planes and full ones must put edges in the same place.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "image/resize/resize.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::sample;
using test::whole;

/// Three planes of the scene value(x, y), 0 to 255 over continuous coordinates in pixels: luma in full, chroma averaged
/// over sub_x × sub_y pixels (those of the last column and row beyond the picture's edge continue the scene).
Picture scene(Size size, int sub_x, int sub_y, const std::function<double(double, double)>& value) {
  Picture picture;
  picture.width = size.width;
  picture.height = size.height;
  picture.model = ColourModel::ycbcr;
  for (int i = 0; i < 3; ++i) {
    const int px = i == 0 ? 1 : sub_x;
    const int py = i == 0 ? 1 : sub_y;
    const auto mean = [=, &value](int x, int y) {
      double sum = 0;
      for (int v = 0; v < py; ++v) {
        for (int u = 0; u < px; ++u) sum += value(x * px + u + 0.5, y * py + v + 0.5);
      }
      return static_cast<int>(std::lround(sum / (px * py)));
    };
    picture.planes.push_back(
        test::make_plane((size.width + px - 1) / px, (size.height + py - 1) / py, 1, mean, px, py));
  }
  return picture;
}

/// The place of the one edge along row y, in output pixels: where a sharp step of the same area would stand.
double edge_place(const Plane& plane, int y) {
  const double left = sample(plane, 0, y);
  const double right = sample(plane, plane.width - 1, y);
  double area = 0;
  for (int x = 0; x < plane.width; ++x) area += (sample(plane, x, y) - right) / (left - right);
  return area * plane.pitch_x;
}

TEST(ResizeSiting, EdgesOfSubsampledAndFullChromaLandInTheSamePlace) {
  const struct {
    const char* name;
    int sub_x, sub_y;
  } samplings[] = {{"4:2:0", 2, 2}, {"4:2:2", 2, 1}, {"4:4:0", 1, 2}, {"4:1:1", 4, 1}};
  for (const int width : {400, 401, 403}) {
    const Size size{width, 301};
    const auto step = [](double x, double) { return x < 168 ? 30.0 : 220.0; };
    const Picture full = scene(size, 1, 1, step);
    for (const auto& s : samplings) {
      const Picture sub = scene(size, s.sub_x, s.sub_y, step);
      for (int exif = 1; exif <= 4; ++exif) {
        for (const ChromaGrid grid : {ChromaGrid::full, ChromaGrid::half_xy}) {
          SCOPED_TRACE(std::string(s.name) + " width " + std::to_string(width) + " orientation " +
                       std::to_string(exif));
          const Orientation o = orientation_from_exif(exif);
          const Geometry g = whole({97, 73});
          const Picture a = resize(full, o, g, Kernel::lanczos3, grid);
          const Picture b = resize(sub, o, g, Kernel::lanczos3, grid);
          const double place = o.mirror_x ? 97 - 168 * 97.0 / width : 168 * 97.0 / width;
          EXPECT_NEAR(edge_place(a.planes[0], 30), place, 0.03);
          EXPECT_NEAR(edge_place(a.planes[1], 30), place, 0.06);
          EXPECT_NEAR(edge_place(b.planes[1], 30), edge_place(a.planes[1], 30), 0.06);
        }
      }
    }
  }
}

TEST(ResizeSiting, GradientsOfSubsampledAndFullChromaAreEqual) {
  const auto ramp = [](double x, double y) { return 20 + x / 2 + y / 3; };
  const Size size{301, 203};
  const Picture full = scene(size, 1, 1, ramp);
  const Picture sub = scene(size, 2, 2, ramp);
  for (int exif = 1; exif <= 8; ++exif) {
    SCOPED_TRACE("orientation " + std::to_string(exif));
    const Orientation o = orientation_from_exif(exif);
    const Geometry g = whole(o.transpose ? Size{67, 99} : Size{99, 67});
    const Picture a = resize(full, o, g, Kernel::lanczos3, ChromaGrid::full);
    const Picture b = resize(sub, o, g, Kernel::lanczos3, ChromaGrid::full);
    // Away from the edges, where what is cut off differs by half a sample.
    for (int y = 6; y < g.crop.height - 6; ++y) {
      for (int x = 6; x < g.crop.width - 6; ++x) {
        ASSERT_NEAR(sample(a.planes[1], x, y), sample(b.planes[1], x, y), 1) << x << ',' << y;
      }
    }
  }
}

TEST(ResizeSiting, ShrunkPlanesLandWhereFullOnesDo) {
  const Size size{403, 299};
  const auto ramp = [](double x, double y) { return 10 + x / 3 + y / 4; };
  const Picture full = scene(size, 1, 1, ramp);
  for (const int shrink : {2, 3, 4}) {
    Picture shrunk = scene(size, shrink, shrink, ramp);
    for (int exif = 1; exif <= 8; ++exif) {
      SCOPED_TRACE("shrink " + std::to_string(shrink) + " orientation " + std::to_string(exif));
      const Geometry g = whole({50, 50});
      const Picture a = resize(full, orientation_from_exif(exif), g, Kernel::lanczos3, ChromaGrid::full);
      const Picture b = resize(shrunk, orientation_from_exif(exif), g, Kernel::lanczos3, ChromaGrid::full);
      for (int i = 5; i < 45; ++i) ASSERT_NEAR(sample(a.planes[1], i, i), sample(b.planes[1], i, i), 1);
    }
  }
}

TEST(ResizeSiting, ACropIsCutFromTheWhole) {
  const auto wave = [](double x, double y) { return 127 + 100 * std::sin(x / 9) * std::cos(y / 7); };
  const Picture in = scene({301, 203}, 2, 2, wave);
  const Geometry all = whole({150, 101});
  Geometry part = all;
  part.crop = {41, 33};
  part.crop_x = 60;
  part.crop_y = 50;
  for (int exif = 1; exif <= 4; ++exif) {
    const Picture a = resize(in, orientation_from_exif(exif), all, Kernel::mitchell, ChromaGrid::full);
    const Picture b = resize(in, orientation_from_exif(exif), part, Kernel::mitchell, ChromaGrid::full);
    for (std::size_t i = 0; i < 3; ++i) {
      for (int y = 0; y < 33; ++y) {
        for (int x = 0; x < 41; ++x) {
          // A crop's filters may be finer where its windows have no steep edge.
          ASSERT_NEAR(sample(a.planes[i], x + 60, y + 50), sample(b.planes[i], x, y), 1);
        }
      }
    }
  }
}

}  // namespace
}  // namespace thumbs::image
