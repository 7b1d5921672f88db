// Planes → PNG: grey or RGB, with straight alpha or none, 8 bits.
#include <cstring>
#include <string>

#include "image/codec/codec.h"
#include "image/codec/png_attachments.h"
#include "image/codec/png_support.h"
#include "support/work_limit.h"

namespace thumbs {
namespace {

/// libpng's writer with an output buffer that grows. Not to be moved.
class PngWriter final : public PngCalls {
 public:
  PngWriter() = default;
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }

  /// Runs inside PngCalls::run().
  void create() {
    png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, static_cast<PngCalls*>(this), on_error, on_warning);
    if (png_ == nullptr) fail(ErrorCode::memory, "out of memory");
    info_ = png_create_info_struct(png_);
    if (info_ == nullptr) fail(ErrorCode::memory, "out of memory");
    png_set_write_fn(png_, this, write, flush);
  }

  png_structp png() const { return png_; }
  png_infop info() const { return info_; }
  /// Gives up where the thread's work must end; `samples` were written since the last call. Runs inside
  /// PngCalls::run().
  void keep(std::size_t samples) {
    if (!pace_.step(samples)) return;
    if (const GivenUp* reason = work_given_up()) fail(reason->code, reason->text);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  static void write(png_structp png, png_bytep data, std::size_t count) {
    PngWriter& self = *static_cast<PngWriter*>(png_get_io_ptr(png));
    self.keep(count);
    if (!self.append(reinterpret_cast<const std::byte*>(data), count)) self.fail(ErrorCode::memory, "out of memory");
  }
  static void flush(png_structp) {}

  bool append(const std::byte* data, std::size_t count) noexcept {
    try {
      bytes_.insert(bytes_.end(), data, data + count);
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::vector<std::byte> bytes_;
  Pace pace_;
};

int colour_type(const Picture& picture) {
  const int colour = picture.model == ColourModel::rgb ? PNG_COLOR_MASK_COLOR : 0;
  return colour | (picture.alpha ? PNG_COLOR_MASK_ALPHA : 0);
}

void set_up(const PngWriter& writer, const Picture& picture, const Variant& settings) {
  png_set_user_limits(writer.png(), PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(writer.png(), settings.compression_level);
  png_set_IHDR(writer.png(), writer.info(), static_cast<png_uint_32>(picture.width),
               static_cast<png_uint_32>(picture.height), 8, colour_type(picture), PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
}

/// Runs inside PngCalls::run().
void write_rows(PngWriter& writer, const Picture& picture, png_bytep buffer) {
  const std::size_t channels = picture.planes.size();
  const auto width = static_cast<std::size_t>(picture.width);
  for (int y = 0; y < picture.height; ++y) {
    for (std::size_t c = 0; c < channels; ++c) {
      const auto* in = picture.planes[c].row<std::uint8_t>(y);
      for (std::size_t x = 0; x < width; ++x) buffer[x * channels + c] = in[x];
    }
    png_write_row(writer.png(), buffer);
    writer.keep(width * channels);
  }
}

/// Whether the planes are what the contract says; a broken promise of ours, not of a file.
void require_encodable(const Picture& picture) {
  const bool model = picture.model == ColourModel::grey || picture.model == ColourModel::rgb;
  const auto planes = static_cast<std::size_t>(colour_planes(picture.model)) + (picture.alpha ? 1U : 0U);
  bool good = model && picture.planes.size() == planes && picture.width >= 1 && picture.height >= 1 &&
              !(picture.alpha && picture.premultiplied);
  for (std::size_t c = 0; good && c < planes; ++c) {
    const Plane& plane = picture.planes[c];
    good = plane.bytes_per_sample == 1 && plane.width >= picture.width && plane.height >= picture.height;
  }
  if (!good) throw Error(ErrorCode::internal, "not a picture that our PNG encoder can hold");
}

}  // namespace

std::vector<std::byte> encode_png(const Picture& picture, const Variant& settings, const Attachments& attachments) {
  require_encodable(picture);
  const std::vector<PngChunk> chunks = attachment_chunks(attachments, settings.compression_level);
  PngWriter writer;
  std::vector<png_byte> row(static_cast<std::size_t>(picture.width) * picture.planes.size());
  const bool done = writer.run([&] {
    writer.create();
    set_up(writer, picture, settings);
    png_write_info(writer.png(), writer.info());
    for (const PngChunk& chunk : chunks)
      png_write_chunk(writer.png(), reinterpret_cast<png_const_bytep>(chunk.name.data()),
                      reinterpret_cast<png_const_bytep>(chunk.data.data()), chunk.data.size());
    write_rows(writer, picture, row.data());
    png_write_end(writer.png(), nullptr);
  });
  if (!done) writer.raise();
  return writer.take();
}

}  // namespace thumbs
