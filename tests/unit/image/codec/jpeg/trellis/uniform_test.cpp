// Uniform areas keep the DC of plain quantisation at every effort and quality, also beside edges.
#include <gtest/gtest.h>
#include <jpeglib.h>

#include <cmath>
#include <cstdlib>

#include "image/codec/codec.h"
#include "image/codec/jpeg/jpeg.h"
#include "support/pictures.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::make_picture;

/// One component's coefficients, 64 a block, as libjpeg reads them.
struct Blocks {
  int columns = 0;
  int rows = 0;
  std::vector<JCOEF> values;

  const JCOEF* at(int x, int y) const { return &values[static_cast<std::size_t>(y * columns + x) * 64]; }
};

std::vector<Blocks> blocks_of(const Bytes& bytes) {
  jpeg_error_mgr errors{};
  jpeg_decompress_struct jpeg{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  jvirt_barray_ptr* arrays = jpeg_read_coefficients(&jpeg);
  std::vector<Blocks> components;
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& info = jpeg.comp_info[c];
    Blocks& blocks = components.emplace_back();
    blocks.columns = static_cast<int>(info.width_in_blocks);
    blocks.rows = static_cast<int>(info.height_in_blocks);
    for (JDIMENSION y = 0; y < info.height_in_blocks; ++y) {
      JBLOCKARRAY row = jpeg.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&jpeg), arrays[c], y, 1, FALSE);
      for (JDIMENSION x = 0; x < info.width_in_blocks; ++x)
        blocks.values.insert(blocks.values.end(), row[0][x], row[0][x] + 64);
    }
  }
  jpeg_destroy_decompress(&jpeg);
  return components;
}

/// A page of one colour and on it a square with grain, off the grid of blocks.
constexpr int k_side = 80;
bool on_square(double x, double y) { return x > 28 && x < 53 && y > 19 && y < 45; }

test::Pattern product_on(std::array<int, 3> page) {
  return [page, grain = test::texture(3)](int c, double x, double y) {
    return on_square(x, y) ? grain(c, x, y) : page[static_cast<std::size_t>(c)];
  };
}

/// Whether a block of `scale` × `scale` samples (8 for luma, 16 for chroma at half) lies on the page alone.
bool on_page(int x, int y, int across, int down) {
  const bool beside = (x + 1) * across <= 28 || x * across >= 54;
  const bool above = (y + 1) * down <= 19 || y * down >= 46;
  return beside || above;
}

int expect_plain_pages(const Bytes& bytes, const Bytes& plain) {
  const std::vector<Blocks> ours = blocks_of(bytes), expected = blocks_of(plain);
  int pages = 0;
  EXPECT_EQ(ours.size(), expected.size());
  for (std::size_t c = 0; c < ours.size(); ++c) {
    const int across = 8 * ((expected[0].columns + 1) / expected[c].columns);
    const int down = 8 * ((expected[0].rows + 1) / expected[c].rows);
    for (int y = 0; y < expected[c].rows; ++y) {
      for (int x = 0; x < expected[c].columns; ++x) {
        if (!on_page(x, y, across, down)) continue;
        ++pages;
        for (int k = 0; k < 64; ++k)
          EXPECT_EQ(ours[c].at(x, y)[k], expected[c].at(x, y)[k]) << "component " << c << " block " << x << "," << y;
      }
    }
  }
  return pages;
}

struct Case {
  const char* title;
  ColourModel model;
  ChromaSubsampling chroma;
  int chroma_x, chroma_y;  ///< of the planes
};

const Case k_cases[] = {
    {"grey", ColourModel::grey, ChromaSubsampling::s420, 1, 1},
    {"planes 4:2:0", ColourModel::ycbcr, ChromaSubsampling::s420, 2, 2},
    {"planes 4:2:2", ColourModel::ycbcr, ChromaSubsampling::s422, 2, 1},
    {"planes 4:4:4", ColourModel::ycbcr, ChromaSubsampling::s444, 1, 1},
    {"RGB 4:2:0", ColourModel::rgb, ChromaSubsampling::s420, 1, 1},
    {"RGB 4:2:2", ColourModel::rgb, ChromaSubsampling::s422, 1, 1},
    {"RGB 4:4:4", ColourModel::rgb, ChromaSubsampling::s444, 1, 1},
};

