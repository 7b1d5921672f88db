// Patterns, and the files that libjpeg and our own writer of chunks make of them.
#include "support/pictures.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "thumbs/error.h"

namespace thumbs::test {

Pattern gradient(int width, int height) {
  return [=](int c, double x, double y) { return c % 2 == 0 ? 40 + 160 * x / width : 200 - 150 * y / height; };
}

Pattern constant(double value) {
  return [=](int, double, double) { return value; };
}

Pattern checkerboard(int cell) {
  return [=](int, double x, double y) {
    return (static_cast<int>(x) / cell + static_cast<int>(y) / cell) % 2 == 0 ? 255.0 : 0.0;
  };
}

Pattern texture(unsigned seed) {
  return [=](int c, double x, double y) {
    std::uint32_t h = static_cast<std::uint32_t>(x) * 2654435761U ^ static_cast<std::uint32_t>(y) * 2246822519U ^
                      (seed + static_cast<unsigned>(c)) * 3266489917U;
    h ^= h >> 15;
    h *= 2246822519U;
    h ^= h >> 13;
    const double wave = 60 * ((static_cast<int>(x / 32) + static_cast<int>(y / 24)) % 3);
    return 30 + wave + h % 64;
  };
}

image::Picture make_picture(image::ColourModel model, int width, int height, const Pattern& pattern, bool alpha,
                            int chroma_x, int chroma_y) {
  image::Picture picture;
  picture.width = width;
  picture.height = height;
  picture.model = model;
  picture.alpha = alpha;
  for (int c = 0; c < image::colour_planes(model) + (alpha ? 1 : 0); ++c) {
    const bool chroma = model == image::ColourModel::ycbcr && c > 0;
    const int px = chroma ? chroma_x : 1, py = chroma ? chroma_y : 1;
    image::Plane& plane = picture.planes.emplace_back((width + px - 1) / px, (height + py - 1) / py, 1, px, py);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x)
        plane.row<std::uint8_t>(y)[x] = to_sample(pattern(c, (x + 0.5) * px, (y + 0.5) * py));
  }
  return picture;
}

Bytes tiff_block(int orientation, bool big_endian) {
  Bytes out;
  const auto put = [&](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
      out.push_back(static_cast<std::byte>(value >> 8 * (big_endian ? bytes - 1 - i : i)));
  };
  out.assign(2, big_endian ? std::byte{'M'} : std::byte{'I'});
  put(42, 2);
  put(8, 4);
  put(2, 2);  // two entries, sorted by tag: ImageWidth, Orientation
  put(0x0100, 2), put(3, 2), put(1, 4), put(640, 2), put(0, 2);
  put(0x0112, 2), put(3, 2), put(1, 4), put(static_cast<std::uint32_t>(orientation), 2), put(0, 2);
  put(0, 4);
  return out;
}

Bytes exif_segment(int orientation) {
  constexpr std::string_view prefix("Exif\0\0", 6);
  const auto* begin = reinterpret_cast<const std::byte*>(prefix.data());
  Bytes out(begin, begin + prefix.size());
  const Bytes tiff = tiff_block(orientation);
  out.insert(out.end(), tiff.begin(), tiff.end());
  return out;
}

