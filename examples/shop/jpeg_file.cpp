#include <cstdio>
// jpeglib.h needs FILE first.
#include <jpeglib.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "picture_file.h"

namespace shop {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// "Exif", and a TIFF of one directory with one entry: tag 0x0112, a short.
void write_orientation(jpeg_compress_struct& info, int orientation) {
  const std::array<JOCTET, 32> exif{
      'E', 'x', 'i', 'f',  0,    0, 'M', 'M', 0, 42, 0, 0, 0,
      8,   0,   1,   0x01, 0x12, 0, 3,   0,   0, 0,  1, 0, static_cast<JOCTET>(orientation),
      0,   0,   0,   0,    0,    0};
  jpeg_write_marker(&info, JPEG_APP0 + 1, exif.data(), exif.size());
}

void configure(jpeg_compress_struct& info, const Canvas& canvas, const JpegSettings& settings) {
  info.image_width = static_cast<JDIMENSION>(canvas.width);
  info.image_height = static_cast<JDIMENSION>(canvas.height);
  info.input_components = 4;
  info.in_color_space = JCS_EXT_RGBX;
  jpeg_set_defaults(&info);
  if (settings.grey) jpeg_set_colorspace(&info, JCS_GRAYSCALE);
  jpeg_set_quality(&info, settings.quality, TRUE);
  if (settings.full_chroma) info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
  if (settings.progressive) jpeg_simple_progression(&info);
}

}  // namespace

void write_jpeg(const std::string& path, const Canvas& canvas, const JpegSettings& settings) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wb"));
  if (!file) throw std::runtime_error("cannot write " + path);
  jpeg_error_mgr errors;
  jpeg_compress_struct info;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  jpeg_stdio_dest(&info, file.get());
  configure(info, canvas, settings);
  jpeg_start_compress(&info, TRUE);
  if (settings.orientation != 1) write_orientation(info, settings.orientation);
  for (int y = 0; y < canvas.height; ++y) {
    auto* row = const_cast<JSAMPROW>(canvas.at(0, y));  // libjpeg reads it only
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
}

}  // namespace shop
