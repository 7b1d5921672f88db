// Every step of the work on a picture ends early if its CPU time is used up or the run is to stop.
#include "unit/image/codec/given_up.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/jpeg/jpeg.h"
#include "image/codec/png/png.h"
#include "image/colour/colour.h"
#include "image/colour/icc.h"
#include "image/crop_choice.h"
#include "image/resize/kernel.h"
#include "image/resize/linear_light.h"
#include "image/resize/resize.h"
#include "image/resize/row_resize.h"
#include "image/resize/sharpen.h"
#include "support/built_formats.h"
#include "support/containers.h"

namespace thumbs::image {
namespace {

using test::decode_step;
using test::Given;
using test::given;
using test::Step;

constexpr int k_side = test::k_given_up_side;

Geometry geometry_to(int side) {
  Geometry g;
  g.resized = g.crop = g.canvas = {side, side};
  return g;
}

Given premultiplied() {
  const Given picture = given(ColourModel::rgb, true);
  premultiply(*picture);
  return picture;
}

void by_rows(const Picture& picture) {
  RowResize rows({}, geometry_to(3 * k_side), Kernel::lanczos3, ChromaGrid::full);
  rows.begin(picture);
  for (std::size_t p = 0; p < picture.planes.size(); ++p) rows.take(p, picture.planes[p]);
  rows.result();
}

void choose(const Picture& picture) {
  Geometry g = geometry_to(k_side);
  g.crop.width = g.canvas.width = k_side / 2;
  with_crop_chosen(picture, {}, g, Position::attention, nullptr);
}

void make_wide_filter() {
  AxisSpec spec;
  spec.full = spec.samples = 100;
  spec.resized = spec.outputs = 1 << 20;
  make_filter(spec);
}

std::vector<Step> steps_of_the_resize() {
  const Given in = given(ColourModel::rgb), alpha = premultiplied();
  const auto resized = [](Given from, int side, Kernel kernel, Orientation o = {}) {
    return [=] { resize(*from, o, geometry_to(side), kernel, ChromaGrid::full); };
  };
  const Orientation turned{.transpose = true, .mirror_x = true, .mirror_y = false};
  return {
      {"shrink", resized(in, k_side / 2, Kernel::lanczos3)},
      {"enlarge", resized(in, 2 * k_side, Kernel::lanczos3)},
      {"transpose", resized(in, 2 * k_side, Kernel::cubic, turned)},
      {"copy", resized(in, k_side, Kernel::lanczos3)},
      {"nearest", resized(in, 2 * k_side, Kernel::nearest)},
      {"alpha", resized(alpha, k_side / 2, Kernel::lanczos3)},
      {"rows", [=] { by_rows(*in); }},
      {"light", [=] { resize_in_light(*in, {}, geometry_to(k_side / 2), Kernel::lanczos3, nullptr); }},
      {"choice", [=] { choose(*in); }},
      {"sharpen", [sharpened = given(ColourModel::rgb)] { sharpen(*sharpened, 1); }},
      {"filter", make_wide_filter},
  };
}

std::vector<Step> steps_of_colours() {
  ColourSpace colours;
  colours.encoding = ColourEncoding{};
  colours.encoding->curve = TransferCurve::power;
  colours.encoding->exponent = 1.8;
  const auto to_srgb = conversion_to_srgb(colours, ColourModel::rgb, 8).to_srgb;
  Geometry wide = geometry_to(k_side);
  wide.canvas = {2 * k_side, 2 * k_side};
  const Given alpha = premultiplied();
  return {
      {"premultiply", [in = given(ColourModel::rgb, true)] { premultiply(*in); }},
      {"unpremultiply", [=] { unpremultiply(*alpha); }},
      {"flatten",
       [=] {
         flatten(*alpha, {1, 2, 3, 255});
       }},
      {"pad", [=, in = given(ColourModel::rgb)] { pad(std::move(*in), wide, {}, false); }},
      {"to_rgb", [in = given(ColourModel::ycbcr)] { to_rgb(std::move(*in)); }},
      {"to_srgb", [=, in = given(ColourModel::rgb)] { to_srgb->apply(*in); }},
  };
}

std::vector<Step> steps_of_encoders() {
  const auto jpeg = [](ColourModel model, int effort, bool progressive) {
    Variant v = test::given_up_settings(OutputFormat::jpeg, effort);
    v.progressive = progressive;
    return [=, in = given(model)] { encode_jpeg(*in, v); };
  };
  return {
      {"jpeg", jpeg(ColourModel::rgb, 0, false)},
      {"progressive jpeg", jpeg(ColourModel::rgb, 0, true)},
      {"jpeg of planes", jpeg(ColourModel::ycbcr, 0, false)},
      {"jpeg with trellis", jpeg(ColourModel::rgb, 9, false)},
      {"progressive jpeg with trellis", jpeg(ColourModel::ycbcr, 9, true)},
      {"png", [in = given(ColourModel::rgb)] { encode_png(*in, test::given_up_settings(OutputFormat::png)); }},
  };
}

std::vector<Step> all_steps() {
  std::vector<Step> all;
  for (const std::vector<Step>& some : {steps_of_the_resize(), steps_of_colours(), steps_of_encoders()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

/// Of the formats that are only read; SVG's is in its own tests.
std::vector<Step> decodes_of_the_others() {
  const test::Bytes pixels(static_cast<std::size_t>(k_side) * k_side * 3, std::byte{7});
  std::vector<Step> steps = {
      decode_step("bmp", test::make_bmp({.width = k_side, .height = k_side, .pixels = pixels})),
      decode_step("bmp, first row first", test::make_bmp({.width = k_side, .height = -k_side, .pixels = pixels})),
  };
  for (const bool interlaced : {false, true}) {
    const test::GifFrameRecipe frame{.width = k_side, .height = k_side, .interlaced = interlaced};
    if (built_formats().gif)
      steps.push_back(decode_step("gif", test::make_gif({.width = k_side, .height = k_side, .frames = {frame}})));
  }
  return steps;
}

TEST(GivenUp, EveryStepEndsWhenTheRunIsToStop) { test::expect_interrupted(all_steps()); }

TEST(GivenUp, EveryStepEndsWhenItsTimeIsUsedUp) { test::expect_too_slow(all_steps()); }

TEST(GivenUp, ADecodeEndsWhenTheRunIsToStop) {
  test::expect_interrupted({
      decode_step("jpeg", test::make_jpeg({.width = k_side, .height = k_side}, test::texture())),
      decode_step("progressive jpeg",
                  test::make_jpeg({.width = k_side, .height = k_side, .progressive = true}, test::texture())),
      decode_step("png", test::make_png(k_side, k_side, test::texture())),
  });
  test::expect_interrupted(decodes_of_the_others());
}

TEST(GivenUp, ADecodeOfTheOtherFormatsEndsWhenItsTimeIsUsedUp) { test::expect_too_slow(decodes_of_the_others()); }

}  // namespace
}  // namespace thumbs::image
