// Planes → JPEG: raw YCbCr planes as they are, grey and RGB by rows.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "image/codec/jpeg/attachments.h"
#include "image/codec/jpeg/jpeg.h"
#include "image/codec/jpeg/output.h"
#include "image/codec/jpeg/support.h"
#include "image/codec/jpeg/trellis/trellis.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

/// Up to this many pixels trellis quantisation costs little beside the decode; above, only those who ask get it.
constexpr double k_small_pixels = 512 * 512;

/// libjpeg's handle with an output buffer that grows. Not to be moved.
class JpegWriter final : public JpegCalls {
 public:
  JpegWriter() {
    handle_.err = manager();
    handle_.client_data = static_cast<JpegCalls*>(this);
    output_.init_destination = start;
    output_.empty_output_buffer = grow;
    output_.term_destination = end;
    progress_.progress_monitor = progress;
  }
  ~JpegWriter() { jpeg_destroy_compress(&handle_); }

  jpeg_compress_struct& handle() { return handle_; }
  /// Runs inside JpegCalls::run().
  void create() {
    jpeg_create_compress(&handle_);
    handle_.dest = &output_;
    handle_.progress = &progress_;
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  static constexpr std::size_t k_first_bytes = 16 << 10;

  static JpegWriter& of(j_compress_ptr cinfo) {
    return static_cast<JpegWriter&>(*static_cast<JpegCalls*>(cinfo->client_data));
  }
  static void start(j_compress_ptr cinfo) { of(cinfo).extend(0, k_first_bytes); }
  static boolean grow(j_compress_ptr cinfo) {
    JpegWriter& self = of(cinfo);
    self.extend(self.bytes_.size(), self.bytes_.size() * 2);
    return TRUE;
  }
  static void end(j_compress_ptr cinfo) {
    JpegWriter& self = of(cinfo);
    self.bytes_.resize(self.bytes_.size() - self.output_.free_in_buffer);  // shrinks: cannot throw
  }

  /// Called for each row of pixels or of MCUs, in every pass.
  static void progress(j_common_ptr cinfo) {
    const auto compress = reinterpret_cast<j_compress_ptr>(cinfo);
    JpegWriter& self = of(compress);
    if (!self.pace_.step(std::size_t{compress->image_width} * DCTSIZE)) return;
    if (const GivenUp* reason = work_given_up()) self.fail(reason->code, reason->text);
  }

  void extend(std::size_t used, std::size_t size) {
    if (!resize(size)) fail(ErrorCode::memory, "out of memory");
    output_.next_output_byte = reinterpret_cast<JOCTET*>(bytes_.data() + used);
    output_.free_in_buffer = bytes_.size() - used;
  }
  bool resize(std::size_t size) noexcept {
    try {
      bytes_.resize(size);
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  jpeg_compress_struct handle_{};
  jpeg_destination_mgr output_{};
  jpeg_progress_mgr progress_{};
  Pace pace_;
  std::vector<std::byte> bytes_;
};

struct Sampling {
  int x = 1;
  int y = 1;
};

/// How many luma samples a chroma sample covers.
Sampling chroma_sampling(const Picture& picture, const ResolvedVariant& settings) {
  if (picture.model == ColourModel::ycbcr)
    return {static_cast<int>(picture.planes[1].pitch_x), static_cast<int>(picture.planes[1].pitch_y)};
  switch (settings.chroma_subsampling) {
    case ChromaSubsampling::s420: return {2, 2};
    case ChromaSubsampling::s422: return {2, 1};
    case ChromaSubsampling::s444: break;
  }
  return {1, 1};
}

/// How often the trellis is gone through; 0: plain quantisation and the standard Huffman tables.
int trellis_rounds(double pixels, const ResolvedVariant& settings) {
  constexpr std::array k_small = {0, 1, 1, 1, 1, 2, 2, 3, 3, 3};  // by effort
  constexpr std::array k_large = {0, 0, 0, 0, 0, 0, 0, 1, 2, 3};
  return (pixels <= k_small_pixels ? k_small : k_large)[static_cast<std::size_t>(settings.effort)];
}

J_COLOR_SPACE input_space(ColourModel model) {
  switch (model) {
    case ColourModel::grey: return JCS_GRAYSCALE;
    case ColourModel::ycbcr: return JCS_YCbCr;
    default: return JCS_RGB;
  }
}

void set_up(jpeg_compress_struct& jpeg, const Picture& picture, const ResolvedVariant& settings) {
  jpeg.image_width = static_cast<JDIMENSION>(picture.width);
  jpeg.image_height = static_cast<JDIMENSION>(picture.height);
  jpeg.input_components = colour_planes(picture.model);
  jpeg.in_color_space = input_space(picture.model);
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, settings.quality, TRUE);
  jpeg.dct_method = JDCT_ISLOW;
  jpeg.raw_data_in = picture.model == ColourModel::ycbcr;
  if (picture.model != ColourModel::grey) {
    const Sampling sampling = chroma_sampling(picture, settings);
    jpeg.comp_info[0].h_samp_factor = sampling.x;
    jpeg.comp_info[0].v_samp_factor = sampling.y;
  }
  if (settings.progressive) jpeg_simple_progression(&jpeg);
}

/// The rows of one plane for one row of MCUs, with edges repeated to whole MCUs.
class Band {
 public:
  Band(const Plane& plane, int rows, std::size_t width) : plane_(&plane), rows_(rows), width_(width) {
    samples_.resize(width * static_cast<std::size_t>(rows));
  }

  void fill(int first_row) {
    const auto used = std::min(static_cast<std::size_t>(plane_->width), width_);
    for (int i = 0; i < rows_; ++i) {
      JSAMPLE* out = row(i);
      const JSAMPLE* in = plane_->row<JSAMPLE>(std::min(first_row + i, plane_->height - 1));
      std::memcpy(out, in, used);
      std::memset(out + used, in[used - 1], width_ - used);
    }
  }
  int rows() const { return rows_; }
  JSAMPLE* row(int i) { return samples_.data() + static_cast<std::size_t>(i) * width_; }

 private:
  const Plane* plane_;
  int rows_;
  std::size_t width_;
  std::vector<JSAMPLE> samples_;
};

std::vector<Band> bands_for(const Picture& picture, Sampling sampling) {
  const int mcu = sampling.x * DCTSIZE;
  const int mcus = (picture.width + mcu - 1) / mcu;
  std::vector<Band> bands;
  for (std::size_t c = 0; c < picture.planes.size(); ++c) {
    const Sampling blocks = c == 0 ? sampling : Sampling{};
    bands.emplace_back(picture.planes[c], blocks.y * DCTSIZE, static_cast<std::size_t>(mcus * blocks.x * DCTSIZE));
  }
  return bands;
}

/// Runs inside JpegCalls::run().
void write_raw(jpeg_compress_struct& jpeg, std::vector<Band>& bands) {
  const auto lines = static_cast<JDIMENSION>(jpeg.max_v_samp_factor * DCTSIZE);
  JSAMPROW rows[3][k_most_mcu_rows];
  JSAMPARRAY arrays[3] = {rows[0], rows[1], rows[2]};
  for (int step = 0; jpeg.next_scanline < jpeg.image_height; ++step) {
    for (std::size_t c = 0; c < bands.size(); ++c) {
      bands[c].fill(step * bands[c].rows());
      for (int i = 0; i < bands[c].rows(); ++i) rows[c][i] = bands[c].row(i);
    }
    jpeg_write_raw_data(&jpeg, arrays, lines);
  }
}

/// Grey or RGB, rows interleaved in `buffer`. Runs inside JpegCalls::run().
void write_rows(jpeg_compress_struct& jpeg, const Picture& picture, JSAMPLE* buffer) {
  const auto channels = static_cast<std::size_t>(jpeg.input_components);
  while (jpeg.next_scanline < jpeg.image_height) {
    const int y = static_cast<int>(jpeg.next_scanline);
    for (std::size_t c = 0; c < channels; ++c) {
      const JSAMPLE* in = picture.planes[c].row<JSAMPLE>(y);
      for (std::size_t x = 0; x < jpeg.image_width; ++x) buffer[x * channels + c] = in[x];
    }
    jpeg_write_scanlines(&jpeg, &buffer, 1);
  }
}

/// Throws Error internal (a bug of ours) for a picture that encode_jpeg() does not take.
void require_encodable(const Picture& picture) {
  const auto planes = static_cast<std::size_t>(colour_planes(picture.model));
  bool good = picture.model != ColourModel::cmyk && !picture.alpha && picture.planes.size() == planes &&
              picture.width >= 1 && picture.height >= 1 && picture.bytes_per_sample() == 1;
  for (std::size_t c = 0; good && c < planes; ++c) {
    const Plane& plane = picture.planes[c];
    const bool chroma = picture.model == ColourModel::ycbcr && c > 0;
    const auto fits = [&](double pitch, int samples, int size) {
      return (pitch == 1 || (chroma && pitch == 2)) && samples * pitch >= size;
    };
    good = fits(plane.pitch_x, plane.width, picture.width) && fits(plane.pitch_y, plane.height, picture.height) &&
           (c < 2 || (plane.pitch_x == picture.planes[1].pitch_x && plane.pitch_y == picture.planes[1].pitch_y));
  }
  if (!good) throw Error(ErrorCode::internal, "JPEG cannot hold this picture");
}

/// Runs inside JpegCalls::run(), between jpeg_start_compress or its like and the first scan.
void write_segments(jpeg_compress_struct& jpeg, const std::vector<JpegSegment>& segments) {
  for (const JpegSegment& segment : segments)
    jpeg_write_marker(&jpeg, JPEG_APP0 + segment.app, reinterpret_cast<const JOCTET*>(segment.data.data()),
                      static_cast<unsigned>(segment.data.size()));
}

std::vector<std::byte> encode_plain(JpegWriter& writer, const Picture& picture, Sampling sampling,
                                    const std::vector<JpegSegment>& segments) {
  jpeg_compress_struct& jpeg = writer.handle();
  std::vector<Band> bands;
  std::vector<JSAMPLE> row;
  if (picture.model == ColourModel::ycbcr)
    bands = bands_for(picture, sampling);
  else
    row.resize(static_cast<std::size_t>(picture.width) * picture.planes.size());
  const bool done = writer.run([&] {
    jpeg_start_compress(&jpeg, TRUE);
    write_segments(jpeg, segments);
    if (jpeg.raw_data_in)
      write_raw(jpeg, bands);
    else
      write_rows(jpeg, picture, row.data());
    jpeg_finish_compress(&jpeg);
  });
  if (!done) writer.raise();
  return writer.take();
}

std::vector<std::byte> encode_with_trellis(JpegWriter& writer, const Picture& picture, Sampling sampling, int rounds,
                                           const std::vector<JpegSegment>& segments) {
  jpeg_compress_struct& jpeg = writer.handle();
  const JpegTables tables = tables_of(jpeg);
  const JpegContent content = picture.model == ColourModel::rgb
                                  ? quantise(to_ycbcr(picture, sampling.x, sampling.y), tables, rounds)
                                  : quantise(picture, tables, rounds);
  JpegOutput output(content);
  const bool done = writer.run([&] {
    output.start(jpeg);
    write_segments(jpeg, segments);
    output.write(jpeg);
    jpeg_finish_compress(&jpeg);
  });
  if (!done) writer.raise();
  std::vector<std::byte> bytes = writer.take();
  join_tables(bytes);
  return bytes;
}

}  // namespace

double jpeg_encode_memory(double pixels, const ResolvedVariant& settings, bool /*alpha*/) {
  constexpr double k_fixed = 1 << 20;
  constexpr double k_components = 3;
  // The coefficients, the values, libjpeg's copy of them, and by the block weights, sets and the chain of DCs with its
  // growth; RGB becomes YCbCr in planes of its own.
  constexpr double k_trellis = 3 * sizeof(std::int16_t) + 64.0 / 64 + 1;
  constexpr double k_progressive = sizeof(std::int16_t);
  const double of_sample = trellis_rounds(pixels, settings) > 0 ? k_trellis : settings.progressive ? k_progressive : 0;
  const double written = 2 * k_components * pixels;  // grows by doubling
  return k_components * of_sample * pixels + written + k_fixed;
}

std::vector<std::byte> encode_jpeg(const Picture& picture, const ResolvedVariant& settings,
                                   const Attachments& attachments) {
  if (picture.width > k_jpeg_most_side || picture.height > k_jpeg_most_side)
    throw Error(ErrorCode::too_large, "a JPEG has at most 65500 pixels on a side");
  require_encodable(picture);
  const std::vector<JpegSegment> segments = attachment_segments(attachments);
  const Sampling sampling = chroma_sampling(picture, settings);
  const int rounds = trellis_rounds(static_cast<double>(picture.width) * picture.height, settings);
  JpegWriter writer;
  jpeg_compress_struct& jpeg = writer.handle();
  const bool done = writer.run([&] {
    writer.create();
    set_up(jpeg, picture, settings);
  });
  if (!done) writer.raise();
  return rounds > 0 ? encode_with_trellis(writer, picture, sampling, rounds, segments)
                    : encode_plain(writer, picture, sampling, segments);
}

}  // namespace thumbs::image
