// make_thumbnail() and inspect() refuse what they must, with the one exception.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "support/built_formats.h"
#include "support/pictures.h"
#include "thumbs/thumbnail.h"

namespace thumbs::library {
namespace {

using test::Bytes;

struct Outcome {
  ErrorCode code = ErrorCode::busy;  // none of those that may come
  std::string stage;
  std::string text;
};

Outcome outcome_of(const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const Error& error) {
    return {error.code(), error.stage(), error.what()};
  }
}

Variant of_width(int width) {
  Variant variant;
  variant.width = width;
  return variant;
}

TEST(MakeThumbnail, KeepsToItsLimits) {
  const Bytes png = test::make_png(400, 300, test::texture());
  const struct {
    const char* name;
    Limits limits;
    ErrorCode code;
    const char* stage;
    bool header_too;  // inspect() says so as well
  } cases[] = {
      {"bytes", {.input_bytes = png.size() - 1}, ErrorCode::too_large, "read", true},
      {"pixels", {.input_pixels = 119999}, ErrorCode::too_large, "decode", true},
      {"memory", {.memory = 1000}, ErrorCode::memory, "resize", false},
      {"seconds", {.memory = {}, .seconds = 1e-9}, ErrorCode::too_slow, "decode", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Outcome outcome = outcome_of([&] { make_thumbnail(png, of_width(50), c.limits); });
    EXPECT_EQ(outcome.code, c.code) << outcome.text;
    EXPECT_EQ(outcome.stage, c.stage);
    EXPECT_EQ(outcome_of([&] { inspect(png, c.limits); }).code, c.header_too ? c.code : ErrorCode::busy);
  }
  EXPECT_EQ(
      outcome_of([&] { make_thumbnail(png, of_width(50), {.input_pixels = 120000, .input_bytes = png.size()}); }).code,
      ErrorCode::busy);
  EXPECT_EQ(outcome_of([&] { make_thumbnail(png, of_width(50), {0, 0, 0, 0}); }).code, ErrorCode::busy) << "no limits";
}

TEST(MakeThumbnail, EndsWhereItIsAskedTo) {
  const Bytes png = test::make_png(400, 300, test::texture());
  std::atomic<bool> stop{true};
  EXPECT_EQ(outcome_of([&] { make_thumbnail(png, of_width(50), {}, &stop); }).code, ErrorCode::interrupted);
  stop = false;
  EXPECT_EQ(outcome_of([&] { make_thumbnail(png, of_width(50), {}, &stop); }).code, ErrorCode::busy);
  // In the middle of it: much more work than it takes to start a thread.
  Variant huge = of_width(12000);
  huge.height = 9000;
  huge.fit = Fit::fill;
  huge.without_enlargement = false;
  std::thread soon([&] { stop = true; });
  EXPECT_EQ(outcome_of([&] { make_thumbnail(png, huge, {}, &stop); }).code, ErrorCode::interrupted);
  soon.join();
}

TEST(MakeThumbnail, RefusesSettingsThatCannotBe) {
  const Bytes png = test::make_png(4, 3, test::texture());
  const std::pair<std::function<void(Variant&)>, const char*> cases[] = {
      {[](Variant& v) { v.width.reset(); }, "a variant needs a \"width\" or a \"height\""},
      {[](Variant& v) { v.width = 0; }, "width is 0; must be a whole number from 1 to 65535"},
      {[](Variant& v) { v.height = 65536; }, "height is 65536; must be a whole number from 1 to 65535"},
      {[](Variant& v) { v.quality = 101; }, "quality is 101; must be a whole number from 1 to 100"},
      {[](Variant& v) { v.sharpen = -1; }, "sharpen is -1; must be a number from 0 to 10"},
      {[](Variant& v) { v.effort = 10; }, "effort is 10; must be a whole number from 0 to 9"},
      {[](Variant& v) { v.compression_level = -1; }, "compressionLevel is -1; must be a whole number from 0 to 9"},
  };
  for (const auto& [change, text] : cases) {
    Variant variant = of_width(2);
    change(variant);
    const Outcome outcome = outcome_of([&] { make_thumbnail(png, variant); });
    EXPECT_EQ(outcome.code, ErrorCode::usage);
    EXPECT_EQ(outcome.text, text);
  }
}

TEST(MakeThumbnail, WorksInManyThreadsAtOnce) {
  const Bytes png = test::make_png(400, 300, test::texture());
  const Bytes expected = make_thumbnail(png, of_width(50)).bytes;
  std::atomic<int> same{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) same += make_thumbnail(png, of_width(50)).bytes == expected ? 1 : 0;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(same, 20);
}

}  // namespace
}  // namespace thumbs::library
