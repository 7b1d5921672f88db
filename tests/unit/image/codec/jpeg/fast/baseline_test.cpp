// The fast decoder for baseline JPEGs gives the same samples as libjpeg at every scale and on every instruction set,
// and leaves broken files to libjpeg.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "image/codec/jpeg/fast/fast.h"
#include "image/codec/jpeg/session.h"
#include "image/resize/targets.h"
#include "support/jpeg_reference.h"
#include "support/pictures.h"
#include "support/rest_of.h"
#include "unit/image/codec/damage.h"
#include "unit/image/resize/restore_target.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::JpegRecipe;
using test::LibjpegSource;
using test::make_jpeg;
using test::samples_of;
using test::Sampling;
using test::texture;

struct Outcome {
  std::vector<unsigned> samples;
  std::vector<std::string> warnings;
  int error = -1;  ///< an ErrorCode
  bool operator==(const Outcome&) const = default;
};

Outcome decode(ByteSource& source, Scale scale, FailOn fail_on) {
  Outcome outcome;
  Limits limits;
  limits.input_pixels = 1 << 27;
  limits.seconds = 0;
  try {
    const auto decoder = open_picture(source, limits);
    outcome.samples = samples_of(decoder->decode(scale, fail_on));
    outcome.warnings = decoder->warnings();
  } catch (const Error& error) {
    outcome.error = static_cast<int>(error.code());
  }
  return outcome;
}

/// Whether decode_baseline() does this file.
bool is_ours(const Bytes& bytes, Scale scale) {
  MemorySource source(bytes);
  Warnings warnings;
  JpegSession session(source, warnings);
  session.read_header();
  jpeg_decompress_struct& jpeg = session.handle();
  if (!is_plain_baseline(jpeg)) return false;
  Picture picture;
  const int lines = jpeg.max_v_samp_factor * DCTSIZE;
  const int rows = (static_cast<int>(jpeg.image_height) + lines - 1) / lines;
  const int size = DCTSIZE / scale.shrink;
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& info = jpeg.comp_info[c];
    picture.planes.emplace_back(static_cast<int>(info.width_in_blocks) * size, rows * info.v_samp_factor * size, 1,
                                scale.shrink * static_cast<double>(jpeg.max_h_samp_factor) / info.h_samp_factor);
  }
  return decode_baseline(jpeg, session.rest(), {&picture, 1}, CpuLimit(0));
}

struct Stored {
  const char* title;
  JpegRecipe recipe;
};

std::vector<Stored> stored() {
  const auto recipe = [](std::vector<Sampling> sampling, int quality = 90) {
    return JpegRecipe{.width = 533, .height = 271, .sampling = std::move(sampling), .quality = quality};
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
      {"the coarsest quantisers", recipe({{2, 2}}, 1)},
      {"coarse quantisers", recipe({{2, 2}}, 10)},
      {"the finest quantisers", recipe({}, 100)},
  };
  JpegRecipe other = recipe({{2, 2}});
  other.restart_rows = 1;
  all.push_back({"restart markers", other});
  other.space = JCS_GRAYSCALE;
  all.push_back({"grey, with sampling factors that mean nothing", other});
  other.sampling.clear();
  all.push_back({"grey", other});
  other.space = JCS_RGB, other.quality = 100;
  all.push_back({"RGB", other});
  for (const auto& [width, height] : {std::pair{1, 1}, {8, 8}, {16, 16}, {17, 15}, {129, 7}, {7, 300}, {64, 64}}) {
    other = recipe({{2, 2}});
    other.width = width, other.height = height;
    all.push_back({"of another size", other});
  }
  return all;
}

std::vector<Scale> scales() {
  std::vector<Scale> all;
  for (const int shrink : {1, 2, 4, 8})
    for (const bool coarse : {false, true}) all.push_back({shrink, coarse});
  return all;
}

