// Encoding WebP ends early if its CPU time is used up or the run is to stop.
#include "unit/image/codec/given_up.h"

#include <gtest/gtest.h>

#include "image/codec/webp/webp.h"

namespace thumbs::image {
namespace {

using test::Step;

Variant settings(bool lossless, int effort) {
  Variant v = test::given_up_settings(OutputFormat::webp, effort);
  v.lossless = lossless;
  return v;
}

// At the highest effort VP8L works in a process of its own.
std::vector<Step> encodes() {
  std::vector<Step> steps;
  for (const bool lossless : {false, true})
    for (const bool alpha : {false, true})
      for (const int effort : {2, 9})
        steps.push_back(
            {std::string(lossless ? "lossless" : "lossy") + (alpha ? ", alpha" : ""),
             [=, in = test::given(ColourModel::rgb, alpha)] { encode_webp(*in, settings(lossless, effort)); }});
  return steps;
}

TEST(WebpGivenUp, AnEncodeEndsWhenTheRunIsToStop) { test::expect_interrupted(encodes()); }

TEST(WebpGivenUp, AnEncodeEndsWhenItsTimeIsUsedUp) { test::expect_too_slow(encodes()); }

TEST(WebpGivenUp, ADecodeEndsWhenTheRunIsToStop) {
  const auto bytes = [](bool lossless) { return encode_webp(*test::given(ColourModel::rgb), settings(lossless, 0)); };
  test::expect_interrupted({test::decode_step("lossy", bytes(false)), test::decode_step("lossless", bytes(true))});
}

}  // namespace
}  // namespace thumbs::image
