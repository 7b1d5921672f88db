// Decodes one row of MCUs after another; nothing with a destructor lives while libjpeg may jump out.
#include "image/codec/jpeg/pixels.h"

#include <algorithm>
#include <vector>

#include "image/codec/jpeg/planes.h"
#include "image/codec/jpeg/support.h"

namespace thumbs::image {
namespace {

constexpr int k_max_planes = 4;

/// The next row of MCUs, `step` such rows down in the planes. Runs inside JpegCalls::run().
void read_raw(jpeg_decompress_struct& jpeg, std::vector<Plane>& planes, int step) {
  const auto lines = static_cast<JDIMENSION>(jpeg.max_v_samp_factor * jpeg.min_DCT_scaled_size);
  JSAMPROW rows[k_max_planes][k_most_mcu_rows];
  JSAMPARRAY arrays[k_max_planes];
  for (int c = 0; c < jpeg.num_components; ++c) {
    const int count = jpeg.comp_info[c].v_samp_factor * jpeg.comp_info[c].DCT_scaled_size;
    Plane& plane = planes[static_cast<std::size_t>(c)];
    for (int i = 0; i < count; ++i) rows[c][i] = plane.row<JSAMPLE>(step * count + i);
    arrays[c] = rows[c];
  }
  jpeg_read_raw_data(&jpeg, arrays, lines);
}

/// The next row of CMYK, into row `y` of the planes. Files with an Adobe marker are stored inverted, which is what a
/// Picture wants. Runs inside JpegCalls::run().
void read_cmyk(jpeg_decompress_struct& jpeg, std::vector<Plane>& planes, int y, JSAMPLE* buffer) {
  const unsigned invert = jpeg.saw_Adobe_marker ? 0 : 255;
  jpeg_read_scanlines(&jpeg, &buffer, 1);
  for (std::size_t c = 0; c < planes.size(); ++c) {
    JSAMPLE* out = planes[c].row<JSAMPLE>(y);
    for (JDIMENSION x = 0; x < jpeg.output_width; ++x) out[x] = static_cast<JSAMPLE>(buffer[x * 4 + c] ^ invert);
  }
}

std::vector<Plane> cmyk_planes(const jpeg_decompress_struct& jpeg, int height) {
  std::vector<Plane> planes;
  const int shrink = DCTSIZE / jpeg.min_DCT_scaled_size;
  for (int c = 0; c < k_max_planes; ++c)
    planes.emplace_back(static_cast<int>(jpeg.output_width), height, 1, shrink, shrink);
  return planes;
}

/// Planes without memory.
std::vector<Plane> shapes_of(const jpeg_decompress_struct& jpeg, ColourModel model) {
  if (model != ColourModel::cmyk) return jpeg_plane_shapes(jpeg);
  const int shrink = DCTSIZE / jpeg.min_DCT_scaled_size;
  std::vector<Plane> shapes;
  for (int c = 0; c < k_max_planes; ++c)
    shapes.push_back(
        plane_shape(static_cast<int>(jpeg.output_width), static_cast<int>(jpeg.output_height), 1, shrink, shrink));
  return shapes;
}

}  // namespace

bool read_all(JpegSession& session, Picture& picture) {
  jpeg_decompress_struct& jpeg = session.handle();
  std::vector<Plane>& planes = picture.planes;
  if (picture.model == ColourModel::cmyk) {
    planes = cmyk_planes(jpeg, static_cast<int>(jpeg.output_height));
    std::vector<JSAMPLE> row(std::size_t{jpeg.output_width} * 4);
    return session.run([&] {
      while (jpeg.output_scanline < jpeg.output_height)
        read_cmyk(jpeg, planes, static_cast<int>(jpeg.output_scanline), row.data());
    });
  }
  planes = jpeg_raw_planes(jpeg, JpegRows::all);
  return session.run([&] {
    for (int step = 0; jpeg.output_scanline < jpeg.output_height; ++step) read_raw(jpeg, planes, step);
  });
}

bool read_strips(JpegSession& session, const Picture& frame, RowSink& sink) {
  jpeg_decompress_struct& jpeg = session.handle();
  const bool cmyk = frame.model == ColourModel::cmyk;
  Picture shapes = without_planes(frame);
  shapes.planes = shapes_of(jpeg, frame.model);
  sink.begin(shapes);
  std::vector<Plane> strip = cmyk ? cmyk_planes(jpeg, 1) : jpeg_raw_planes(jpeg, JpegRows::strip);
  std::vector<JSAMPLE> row(cmyk ? std::size_t{jpeg.output_width} * 4 : 0);
  while (jpeg.output_scanline < jpeg.output_height) {
    const auto read = [&] { cmyk ? read_cmyk(jpeg, strip, 0, row.data()) : read_raw(jpeg, strip, 0); };
    if (!session.run(read)) return false;
    for (std::size_t c = 0; c < strip.size(); ++c) {
      int& left = shapes.planes[c].height;
      strip[c].height = std::min(strip[c].height, left);
      left -= strip[c].height;
      sink.take(c, strip[c]);
    }
  }
  return true;
}

}  // namespace thumbs::image