/// Noise, at the last fills blocks to their last coefficient.
test::Pattern noise() {
  return [](int x, int y, int plane) {
    std::minstd_rand random(static_cast<unsigned>(x * 7919 + y * 104729 + plane * 31 + 1));
    random.discard(3);
    return static_cast<int>(random() >> 8 & 255);
  };
}

void expect_same(const Bytes& bytes, Scale scale, FailOn fail_on) {
  MemorySource ours(bytes);
  LibjpegSource theirs(bytes);
  const Outcome expected = decode(theirs, scale, fail_on);
  EXPECT_TRUE(decode(ours, scale, fail_on) == expected);
}

TEST(JpegBaseline, GivesTheSamplesOfLibjpegAtEveryScale) {
  for (const Stored& entry : stored()) {
    SCOPED_TRACE(entry.title);
    for (const auto& pattern : {texture(), test::gradient(533, 271), test::checkerboard(8), noise()}) {
      const Bytes bytes = make_jpeg(entry.recipe, pattern);
      for (const Scale scale : scales()) {
        SCOPED_TRACE(std::to_string(scale.shrink) + (scale.coarse_chroma ? ", coarse chroma" : ""));
        EXPECT_TRUE(is_ours(bytes, scale)) << "it was left to libjpeg";
        expect_same(bytes, scale, FailOn::warning);
        if (HasFailure()) return;
      }
    }
  }
}

TEST(JpegBaseline, EveryInstructionSetGivesTheSameSamples) {
  const test::RestoreTarget restore;
  for (const ResizeTarget& target : resize_targets()) {
    SCOPED_TRACE(target.name);
    use_resize_target(target);
    for (const Stored& entry : stored()) {
      SCOPED_TRACE(entry.title);
      const Bytes bytes = make_jpeg(entry.recipe, texture());
      for (const Scale scale : scales()) expect_same(bytes, scale, FailOn::warning);
    }
  }
}

TEST(JpegBaseline, OneDecoderServesAllScales) {
  const Bytes bytes = make_jpeg({.width = 133, .height = 99, .sampling = {{2, 2}}}, texture());
  MemorySource ours(bytes);
  LibjpegSource theirs(bytes);
  const auto our_decoder = open_picture(ours, Limits{}), their_decoder = open_picture(theirs, Limits{});
  for (const Scale scale : scales()) {
    const Picture picture = our_decoder->decode(scale, FailOn::truncated);
    const Picture expected = their_decoder->decode(scale, FailOn::truncated);
    EXPECT_EQ(samples_of(picture), samples_of(expected));
    for (std::size_t c = 0; c < picture.planes.size(); ++c) {
      EXPECT_EQ(picture.planes[c].pitch_x, expected.planes[c].pitch_x);
      EXPECT_EQ(picture.planes[c].pitch_y, expected.planes[c].pitch_y);
    }
  }
  EXPECT_TRUE(our_decoder->warnings().empty());
}

