// `effort` of JPEG: plain files at 0, smaller files of about the same quality from 1 on.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "image/codec/codec.h"
#include "image/codec/jpeg/jpeg.h"
#include "support/pictures.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::make_picture;

Picture decode(const Bytes& bytes) {
  MemorySource source(bytes);
  return open_picture(source, Limits{})->decode({1}, FailOn::warning);
}

double mean_square(const Plane& a, const Plane& b) {
  double sum = 0;
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x) sum += std::pow(a.row<std::uint8_t>(y)[x] - b.row<std::uint8_t>(y)[x], 2);
  return sum / a.width / a.height;
}

int count_markers(const Bytes& bytes, int code) {
  int count = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i)
    if (bytes[i] == std::byte{0xFF} && bytes[i + 1] == static_cast<std::byte>(code)) ++count;
  return count;
}

/// The same coefficients with the best Huffman tables, as `jpegtran -optimize` writes them.
Bytes optimised(const Bytes& bytes) {
  jpeg_error_mgr errors{};
  jpeg_decompress_struct in{};
  in.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&in);
  jpeg_mem_src(&in, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&in, TRUE);
  jvirt_barray_ptr* arrays = jpeg_read_coefficients(&in);
  jpeg_compress_struct out{};
  out.err = &errors;
  jpeg_create_compress(&out);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&out, &data, &size);
  jpeg_copy_critical_parameters(&in, &out);
  out.optimize_coding = TRUE;
  if (in.progressive_mode) jpeg_simple_progression(&out);
  jpeg_write_coefficients(&out, arrays);
  jpeg_finish_compress(&out);
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  Bytes result(begin, begin + size);
  jpeg_destroy_compress(&out);
  jpeg_destroy_decompress(&in);
  std::free(data);
  return result;
}

/// Smooth shapes, edges and some grain, like a photograph's.
test::Pattern scene() {
  return [grain = test::texture(7)](int c, double x, double y) {
    const double shape = 70 * std::sin(x / 9 + c) * std::cos(y / 13) + (std::hypot(x - 40, y - 30) < 22 ? 40 : 0);
    return 110 + shape + (grain(c, x, y) - 90) / (x > 50 ? 3 : 20);
  };
}

struct Case {
  const char* title;
  ColourModel model;
  int width, height, chroma_x, chroma_y;
};

const Case k_cases[] = {
    {"grey", ColourModel::grey, 120, 90, 1, 1},
    {"4:2:0", ColourModel::ycbcr, 128, 96, 2, 2},
    {"4:2:2", ColourModel::ycbcr, 128, 96, 2, 1},
    {"4:4:0", ColourModel::ycbcr, 128, 96, 1, 2},
    {"4:4:4", ColourModel::ycbcr, 128, 96, 1, 1},
    {"4:2:0, odd: padding to the right and below", ColourModel::ycbcr, 131, 97, 2, 2},
    {"4:2:2, odd", ColourModel::ycbcr, 131, 97, 2, 1},
    {"RGB", ColourModel::rgb, 97, 61, 1, 1},
    {"1×1 grey", ColourModel::grey, 1, 1, 1, 1},
    {"1×1 4:2:0", ColourModel::ycbcr, 1, 1, 2, 2},
    {"a line", ColourModel::ycbcr, 300, 1, 2, 2},
    {"a column", ColourModel::rgb, 1, 300, 1, 1},
};

Picture picture_of(const Case& c) {
  return make_picture(c.model, c.width, c.height, scene(), false, c.chroma_x, c.chroma_y);
}

