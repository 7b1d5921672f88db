// Progressive JPEGs at 1/8 from their DC scans have the same samples as libjpeg gives for the whole file; broken files
// are left to libjpeg.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <random>
#include <string>

#include "image/codec/codec.h"
#include "image/codec/jpeg/scans.h"
#include "support/jpeg_reference.h"
#include "support/pictures.h"
#include "support/rest_of.h"
#include "thumbs/error.h"
#include "unit/image/codec/damage.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::gradient;
using test::JpegRecipe;
using test::make_jpeg;
using test::PieceSource;
using test::samples_of;
using test::Sampling;
using test::texture;

constexpr Scale k_eighth{8, true};

std::uint64_t all_coefficients(const Header& header) {
  return static_cast<std::uint64_t>(header.width) * static_cast<unsigned>(header.height) * 2;
}

/// Whether an eighth of this file is had from its DC scans: what it is then said to need, before and after, is less
/// than where all scans must be looked at.
bool is_cheap(const Decoder& decoder) {
  return decoder.memory_needed(k_eighth, FailOn::truncated) < decoder.memory_needed(k_eighth, FailOn::error);
}

jpeg_scan_info scan(std::vector<int> components, int start, int end, int high, int low) {
  jpeg_scan_info info{.comps_in_scan = static_cast<int>(components.size()),
                      .component_index = {},
                      .Ss = start,
                      .Se = end,
                      .Ah = high,
                      .Al = low};
  std::copy(components.begin(), components.end(), info.component_index);
  return info;
}

struct Stored {
  const char* title;
  JpegRecipe recipe;
};

std::vector<Stored> stored() {
  const auto recipe = [](std::vector<Sampling> sampling) {
    return JpegRecipe{.width = 533, .height = 471, .sampling = std::move(sampling), .progressive = true};
  };
  std::vector<Stored> all = {
      {"4:2:0", recipe({{2, 2}})},
      {"4:2:2", recipe({{2, 1}})},
      {"4:4:0", recipe({{1, 2}})},
      {"4:4:4", recipe({})},
      {"4:1:1", recipe({{4, 1}})},
      {"4:1:0", recipe({{4, 2}})},
      {"chroma finer than luma", recipe({{1, 1}, {2, 2}})},
      {"fractional sampling", recipe({{3, 1}, {2, 1}, {1, 1}})},
      {"unlike chroma", recipe({{2, 2}, {2, 1}, {1, 2}})},
  };
  JpegRecipe odd = recipe({{2, 2}});
  odd.restart_rows = 1;
  all.push_back({"restart markers", odd});
  odd.space = JCS_GRAYSCALE;
  all.push_back({"grey", odd});
  odd.sampling.clear(), odd.space = JCS_RGB, odd.quality = 100;
  all.push_back({"RGB", odd});
  odd = recipe({{2, 2}});
  odd.quality = 3;
  all.push_back({"coarse quantisers", odd});
  odd = recipe({{2, 2}});
  odd.restart_rows = 2;
  odd.scans = {scan({0}, 0, 0, 0, 3),  scan({1, 2}, 0, 0, 0, 0), scan({0}, 1, 63, 0, 0), scan({0}, 0, 0, 3, 2),
               scan({1}, 1, 63, 0, 0), scan({0}, 0, 0, 2, 1),    scan({2}, 1, 63, 0, 0), scan({0}, 0, 0, 1, 0)};
  all.push_back({"scans of their own, refined bit by bit, some behind AC scans", odd});
  odd.scans = {scan({0, 1, 2}, 0, 0, 0, 2), scan({1}, 0, 0, 2, 1), scan({0, 2}, 0, 0, 2, 1),
               scan({0}, 0, 0, 1, 0),       scan({1}, 0, 0, 1, 0), scan({2}, 0, 0, 1, 0)};
  all.push_back({"no AC scan", odd});
  odd.scans = {scan({0, 1, 2}, 0, 0, 0, 1), scan({0}, 1, 5, 0, 0)};
  all.push_back({"never refined", odd});
  return all;
}