TEST(JpegBaseline, OnePassGivesAllScalesAsOneEachDoes) {
  for (const Stored& entry : stored()) {
    SCOPED_TRACE(entry.title);
    const Bytes bytes = make_jpeg(entry.recipe, texture());
    MemorySource source(bytes);
    const auto decoder = open_picture(source, Limits{});
    const std::vector<Scale> all = scales();
    const std::vector<Picture> together = decoder->decode_together(all, FailOn::truncated);
    ASSERT_EQ(together.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      EXPECT_EQ(samples_of(together[i]), samples_of(decoder->decode(all[i], FailOn::truncated)));
  }
}

TEST(JpegBaseline, WhatIsBrokenIsNotDoneTogether) {
  Bytes bytes = make_jpeg({.sampling = {{2, 2}}}, texture());
  bytes.resize(bytes.size() / 2);
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  EXPECT_TRUE(decoder->decode_together(scales(), FailOn::none).empty());
  for (const Scale scale : scales()) {
    LibjpegSource theirs(bytes);
    EXPECT_EQ(samples_of(decoder->decode(scale, FailOn::none)), decode(theirs, scale, FailOn::none).samples);
  }
}

TEST(JpegBaseline, WhatItDoesNotKnowIsLeftToLibjpeg) {
  JpegRecipe progressive{.progressive = true}, arithmetic{.arithmetic = true}, cmyk{.space = JCS_CMYK};
  JpegRecipe scans{};
  scans.scans = {{.comps_in_scan = 1, .component_index = {0}, .Ss = 0, .Se = 63, .Ah = 0, .Al = 0},
                 {.comps_in_scan = 2, .component_index = {1, 2}, .Ss = 0, .Se = 63, .Ah = 0, .Al = 0}};
  for (const JpegRecipe& recipe : {progressive, arithmetic, cmyk, scans}) {
    const Bytes bytes = make_jpeg(recipe, texture());
    EXPECT_FALSE(is_ours(bytes, {2}));
    for (const Scale scale : scales()) expect_same(bytes, scale, FailOn::truncated);
  }
}

TEST(JpegBaseline, FillBytesAndWhatFollowsEoiAreNoFaults) {
  Bytes bytes = make_jpeg({.sampling = {{2, 2}}}, texture());
  bytes.insert(bytes.end() - 2, {std::byte{0xFF}, std::byte{0xFF}});
  EXPECT_TRUE(is_ours(bytes, {2}));
  expect_same(bytes, {2}, FailOn::warning);
  bytes.insert(bytes.end(), 1000, std::byte{0xD8});
  EXPECT_TRUE(is_ours(bytes, {2}));
  expect_same(bytes, {2}, FailOn::warning);
}

TEST(JpegBaseline, ATruncatedFileIsTruncatedWhereverItEnds) {
  const Bytes bytes = make_jpeg({.sampling = {{2, 2}}, .quality = 75}, texture());
  for (std::size_t size = 600; size < bytes.size(); ++size) {
    SCOPED_TRACE(size);
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    for (const FailOn fail_on : {FailOn::none, FailOn::truncated}) expect_same(cut, {2, true}, fail_on);
  }
}

TEST(JpegBaseline, AgreesWithLibjpegOnWhatIsBroken) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  std::vector<Bytes> seeds;
  for (Stored& entry : stored()) {
    entry.recipe.width = std::min(entry.recipe.width, 85);
    entry.recipe.height = std::min(entry.recipe.height, 61);
    seeds.push_back(make_jpeg(entry.recipe, texture()));
  }
  for (int round = 0; round < 4000; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    Bytes bytes = seeds[random() % seeds.size()];
    test::damage(bytes, random);
    expect_same(bytes, scales()[random() % 8], static_cast<FailOn>(random() % 4));
    if (HasFailure()) return;
  }
}

TEST(JpegBaseline, AgreesWithLibjpegOnTheCorpus) {
  const char* folder = std::getenv("THUMBS_CORPUS");
  if (folder == nullptr || *folder == '\0') GTEST_SKIP() << "THUMBS_CORPUS is not set";
  std::ifstream index(std::string(folder) + "/INDEX.tsv");
  std::size_t seen = 0;
  for (std::string line; std::getline(index, line);) {
    if (line.find("\tjpeg\t") == line.npos || line.find("progressive") != line.npos) continue;
    const std::string path = line.substr(0, line.find('\t'));
    SCOPED_TRACE(path);
    std::ifstream file(std::string(folder) + "/" + path, std::ios::binary);
    const std::string text = test::rest_of(file);
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    const Bytes bytes(begin, begin + text.size());
    // Large ones at one scale each.
    const std::vector<Scale> all = scales();
    for (std::size_t i = 0; i < all.size(); ++i)
      if (bytes.size() < 60'000 || i == seen % all.size()) expect_same(bytes, all[i], FailOn::truncated);
    ++seen;
  }
  EXPECT_GT(seen, 0U);
}

}  // namespace
}  // namespace thumbs::image
