// How long the codecs take on synthesised pictures: the sizes of a web shop's product photographs.
#include <benchmark/benchmark.h>

#include "image/codec/codec.h"
#include "image/codec/jpeg/jpeg.h"
#include "image/codec/png/png.h"
#include "support/pictures.h"

namespace thumbs {
namespace {

constexpr int k_side = 1600;

void decode(benchmark::State& state, const test::Bytes& bytes) {
  const int shrink = static_cast<int>(state.range(0));
  for (auto _ : state) {
    image::MemorySource source(bytes);
    benchmark::DoNotOptimize(image::open_picture(source, Limits{})->decode({shrink}, FailOn::truncated));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  state.SetItemsProcessed(state.iterations() * k_side * k_side);
}

void decode_jpeg(benchmark::State& state) {
  test::JpegRecipe recipe{.width = k_side, .height = k_side, .sampling = {{2, 2}}, .quality = 90};
  recipe.progressive = state.range(1) != 0;
  decode(state, test::make_jpeg(recipe, test::texture()));
}
BENCHMARK(decode_jpeg)->ArgNames({"shrink", "progressive"})->Args({1, 0})->Args({2, 0})->Args({8, 0})->Args({2, 1});

void decode_png(benchmark::State& state) {
  decode(state, test::make_png(k_side, k_side, test::texture(), state.range(1) != 0));
}
BENCHMARK(decode_png)->ArgNames({"shrink", "alpha"})->Args({1, 0})->Args({3, 0})->Args({3, 1});

void encode_jpeg_256(benchmark::State& state) {
  const image::Picture picture = test::make_picture(image::ColourModel::ycbcr, 256, 256, test::texture(), false, 2, 2);
  Variant settings;
  settings.effort = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(image::encode_jpeg(picture, settings));
}
BENCHMARK(encode_jpeg_256)->ArgName("effort")->Arg(0)->Arg(4);

void encode_png_256(benchmark::State& state) {
  const image::Picture picture = test::make_picture(image::ColourModel::rgb, 256, 256, test::texture());
  for (auto _ : state) benchmark::DoNotOptimize(image::encode_png(picture, Variant{}));
}
BENCHMARK(encode_png_256);

}  // namespace
}  // namespace thumbs
