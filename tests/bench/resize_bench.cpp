// The resize of the usual job: a 1600×1600 4:2:0 JPEG, decoded at 1/2, to a thumbnail of 256×256.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "image/resize/resize.h"
#include "image/resize/targets.h"

namespace thumbs {
namespace {

void fill(image::Plane& plane) {
  std::uint32_t state = 1;
  for (int y = 0; y < plane.height; ++y) {
    for (int x = 0; x < plane.width; ++x) {
      state = state * 1664525 + 1013904223;
      plane.row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(state >> 24);
    }
  }
}

image::Picture decoded(int size, int shrink, int chroma_pitch) {
  image::Picture picture;
  picture.width = picture.height = size;
  picture.model = image::ColourModel::ycbcr;
  for (const int pitch : {shrink, chroma_pitch, chroma_pitch}) {
    picture.planes.emplace_back(size / pitch, size / pitch, 1, pitch, pitch);
    fill(picture.planes.back());
  }
  return picture;
}

image::Geometry square(int side) {
  image::Geometry g;
  g.resized = g.crop = g.canvas = {side, side};
  return g;
}

void run(benchmark::State& state, const image::Picture& picture, int exif, int side) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(image::resize(picture, image::orientation_from_exif(exif), square(side), Kernel::lanczos3,
                                           image::ChromaGrid::half_xy));
  }
}

void ProductThumbnail(benchmark::State& state) { run(state, decoded(1600, 2, 4), 1, 256); }
BENCHMARK(ProductThumbnail)->Unit(benchmark::kMicrosecond);

void ProductThumbnailChromaInFull(benchmark::State& state) { run(state, decoded(1600, 2, 2), 1, 256); }
BENCHMARK(ProductThumbnailChromaInFull)->Unit(benchmark::kMicrosecond);

void ProductThumbnailTurned(benchmark::State& state) { run(state, decoded(1600, 2, 4), 6, 256); }
BENCHMARK(ProductThumbnailTurned)->Unit(benchmark::kMicrosecond);

void LargeThumbnail(benchmark::State& state) { run(state, decoded(4000, 1, 2), 1, 1024); }
BENCHMARK(LargeThumbnail)->Unit(benchmark::kMicrosecond);

/// One after the other on each instruction set, best first.
void ProductThumbnailOnTarget(benchmark::State& state) {
  const std::vector<image::ResizeTarget> targets = image::resize_targets();
  const auto index = static_cast<std::size_t>(state.range(0));
  if (index >= targets.size()) {
    state.SkipWithError("no such target here");
    return;
  }
  state.SetLabel(targets[index].name);
  image::use_resize_target(targets[index]);
  run(state, decoded(1600, 2, 4), 1, 256);
  image::use_best_resize_target();
}
BENCHMARK(ProductThumbnailOnTarget)->DenseRange(0, 4)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace thumbs