namespace {

[[noreturn]] void die(j_common_ptr cinfo) {
  char text[JMSG_LENGTH_MAX];
  cinfo->err->format_message(cinfo, text);
  std::fprintf(stderr, "make_jpeg: %s\n", text);
  std::abort();
}

int components(J_COLOR_SPACE space) {
  return space == JCS_GRAYSCALE ? 1 : space == JCS_CMYK || space == JCS_YCCK ? 4 : 3;
}

// Components as they are stored, each sampled from the pattern at its own pitch.
void write_raw(jpeg_compress_struct& jpeg, const Pattern& pattern) {
  const int lines = jpeg.max_v_samp_factor * DCTSIZE;
  std::array<std::vector<std::vector<JSAMPLE>>, 4> rows;
  std::array<std::vector<JSAMPROW>, 4> pointers;
  std::array<JSAMPARRAY, 4> arrays{};
  while (jpeg.next_scanline < jpeg.image_height) {
    for (int c = 0; c < jpeg.num_components; ++c) {
      const jpeg_component_info& info = jpeg.comp_info[c];
      const auto i = static_cast<std::size_t>(c);
      const double px = static_cast<double>(jpeg.max_h_samp_factor) / info.h_samp_factor;
      const double py = static_cast<double>(jpeg.max_v_samp_factor) / info.v_samp_factor;
      rows[i].assign(static_cast<std::size_t>(info.v_samp_factor * DCTSIZE),
                     std::vector<JSAMPLE>(info.width_in_blocks * DCTSIZE + 64));
      pointers[i].clear();
      for (std::size_t y = 0; y < rows[i].size(); ++y) {
        for (std::size_t x = 0; x < rows[i][y].size(); ++x)
          rows[i][y][x] = to_sample(pattern(c, (static_cast<double>(x) + 0.5) * px,
                                            jpeg.next_scanline + (static_cast<double>(y) + 0.5) * py));
        pointers[i].push_back(rows[i][y].data());
      }
      arrays[i] = pointers[i].data();
    }
    jpeg_write_raw_data(&jpeg, arrays.data(), static_cast<JDIMENSION>(lines));
  }
}

// CMYK and YCCK: the pattern gives CMYK, as the file's reader will see it.
void write_cmyk(jpeg_compress_struct& jpeg, const Pattern& pattern) {
  std::vector<JSAMPLE> row(std::size_t{jpeg.image_width} * 4);
  while (jpeg.next_scanline < jpeg.image_height) {
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = to_sample(pattern(static_cast<int>(i % 4), static_cast<double>(i / 4) + 0.5, jpeg.next_scanline + 0.5));
    JSAMPROW pointer = row.data();
    jpeg_write_scanlines(&jpeg, &pointer, 1);
  }
}

}  // namespace

Bytes make_jpeg(const JpegRecipe& recipe, const Pattern& pattern) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  errors.error_exit = die;
  jpeg_create_compress(&jpeg);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &data, &size);
  const bool cmyk = components(recipe.space) == 4;
  jpeg.image_width = static_cast<JDIMENSION>(recipe.width);
  jpeg.image_height = static_cast<JDIMENSION>(recipe.height);
  jpeg.input_components = components(recipe.space);
  jpeg.in_color_space = cmyk ? JCS_CMYK : recipe.space;
  jpeg_set_defaults(&jpeg);
  jpeg_set_colorspace(&jpeg, recipe.space);
  jpeg_set_quality(&jpeg, recipe.quality, TRUE);
  for (int c = 0; c < jpeg.num_components; ++c) {
    const auto i = static_cast<std::size_t>(c);
    const Sampling sampling = i < recipe.sampling.size() ? recipe.sampling[i] : Sampling{};
    jpeg.comp_info[c].h_samp_factor = sampling.h;
    jpeg.comp_info[c].v_samp_factor = sampling.v;
  }
  jpeg.raw_data_in = !cmyk;
  jpeg.arith_code = recipe.arithmetic;
  jpeg.optimize_coding = recipe.optimised;
  jpeg.restart_in_rows = recipe.restart_rows;
  if (!recipe.adobe_marker) jpeg.write_Adobe_marker = FALSE;
  if (recipe.progressive) jpeg_simple_progression(&jpeg);
  if (!recipe.scans.empty()) {
    jpeg.scan_info = recipe.scans.data();
    jpeg.num_scans = static_cast<int>(recipe.scans.size());
  }
  jpeg_start_compress(&jpeg, TRUE);
  for (const Bytes& segment : recipe.app1)
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(segment.data()),
                      static_cast<unsigned>(segment.size()));
  for (const Bytes& segment : recipe.app2)
    jpeg_write_marker(&jpeg, JPEG_APP0 + 2, reinterpret_cast<const JOCTET*>(segment.data()),
                      static_cast<unsigned>(segment.size()));
  cmyk ? write_cmyk(jpeg, pattern) : write_raw(jpeg, pattern);
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  Bytes out(begin, begin + size);
  std::free(data);
  return out;
}

PngBuilder& PngBuilder::raw(std::string_view text) {
  text_ += text;
  return *this;
}

PngBuilder& PngBuilder::number(std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) text_ += static_cast<char>(value >> shift & 255);
  return *this;
}