TEST(JpegEffort, FilesAreNoLargerThanOptimisedOnesAndHoldNearlyAsMuch) {
  for (const Case& c : k_cases) {
    const Picture in = picture_of(c);
    for (const int quality : {1, 30, 75, 90, 100}) {
      for (const bool progressive : {false, true}) {
        for (const int effort : {1, 5, 9}) {
          SCOPED_TRACE(std::string(c.title) + " quality " + std::to_string(quality) +
                       (progressive ? " progressive" : "") + " effort " + std::to_string(effort));
          Variant settings;
          settings.quality = quality;
          settings.progressive = progressive;
          settings.effort = 0;
          const Bytes plain = encode_jpeg(in, settings);
          settings.effort = effort;
          const Bytes bytes = encode_jpeg(in, settings);
          EXPECT_EQ(bytes, encode_jpeg(in, settings));
          EXPECT_LE(bytes.size(), optimised(plain).size());
          const Picture out = decode(bytes), expected = decode(plain);
          ASSERT_EQ(out.planes.size(), expected.planes.size());
          EXPECT_EQ(out.width, in.width);
          EXPECT_EQ(out.height, in.height);
          if (c.model == ColourModel::rgb) continue;  // no planes to compare with
          for (std::size_t p = 0; p < out.planes.size(); ++p)
            EXPECT_LE(mean_square(out.planes[p], in.planes[p]),
                      2.5 * mean_square(expected.planes[p], in.planes[p]) + 1);
        }
      }
    }
  }
}

TEST(JpegEffort, SavesMoreThanTenPercentOnAScene) {
  const Picture in = make_picture(ColourModel::ycbcr, 128, 96, scene(), false, 2, 2);
  for (const int quality : {50, 75, 85}) {
    Variant settings;
    settings.quality = quality;
    const std::size_t trellis = encode_jpeg(in, settings).size();
    settings.effort = 0;
    EXPECT_LT(trellis * 10, optimised(encode_jpeg(in, settings)).size() * 9) << quality;
  }
}

TEST(JpegEffort, ZeroIsWhatLibjpegWrites) {
  struct Sampled {
    const char* title;
    int x, y;
  };
  for (const Sampled& s : {Sampled{"4:2:0", 2, 2}, Sampled{"4:2:2", 2, 1}, Sampled{"4:4:4", 1, 1}}) {
    for (const int quality : {1, 75, 100}) {
      SCOPED_TRACE(std::string(s.title) + " quality " + std::to_string(quality));
      test::JpegRecipe recipe;
      recipe.width = 64;
      recipe.height = 48;
      recipe.sampling = {{s.x, s.y}, {1, 1}, {1, 1}};
      recipe.quality = quality;
      Variant settings;
      settings.effort = 0;
      settings.quality = quality;
      EXPECT_EQ(encode_jpeg(make_picture(ColourModel::ycbcr, 64, 48, scene(), false, s.x, s.y), settings),
                make_jpeg(recipe, scene()));
    }
  }
}

TEST(JpegEffort, LargePicturesAreLeftPlainBelowSeven) {
  const Picture in = make_picture(ColourModel::grey, 513, 512, scene());
  Variant settings;
  settings.effort = 0;
  const Bytes plain = encode_jpeg(in, settings);
  settings.effort = 6;
  EXPECT_EQ(encode_jpeg(in, settings), plain);
  settings.effort = 7;
  EXPECT_LT(encode_jpeg(in, settings).size(), plain.size());
}

TEST(JpegEffort, TablesComeInOneSegmentEach) {
  const Bytes bytes = encode_jpeg(make_picture(ColourModel::ycbcr, 128, 96, scene(), false, 2, 2), Variant{});
  EXPECT_EQ(count_markers(bytes, 0xDB), 1);
  EXPECT_EQ(count_markers(bytes, 0xC4), 1);
}

TEST(JpegEffort, RgbBecomesTheYCbCrThatLibjpegMakesOfIt) {
  const Picture in = make_picture(ColourModel::rgb, 67, 45, test::gradient(67, 45));
  for (const auto chroma : {ChromaSubsampling::s420, ChromaSubsampling::s422, ChromaSubsampling::s444}) {
    Variant settings;
    settings.quality = 100;
    settings.chroma_subsampling = chroma;
    const Picture ours = decode(encode_jpeg(in, settings));
    settings.effort = 0;
    const Picture theirs = decode(encode_jpeg(in, settings));
    for (std::size_t p = 0; p < 3; ++p) {
      ASSERT_EQ(ours.planes[p].width, theirs.planes[p].width);
      EXPECT_LT(mean_square(ours.planes[p], theirs.planes[p]), 0.7) << p;
    }
  }
}

}  // namespace
}  // namespace thumbs::image
