// Planes → PNG: grey, RGB or a palette, whichever is smallest without loss.
#include <algorithm>
#include <string>

#include "image/codec/encodable.h"
#include "image/codec/png/attachments.h"
#include "image/codec/png/png.h"
#include "image/codec/png/reduce.h"
#include "image/codec/png/support.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_idat_bytes = 64 << 10;  ///< of a chunk, each of which costs 12 more

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
  /// Fails if the thread's work must end; `samples` were written since the last call. Runs inside
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

void set_palette(const PngWriter& writer, const std::vector<std::uint32_t>& colours) {
  std::array<png_color, PNG_MAX_PALETTE_LENGTH> palette{};
  std::array<png_byte, PNG_MAX_PALETTE_LENGTH> alphas{};
  int translucent = 0;
  for (std::size_t i = 0; i < colours.size(); ++i) {
    const auto byte = [&](int shift) { return static_cast<png_byte>(colours[i] >> shift & 255); };
    palette[i] = {byte(24), byte(16), byte(8)};
    alphas[i] = byte(0);
    if (alphas[i] != 255) translucent = static_cast<int>(i) + 1;
  }
  png_set_PLTE(writer.png(), writer.info(), palette.data(), static_cast<int>(colours.size()));
  if (translucent > 0) png_set_tRNS(writer.png(), writer.info(), alphas.data(), translucent, nullptr);
}

/// Where a pixel is a byte or less of what it was, the time that this saves goes into a better search.
int level_of(const PngForm& form, const ResolvedVariant& settings) {
  constexpr int k_thorough = 6;
  return (form.colours || form.depth < 8) && settings.compression_level >= k_thorough ? 9 : settings.compression_level;
}

void set_up(const PngWriter& writer, const Picture& picture, const PngForm& form, const ResolvedVariant& settings) {
  png_set_user_limits(writer.png(), PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(writer.png(), level_of(form, settings));
  png_set_compression_buffer_size(writer.png(), k_idat_bytes);
  png_set_IHDR(writer.png(), writer.info(), static_cast<png_uint_32>(picture.width),
               static_cast<png_uint_32>(picture.height), form.depth, form.type, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (form.colours) set_palette(writer, form.colours->list());
}

/// Between IHDR and the pixels. iCCP comes before PLTE, and tRNS behind it (PNG 3, 5.6). Runs inside PngCalls::run().
void write_header(const PngWriter& writer, const std::vector<PngChunk>& chunks) {
  png_write_info_before_PLTE(writer.png(), writer.info());
  for (const PngChunk& chunk : chunks)
    png_write_chunk(writer.png(), reinterpret_cast<png_const_bytep>(chunk.name.data()),
                    reinterpret_cast<png_const_bytep>(chunk.data.data()), chunk.data.size());
  png_write_info(writer.png(), writer.info());
  png_set_packing(writer.png());
}

/// Runs inside PngCalls::run().
void write_rows(PngWriter& writer, const Picture& picture, const PngForm& form, png_bytep buffer) {
  const std::size_t samples = static_cast<std::size_t>(picture.width) * picture.planes.size();
  for (int y = 0; y < picture.height; ++y) {
    form_row(picture, y, form, buffer);
    png_write_row(writer.png(), buffer);
    writer.keep(samples);
  }
}

std::vector<std::byte> encode_as(const PngForm& form, const Picture& picture, const ResolvedVariant& settings,
                                 const std::vector<PngChunk>& chunks) {
  PngWriter writer;
  std::vector<png_byte> row(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(form.channels()));
  const bool done = writer.run([&] {
    writer.create();
    set_up(writer, picture, form, settings);
    write_header(writer, chunks);
    write_rows(writer, picture, form, row.data());
    png_write_end(writer.png(), nullptr);
  });
  if (!done) writer.raise();
  return writer.take();
}

}  // namespace

double png_encode_memory(double pixels, const ResolvedVariant& /*settings*/, bool /*alpha*/) {
  constexpr double k_fixed = 1 << 20;
  return pixels * (2 * 4) + k_fixed;
}

std::vector<std::byte> encode_png(const Picture& picture, const ResolvedVariant& settings,
                                  const Attachments& attachments) {
  require_encodable(picture, k_png_most_side, "PNG");
  const std::vector<PngChunk> chunks = attachment_chunks(attachments, settings.compression_level);
  std::vector<std::byte> smallest;
  for (const PngForm& form : lossless_forms(picture, attachments.palette, !attachments.profile.empty())) {
    std::vector<std::byte> bytes = encode_as(form, picture, settings, chunks);
    if (smallest.empty() || bytes.size() <= smallest.size()) smallest = std::move(bytes);
  }
  return smallest;
}

}  // namespace thumbs::image