TEST(JpegDc, ScansAloneGiveWhatLibjpegMakesOfTheWholeFile) {
  for (const Stored& entry : stored()) {
    SCOPED_TRACE(entry.title);
    for (const auto& pattern : {texture(), gradient(533, 471), test::checkerboard(8)}) {
      const Bytes bytes = make_jpeg(entry.recipe, pattern);
      const auto expected = test::dc_reference(bytes);
      ASSERT_TRUE(expected);
      MemorySource whole(bytes);
      PieceSource pieces(bytes, 7);
      for (ByteSource* source : {static_cast<ByteSource*>(&whole), static_cast<ByteSource*>(&pieces)}) {
        const auto decoder = open_picture(*source, Limits{});
        EXPECT_TRUE(is_cheap(*decoder));
        EXPECT_EQ(samples_of(decoder->decode(k_eighth, FailOn::truncated)), *expected);
        EXPECT_EQ(samples_of(decoder->decode(k_eighth, FailOn::none)), *expected);
        EXPECT_TRUE(is_cheap(*decoder)) << "it was not done by DC scans";
        EXPECT_TRUE(decoder->warnings().empty());
        // The plain path.
        EXPECT_EQ(samples_of(decoder->decode(k_eighth, FailOn::error)), *expected);
      }
    }
  }
}

TEST(JpegDc, PlanesCoverThePictureAtTheirPitch) {
  for (const Stored& entry : stored()) {
    SCOPED_TRACE(entry.title);
    const Bytes bytes = make_jpeg(entry.recipe, texture());
    MemorySource source(bytes);
    const auto decoder = open_picture(source, Limits{});
    const Picture fast = decoder->decode(k_eighth, FailOn::truncated);
    const Picture plain = decoder->decode(k_eighth, FailOn::error);
    ASSERT_EQ(fast.planes.size(), plain.planes.size());
    EXPECT_EQ(fast.model, plain.model);
    for (std::size_t c = 0; c < fast.planes.size(); ++c) {
      EXPECT_EQ(fast.planes[c].pitch_x, plain.planes[c].pitch_x);
      EXPECT_EQ(fast.planes[c].pitch_y, plain.planes[c].pitch_y);
      EXPECT_EQ(fast.planes[c].width, plain.planes[c].width);
      EXPECT_EQ(fast.planes[c].height, plain.planes[c].height);
    }
  }
}

TEST(JpegDc, FineChromaKeepsTheScansThatItNeeds) {
  std::vector<Stored> entries = stored();
  for (const J_COLOR_SPACE space : {JCS_CMYK, JCS_YCCK}) {
    JpegRecipe recipe{.width = 133, .height = 71, .space = space, .progressive = true};
    entries.push_back({space == JCS_CMYK ? "CMYK" : "YCCK", recipe});
    recipe.sampling = {{2, 2}, {1, 1}, {1, 1}, {2, 2}};
    entries.push_back({"subsampled", recipe});
  }
  for (const Stored& entry : entries) {
    SCOPED_TRACE(entry.title);
    const Bytes bytes = make_jpeg(entry.recipe, texture());
    PieceSource source(bytes, 100);
    const auto decoder = open_picture(source, Limits{});
    for (const Scale scale : {Scale{8}, k_eighth})
      EXPECT_EQ(samples_of(decoder->decode(scale, FailOn::truncated)),
                samples_of(decoder->decode(scale, FailOn::error)));
  }
}

TEST(JpegDc, ChromaIsAsCoarseAsAskedInBaselineFilesToo) {
  for (Stored& entry : stored()) {
    SCOPED_TRACE(entry.title);
    if (!entry.recipe.scans.empty()) continue;
    const Bytes progressive = make_jpeg(entry.recipe, texture());
    entry.recipe.progressive = false;
    const Bytes baseline = make_jpeg(entry.recipe, texture());
    MemorySource one(progressive), other(baseline);
    const auto one_decoder = open_picture(one, Limits{}), other_decoder = open_picture(other, Limits{});
    const Picture whole = other_decoder->decode({1}, FailOn::warning);
    for (const int shrink : {1, 2, 4, 8}) {
      SCOPED_TRACE(shrink);
      for (const bool coarse : {false, true}) {
        const Scale scale{shrink, coarse};
        const Picture picture = other_decoder->decode(scale, FailOn::warning);
        EXPECT_EQ(samples_of(one_decoder->decode(scale, FailOn::truncated)), samples_of(picture));
        for (std::size_t c = 0; c < picture.planes.size(); ++c) {
          const Plane& plane = picture.planes[c];
          EXPECT_EQ(plane.width, std::ceil(533 / plane.pitch_x));
          EXPECT_EQ(plane.height, std::ceil(471 / plane.pitch_y));
          if (coarse) {
            EXPECT_EQ(plane.pitch_x, shrink * whole.planes[c].pitch_x);
            EXPECT_EQ(plane.pitch_y, shrink * whole.planes[c].pitch_y);
          }
        }
      }
    }
  }
}