PngBuilder& PngBuilder::chunk(std::string_view name, std::string_view data, std::uint32_t crc_change) {
  number(static_cast<std::uint32_t>(data.size()));
  const std::size_t from = text_.size();
  raw(name).raw(data);
  const auto* begin = reinterpret_cast<const Bytef*>(text_.data() + from);
  return number(static_cast<std::uint32_t>(crc32(0, begin, static_cast<uInt>(text_.size() - from))) + crc_change);
}

PngBuilder& PngBuilder::ihdr(std::uint32_t width, std::uint32_t height, int depth, int colour_type, bool interlaced,
                             std::uint32_t crc_change) {
  PngBuilder data;
  data.number(width).number(height);
  for (const int byte : {depth, colour_type, 0, 0, interlaced ? 1 : 0}) data.text_ += static_cast<char>(byte);
  return raw("\x89PNG\r\n\x1A\n").chunk("IHDR", data.text_, crc_change);
}

Bytes PngBuilder::bytes() const {
  const auto* begin = reinterpret_cast<const std::byte*>(text_.data());
  return Bytes(begin, begin + text_.size());
}

std::string PngBuilder::deflated(std::string_view data) {
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  std::string out(size, '\0');
  compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(data.data()),
            static_cast<uLong>(data.size()), 6);
  out.resize(size);
  return out;
}

PngBuilder& PngBuilder::idat(std::string_view rows) { return chunk("IDAT", deflated(rows)); }

PngBuilder& PngBuilder::iend() { return chunk("IEND", ""); }

int png_channels(int colour_type) {
  switch (colour_type) {
    case 2: return 3;
    case 4: return 2;
    case 6: return 4;
    default: return 1;  // grey, palette
  }
}

std::vector<PngPass> png_passes(bool interlaced) {
  if (!interlaced) return {{0, 0, 1, 1}};
  return {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
}

std::string png_rows(int width, int height, int depth, int colour_type, bool interlaced, const PngSamples& samples) {
  std::string out;
  for (const PngPass& pass : png_passes(interlaced)) {
    for (int y = pass.y; y < height && pass.x < width; y += pass.step_y) {
      out.push_back('\0');
      unsigned bits = 0, filled = 0;
      for (int x = pass.x; x < width; x += pass.step_x) {
        for (int c = 0; c < png_channels(colour_type); ++c) {
          const unsigned value = samples(c, x, y);
          if (depth == 16) out.push_back(static_cast<char>(value >> 8));
          if (depth >= 8) {
            out.push_back(static_cast<char>(value & 255));
            continue;
          }
          bits = bits << depth | value;
          filled += static_cast<unsigned>(depth);
          if (filled == 8) out.push_back(static_cast<char>(bits)), bits = filled = 0;
        }
      }
      if (filled > 0) out.push_back(static_cast<char>(bits << (8 - filled)));
    }
  }
  return out;
}

Bytes make_png(int width, int height, const Pattern& pattern, bool alpha) {
  const int type = alpha ? 6 : 2;
  const auto samples = [&](int c, int x, int y) { return unsigned{to_sample(pattern(c, x + 0.5, y + 0.5))}; };
  PngBuilder png;
  png.ihdr(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), 8, type);
  return png.idat(png_rows(width, height, 8, type, false, samples)).iend().bytes();
}

std::span<const std::byte> PieceSource::next() {
  if (at_ >= fail_at) throw Error(ErrorCode::io, "the disk is gone");
  const std::size_t taken = std::min(piece_, bytes_.size() - at_);
  at_ += taken;
  // A copy at another address, so that a sanitizer finds reads after the next call.
  current_.assign(bytes_.begin() + static_cast<std::ptrdiff_t>(at_ - taken),
                  bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
  current_.shrink_to_fit();
  return current_;
}

std::vector<unsigned> samples_of(const image::Picture& picture) {
  std::vector<unsigned> out;
  for (const image::Plane& plane : picture.planes)
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x)
        out.push_back(plane.bytes_per_sample == 1 ? plane.row<std::uint8_t>(y)[x] : plane.row<std::uint16_t>(y)[x]);
  return out;
}

}  // namespace thumbs::test
