// One row at a time; the boxes do the rest.
#include "image/codec/sample_rows.h"

#include <algorithm>

#include "image/codec/alpha_rows.h"

namespace thumbs::image {
namespace {

/// A colour above its alpha is none.
template <class Sample>
void widen_premultiplied(const Sample* in, std::uint16_t* out, const RowFormat& format) {
  constexpr unsigned scale = sizeof(Sample) == 1 ? 257 : 1;
  for (std::size_t x = 0; x < format.width; ++x, in += format.channels, out += format.channels) {
    const Sample alpha = in[format.channels - 1];
    for (std::size_t c = 0; c < format.channels; ++c)
      out[c] = static_cast<std::uint16_t>(std::min(in[c], alpha) * scale);
  }
}

template <class Sample>
void premultiply(const Sample* in, std::uint16_t* out, const RowFormat& format) {
  if (format.premultiplied) return widen_premultiplied(in, out, format);
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

RowStrips::RowStrips(const Picture& frame, const RowFormat& format, int shrink, RowSink& sink)
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

void RowStrips::hand_on() {
  taker_.finish();
  for (std::size_t i = 0; i < strip_.planes.size(); ++i) sink_.take(i, strip_.planes[i]);
  taker_.restart();
  rows_ = 0;
  --left_;
}

}  // namespace thumbs::image