TEST(JpegDc, ATruncatedFileIsTruncatedWhereverItEnds) {
  const Bytes bytes = make_jpeg({.width = 64, .height = 48, .sampling = {{2, 2}}, .progressive = true}, texture());
  for (std::size_t size = 700; size < bytes.size(); size += 3) {
    SCOPED_TRACE(size);
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    MemorySource source(cut);
    try {
      open_picture(source, Limits{})->decode(k_eighth, FailOn::truncated);
      ADD_FAILURE() << "a picture";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::truncated);
    }
  }
}

TEST(JpegDc, ADamagedFileThatNeedsMoreMemorySaysSoBeforeItTakesIt) {
  Bytes bytes = make_jpeg({.width = 800, .height = 600, .progressive = true}, texture());
  MemorySource source(bytes);
  const JpegScans scans = list_scans(source);
  const auto middle = static_cast<std::size_t>((scans.list.front().begin + scans.list.front().end) / 2);
  bytes[middle] = std::byte{0xFF}, bytes[middle + 1] = std::byte{0xD3};
  source.rewind();
  const auto decoder = open_picture(source, Limits{});
  const std::uint64_t promised = decoder->memory_needed(k_eighth, FailOn::truncated);
  try {
    decoder->decode(k_eighth, FailOn::truncated, promised);
    ADD_FAILURE() << "a picture";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::memory);
  }
  const std::uint64_t needed = decoder->memory_needed(k_eighth, FailOn::truncated);
  EXPECT_GT(needed, all_coefficients(decoder->header()));
  EXPECT_EQ(samples_of(decoder->decode(k_eighth, FailOn::truncated, needed)), test::dc_reference(bytes));
}

// ---- Differential ----

TEST(JpegDc, AgreesWithLibjpegOnWhatIsBroken) {
  constexpr unsigned k_seed = 20;
  std::mt19937 random(k_seed);
  std::vector<Bytes> seeds;
  for (Stored& entry : stored()) {
    entry.recipe.width = 85, entry.recipe.height = 61;
    seeds.push_back(make_jpeg(entry.recipe, texture()));
  }
  for (int round = 0; round < 6000; ++round) {
    SCOPED_TRACE("seed " + std::to_string(k_seed) + ", round " + std::to_string(round));
    Bytes bytes = seeds[random() % seeds.size()];
    test::damage(bytes, random);
    EXPECT_EQ(test::dc_difference(bytes), "");
    if (testing::Test::HasFailure()) return;
  }
}

TEST(JpegDc, AgreesWithLibjpegOnTheCorpus) {
  const char* folder = std::getenv("THUMBS_CORPUS");
  if (folder == nullptr || *folder == '\0') GTEST_SKIP() << "THUMBS_CORPUS is not set";
  std::ifstream index(std::string(folder) + "/INDEX.tsv");
  int seen = 0;
  for (std::string line; std::getline(index, line);) {
    if (line.find("\tjpeg\t") == line.npos || line.find("progressive") == line.npos) continue;
    const std::string path = line.substr(0, line.find('\t'));
    SCOPED_TRACE(path);
    std::ifstream file(std::string(folder) + "/" + path, std::ios::binary);
    const std::string text = test::rest_of(file);
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    const Bytes bytes(begin, begin + text.size());
    EXPECT_EQ(test::dc_difference(bytes), "");
    if (line.find("\tok\t") == line.npos || line.find("n4") != line.npos) continue;
    MemorySource source(bytes);
    const auto decoder = open_picture(source, Limits{});
    decoder->decode(k_eighth, FailOn::truncated);
    const bool large = decoder->header().width > 800;
    EXPECT_TRUE(!large || is_cheap(*decoder)) << "not by DC scans";
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace thumbs::image
