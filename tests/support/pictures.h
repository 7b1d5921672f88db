// Test pictures made in code: patterns, JPEGs by libjpeg with any sampling and colour space, PNGs chunk by chunk.
#pragma once

#include <cstddef>
#include <cstdio>

// Needs size_t and FILE before it.
#include <jpeglib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/codec/codec.h"
#include "image/picture.h"
#include "thumbs/error.h"

namespace thumbs::test {

using Bytes = std::vector<std::byte>;

/// The value, 0 to 255, of colour plane `c` at a point of the full-size picture; pixel (x, y) has its centre at (x +
/// 0.5, y + 0.5).
using Pattern = std::function<double(int c, double x, double y)>;

/// A linear ramp along x in even planes and along y in odd ones, so that its samples at any pitch are known.
Pattern gradient(int width, int height);

Pattern constant(double value);

Pattern checkerboard(int cell);

/// Noise like the grain of a photograph, the same for the same seed.
Pattern texture(unsigned seed = 1);

inline std::uint8_t to_sample(double value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0)); }

/// An 8-bit picture. Chroma planes of ycbcr get the pitches given.
image::Picture make_picture(image::ColourModel model, int width, int height, const Pattern& pattern, bool alpha = false,
                            int chroma_x = 1, int chroma_y = 1);

// ---- EXIF ----

/// "Exif\0\0" is not part of it.
Bytes tiff_block(int orientation, bool big_endian = false);

Bytes exif_segment(int orientation);

// ---- JPEG ----

struct Sampling {
  int h = 1;
  int v = 1;
};

struct JpegRecipe {
  int width = 64;
  int height = 48;
  J_COLOR_SPACE space = JCS_YCbCr;      ///< as stored: JCS_GRAYSCALE, YCbCr, RGB, CMYK or YCCK
  std::vector<Sampling> sampling = {};  ///< of each component; default 1x1
  int quality = 95;
  bool progressive = false;
  std::vector<jpeg_scan_info> scans = {};  ///< of a progressive file; default: libjpeg's simple progression
  bool arithmetic = false;
  bool optimised = false;    ///< Huffman codes of its own
  bool adobe_marker = true;  ///< of RGB, CMYK and YCCK
  int restart_rows = 0;
  std::vector<Bytes> app1 = {};  ///< segments, e.g. exif_segment(6)
  std::vector<Bytes> app2 = {};  ///< segments of a profile
};

Bytes make_jpeg(const JpegRecipe& recipe, const Pattern& pattern);

// ---- PNG ----

/// Writes any chunks, valid or not.
class PngBuilder {
 public:
  PngBuilder& raw(std::string_view text);
  PngBuilder& number(std::uint32_t value);

  /// Adds `crc_change` to the right CRC.
  PngBuilder& chunk(std::string_view name, std::string_view data, std::uint32_t crc_change = 0);

  /// Writes the PNG signature, too.
  PngBuilder& ihdr(std::uint32_t width, std::uint32_t height, int depth, int colour_type, bool interlaced = false,
                   std::uint32_t crc_change = 0);
  /// `rows`: filter byte and packed samples of each row.
  PngBuilder& idat(std::string_view rows);
  PngBuilder& iend();

  Bytes bytes() const;

  static std::string deflated(std::string_view data);

 private:
  std::string text_;
};

int png_channels(int colour_type);

/// The value of a stored sample, within its depth.
using PngSamples = std::function<unsigned(int channel, int x, int y)>;

/// Adam7's passes (PNG 1.2, section 8.2), or the one pass of a picture that is not interlaced.
struct PngPass {
  int x, y, step_x, step_y;
};
std::vector<PngPass> png_passes(bool interlaced);

/// Unfiltered rows for IDAT.
std::string png_rows(int width, int height, int depth, int colour_type, bool interlaced, const PngSamples& samples);

/// An 8-bit RGB or RGBA PNG of a pattern.
Bytes make_png(int width, int height, const Pattern& pattern, bool alpha = false);

// ---- Sources ----

/// Returns bytes in small pieces, like a stream; can fail on demand.
class PieceSource : public image::ByteSource {
 public:
  PieceSource(std::span<const std::byte> bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}
  std::span<const std::byte> next() override;
  void rewind() override { at_ = 0; }
  std::uint64_t size() const override { return bytes_.size(); }

  std::size_t fail_at = static_cast<std::size_t>(-1);

 private:
  std::span<const std::byte> bytes_;
  std::size_t piece_;
  std::size_t at_ = 0;
  Bytes current_;
};

/// All samples of a picture, for comparisons.
std::vector<unsigned> samples_of(const image::Picture& picture);

}  // namespace thumbs::test
