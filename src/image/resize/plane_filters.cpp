// Which filter each plane needs on each axis, and which planes need none.
#include "image/resize/plane_filters.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "image/resize/resample.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

/// One axis of the upright picture as the whole picture has it.
struct Axis {
  int full = 1;  ///< stored pixels
  int before = 0;
  int after = 0;
  int resized = 1;
  int offset = 0;
  int kept = 1;
  bool mirrored = false;
};

AxisSpec axis_spec(const Axis& axis, int plane_samples, double pitch, int out_pitch, Kernel kernel) {
  AxisSpec spec;
  spec.full = axis.full;
  spec.before = axis.before;
  spec.after = axis.after;
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
  Pace pace;
  for (std::size_t j = 0; j < down.size(); ++j) {
    pace.keep(across.size());
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

}  // namespace

Plane PlaneSpecs::result(int bytes_per_sample) const {
  const AxisSpec& x = transpose ? down : across;
  const AxisSpec& y = transpose ? across : down;
  return Plane(x.outputs, y.outputs, bytes_per_sample, x.out_pitch, y.out_pitch);
}

std::vector<PlaneSpecs> plane_specs(const Picture& frame, Orientation orientation, const Geometry& geometry,
                                    Kernel kernel, ChromaGrid chroma, bool quartered) {
  assert(geometry.crop_x + geometry.crop.width <= geometry.resized.width);
  assert(geometry.crop_y + geometry.crop.height <= geometry.resized.height);
  const bool transpose = orientation.transpose;
  const Size whole = transpose ? Size{frame.height, frame.width} : Size{frame.width, frame.height};
  const Region part = geometry.region.value_or(Region{0, 0, whole});
  const Axis x{.full = whole.width,
               .before = part.x,
               .after = whole.width - part.x - part.size.width,
               .resized = geometry.resized.width,
               .offset = geometry.crop_x,
               .kept = geometry.crop.width,
               .mirrored = orientation.mirror_x};
  const Axis y{.full = whole.height,
               .before = part.y,
               .after = whole.height - part.y - part.size.height,
               .resized = geometry.resized.height,
               .offset = geometry.crop_y,
               .kept = geometry.crop.height,
               .mirrored = orientation.mirror_y};
  std::vector<PlaneSpecs> all;
  for (std::size_t i = 0; i < frame.planes.size(); ++i) {
    const Plane& plane = frame.planes[i];
    const bool is_chroma = frame.model == ColourModel::ycbcr && (i == 1 || i == 2);
    const int pitch_x = is_chroma && chroma != ChromaGrid::full ? 2 : 1;
    const int pitch_y = is_chroma && chroma == ChromaGrid::half_xy ? 2 : 1;
    PlaneSpecs specs;
    specs.transpose = transpose;
    specs.down = axis_spec(transpose ? x : y, plane.height, plane.pitch_y, transpose ? pitch_x : pitch_y, kernel);
    specs.across = axis_spec(transpose ? y : x, plane.width, plane.pitch_x, transpose ? pitch_y : pitch_x, kernel);
    specs.down.byte_samples = plane.bytes_per_sample == 1;
    specs.across.even_starts = true;
    specs.across.quartered = quartered;
    all.push_back(specs);
  }
  return all;
}

void filter_plane(const Plane& in, const AxisFilter& down, const AxisFilter& across, bool transpose, Plane& out) {
  if (!down.single_tap || !across.single_tap) return resample_plane(in, down, across, transpose, out);
  const std::vector<int> rows = copied_samples(down);
  const std::vector<int> columns = copied_samples(across);
  in.bytes_per_sample == 1 ? copy_samples<std::uint8_t>(in, rows, columns, transpose, out)
                           : copy_samples<std::uint16_t>(in, rows, columns, transpose, out);
}

}  // namespace thumbs::image
