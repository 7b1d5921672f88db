// Which filter each plane needs on each axis, and which planes need none.
#include "image/resize.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "image/filter_cache.h"
#include "image/overshoot.h"
#include "image/resample.h"

namespace thumbs {
namespace {

/// One axis of the upright picture as the whole picture has it.
struct Axis {
  int full = 1;  ///< stored pixels
  int resized = 1;
  int offset = 0;
  int kept = 1;
  bool mirrored = false;
};

AxisSpec axis_spec(const Axis& axis, int plane_samples, double pitch, int out_pitch, Kernel kernel) {
  AxisSpec spec;
  spec.full = axis.full;
  spec.resized = axis.resized;
  spec.offset = axis.offset;
  spec.outputs = (axis.kept + out_pitch - 1) / out_pitch;
  spec.out_pitch = out_pitch;
  spec.samples = static_cast<int>(std::min<double>(plane_samples, std::ceil(axis.full / pitch)));
  spec.pitch = pitch;
  spec.mirrored = axis.mirrored;
  spec.kernel = kernel;
  return spec;
}

/// The stored sample of each output of a filter that copies.
std::vector<int> copied_samples(const AxisFilter& filter) {
  std::vector<int> samples = filter.starts;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const bool second = (filter.window(static_cast<int>(i))[0] & 0xFFFF) == 0;
    samples[i] += second ? 1 : 0;
  }
  return samples;
}

template <class Sample>
void copy_samples(const Plane& in, const std::vector<int>& down, const std::vector<int>& across, bool transpose,
                  Plane& out) {
  const bool run =
      across.back() - across.front() + 1 == static_cast<int>(across.size()) && across.back() >= across.front();
  for (std::size_t j = 0; j < down.size(); ++j) {
    const Sample* from = in.row<Sample>(down[j]);
    if (!transpose && run) {
      std::memcpy(out.row<Sample>(static_cast<int>(j)), from + across.front(), across.size() * sizeof(Sample));
      continue;
    }
    for (std::size_t i = 0; i < across.size(); ++i) {
      Sample* to = transpose ? out.row<Sample>(static_cast<int>(i)) + j : out.row<Sample>(static_cast<int>(j)) + i;
      *to = from[across[i]];
    }
  }
}

/// `spec_x` and `spec_y` are the upright axes; with `transpose` x runs down the stored plane. `halved`: see
/// overshoot.h.
Plane resize_plane(const Plane& in, AxisSpec spec_x, AxisSpec spec_y, bool transpose, bool halved) {
  Plane out(spec_x.outputs, spec_y.outputs, in.bytes_per_sample, spec_x.out_pitch, spec_y.out_pitch);
  AxisSpec& down = transpose ? spec_x : spec_y;
  AxisSpec& across = transpose ? spec_y : spec_x;
  down.byte_samples = in.bytes_per_sample == 1;
  across.even_starts = true;
  across.halved = halved;
  FilterCache& cache = FilterCache::of_thread();
  const AxisFilter& down_filter = cache.get(down);
  const AxisFilter& across_filter = cache.get(across);
  if (!down_filter.single_tap || !across_filter.single_tap) {
    resample_plane(in, down_filter, across_filter, transpose, out);
    return out;
  }
  const std::vector<int> rows = copied_samples(down_filter);
  const std::vector<int> columns = copied_samples(across_filter);
  in.bytes_per_sample == 1 ? copy_samples<std::uint8_t>(in, rows, columns, transpose, out)
                           : copy_samples<std::uint16_t>(in, rows, columns, transpose, out);
  return out;
}

/// With `halved` the planes are left to settle_overshoot().
Picture resize_planes(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel,
                      ChromaGrid chroma, bool halved) {
  assert(geometry.crop_x + geometry.crop.width <= geometry.resized.width);
  assert(geometry.crop_y + geometry.crop.height <= geometry.resized.height);
  const bool transpose = orientation.transpose;
  const Axis x{transpose ? in.height : in.width, geometry.resized.width, geometry.crop_x, geometry.crop.width,
               orientation.mirror_x};
  const Axis y{transpose ? in.width : in.height, geometry.resized.height, geometry.crop_y, geometry.crop.height,
               orientation.mirror_y};
  Picture out;
  out.width = geometry.crop.width;
  out.height = geometry.crop.height;
  out.model = in.model;
  out.alpha = in.alpha;
  out.premultiplied = in.premultiplied;
  for (std::size_t i = 0; i < in.planes.size(); ++i) {
    const Plane& plane = in.planes[i];
    const bool is_chroma = in.model == ColourModel::ycbcr && (i == 1 || i == 2);
    const int pitch_x = is_chroma && chroma != ChromaGrid::full ? 2 : 1;
    const int pitch_y = is_chroma && chroma == ChromaGrid::half_xy ? 2 : 1;
    out.planes.push_back(resize_plane(plane,
                                      axis_spec(x, transpose ? plane.height : plane.width,
                                                transpose ? plane.pitch_y : plane.pitch_x, pitch_x, kernel),
                                      axis_spec(y, transpose ? plane.width : plane.height,
                                                transpose ? plane.pitch_x : plane.pitch_y, pitch_y, kernel),
                                      transpose, halved));
  }
  FilterCache::of_thread().trim();
  return out;
}

}  // namespace

Picture resize(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel, ChromaGrid chroma) {
  const bool halved = keeps_overshoot(in, orientation, geometry, kernel);
  Picture out = resize_planes(in, orientation, geometry, kernel, chroma, halved);
  if (halved) settle_overshoot(out);
  return out;
}

Plane resize_halved(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel) {
  return std::move(resize_planes(in, orientation, geometry, kernel, ChromaGrid::full, true).planes.front());
}

}  // namespace thumbs
