// Resizes plane after plane; equal planes share filters.
#include "image/resize/resize.h"

#include <utility>

#include "image/resize/filter_cache.h"
#include "image/resize/overshoot.h"
#include "image/resize/plane_filters.h"

namespace thumbs::image {
namespace {

/// Frees large filters at the end, also if the work is abandoned.
struct TrimInTheEnd {
  FilterCache& cache;
  ~TrimInTheEnd() { cache.trim(); }
};

/// With `quartered`, the result still needs settle_overshoot().
Picture resize_planes(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel,
                      ChromaGrid chroma, bool quartered) {
  Picture out = without_planes(in);
  out.width = geometry.crop.width;
  out.height = geometry.crop.height;
  FilterCache& cache = FilterCache::of_thread();
  const TrimInTheEnd trim{cache};
  const std::vector<PlaneSpecs> specs = plane_specs(in, orientation, geometry, kernel, chroma, quartered);
  for (std::size_t i = 0; i < in.planes.size(); ++i) {
    const Plane& plane = in.planes[i];
    out.planes.push_back(specs[i].result(plane.bytes_per_sample));
    const AxisFilter& down = cache.get(specs[i].down);
    filter_plane(plane, down, cache.get(specs[i].across), specs[i].transpose, out.planes.back());
  }
  return out;
}

}  // namespace

Picture resize(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel, ChromaGrid chroma) {
  const bool quartered = keeps_overshoot(in, orientation, geometry, kernel);
  Picture out = resize_planes(in, orientation, geometry, kernel, chroma, quartered);
  if (quartered) settle_overshoot(out);
  return out;
}

Plane resize_quartered(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel) {
  return std::move(resize_planes(in, orientation, geometry, kernel, ChromaGrid::full, true).planes.front());
}

}  // namespace thumbs::image