constexpr std::array<int, 3> k_pages[] = {{255, 255, 255}, {0, 0, 0},       {254, 254, 254}, {128, 128, 128},
                                          {255, 128, 128}, {250, 245, 231}, {12, 200, 99},   {243, 243, 244},
                                          {1, 254, 130},   {90, 17, 211}};

Variant settings_of(const Case& c, int quality, int effort, bool progressive) {
  Variant settings;
  settings.quality = quality;
  settings.effort = effort;
  settings.progressive = progressive;
  settings.chroma_subsampling = c.chroma;
  return settings;
}

TEST(JpegUniform, EveryEffortKeepsAPageAsPlainQuantisationHasIt) {
  for (const Case& c : k_cases) {
    for (int quality = 1; quality <= 100; ++quality) {
      // Each quality has another few of the pages; over all of them each is seen ten times and more.
      for (std::size_t p = static_cast<std::size_t>(quality) % 3; p < std::size(k_pages); p += 3) {
        SCOPED_TRACE(std::string(c.title) + " quality " + std::to_string(quality) + " page " + std::to_string(p));
        const Picture in = make_picture(c.model, k_side, k_side, product_on(k_pages[p]), false, c.chroma_x, c.chroma_y);
        const Bytes plain = encode_jpeg(in, settings_of(c, quality, 0, false));
        const int effort = 1 + (quality + static_cast<int>(p)) % 9;
        const Bytes bytes = encode_jpeg(in, settings_of(c, quality, effort, quality % 2 == 0));
        EXPECT_GT(expect_plain_pages(bytes, plain), 20);
        if (HasFailure()) return;
      }
    }
  }
}

/// All 256 levels in squares of two blocks: chains of DCs in which every step would save bits.
TEST(JpegUniform, EveryLevelKeepsItsDc) {
  const auto levels = [](int, double x, double y) { return static_cast<int>(x / 16) + static_cast<int>(y / 16) * 16; };
  const Picture in = make_picture(ColourModel::grey, 256, 256, levels);
  for (int quality = 1; quality <= 100; ++quality) {
    SCOPED_TRACE("quality " + std::to_string(quality));
    Variant settings;
    settings.quality = quality;
    settings.effort = 0;
    const std::vector<Blocks> plain = blocks_of(encode_jpeg(in, settings));
    settings.effort = 4;
    const std::vector<Blocks> ours = blocks_of(encode_jpeg(in, settings));
    EXPECT_EQ(ours[0].values, plain[0].values);
  }
}

/// Squares of a chroma block each, of colours from all over the cube.
TEST(JpegUniform, EveryColourIsTheSameAtEveryEffort) {
  const auto colours = [](int c, double x, double y) {
    const unsigned square = static_cast<unsigned>(x) / 16 + static_cast<unsigned>(y) / 16 * 16;
    return c == 0 ? square : (square * (c == 1 ? 2654435761U : 40503U) >> 8) & 255;
  };
  const Picture in = make_picture(ColourModel::rgb, 256, 256, colours);
  for (const Case& c : k_cases) {
    if (c.model != ColourModel::rgb) continue;
    for (int quality = 1; quality <= 100; ++quality) {
      SCOPED_TRACE(std::string(c.title) + " quality " + std::to_string(quality));
      const std::vector<Blocks> plain = blocks_of(encode_jpeg(in, settings_of(c, quality, 0, false)));
      const std::vector<Blocks> ours = blocks_of(encode_jpeg(in, settings_of(c, quality, 4, true)));
      for (std::size_t p = 0; p < 3; ++p) ASSERT_EQ(ours[p].values, plain[p].values) << p;
    }
  }
}

TEST(JpegUniform, AWhitePageIsWhiteAfterDecoding) {
  const Picture in = make_picture(ColourModel::ycbcr, k_side, k_side, product_on({255, 128, 128}), false, 2, 2);
  for (int quality = 20; quality <= 100; ++quality) {
    Variant settings;
    settings.quality = quality;
    const Bytes bytes = encode_jpeg(in, settings);
    settings.effort = 0;
    const Bytes plain = encode_jpeg(in, settings);
    MemorySource source(bytes), plain_source(plain);
    const Picture ours = open_picture(source, Limits{})->decode({1}, FailOn::warning);
    const Picture expected = open_picture(plain_source, Limits{})->decode({1}, FailOn::warning);
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < k_side; ++x)
        ASSERT_EQ(ours.planes[0].row<std::uint8_t>(y)[x], expected.planes[0].row<std::uint8_t>(y)[x]) << quality;
  }
}

}  // namespace
}  // namespace thumbs::image
