// One row at a time; the boxes do the rest.
#include "image/codec/png/rows.h"

#include <algorithm>

#include "image/codec/alpha_rows.h"

namespace thumbs::image {
namespace {

template <class Sample>
void premultiply(const Sample* in, std::uint16_t* out, const RowFormat& format) {
  if (format.channels == 2)
    premultiply_row<Sample, 2>(in, out, format.width);
  else
    premultiply_row<Sample, 4>(in, out, format.width);
}

Picture of_height(const Picture& frame, int height) {
  Picture picture = without_planes(frame);
  picture.height = height;
  return picture;
}

}  // namespace

RowTaker::RowTaker(Picture& picture, const RowFormat& format, int shrink)
    : format_(format), boxes_(picture, format.sample_bytes(), shrink) {
  if (format.alpha) wide_.resize(format.padded());
}

void RowTaker::add(const std::byte* row) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(row);
  const auto* wide = reinterpret_cast<const std::uint16_t*>(row);
  if (!format_.alpha) return format_.deep ? boxes_.add(wide) : boxes_.add(bytes);
  if (format_.deep)
    premultiply(wide, wide_.data(), format_);
  else
    premultiply(bytes, wide_.data(), format_);
  boxes_.add(wide_.data());
}

PngStrips::PngStrips(const Picture& frame, const RowFormat& format, int shrink, RowSink& sink)
    : shrink_(shrink),
      left_(frame.height / shrink + (frame.height % shrink != 0)),
      sink_(sink),
      strip_(of_height(frame, std::min(frame.height, shrink))),
      taker_(strip_, format, shrink) {
  Picture shapes = without_planes(frame);
  for (const Plane& plane : strip_.planes)
    shapes.planes.push_back(plane_shape(plane.width, left_, plane.bytes_per_sample, shrink, shrink));
  sink.begin(shapes);
}

void PngStrips::hand_on() {
  taker_.finish();
  for (std::size_t i = 0; i < strip_.planes.size(); ++i) sink_.take(i, strip_.planes[i]);
  taker_.restart();
  rows_ = 0;
  --left_;
}

}  // namespace thumbs::image
