// SVG → planes of premultiplied RGBA, drawn for each size that is asked for.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "image/bytes.h"
#include "image/codec/picture_apart.h"
#include "image/codec/pixel_limit.h"
#include "image/codec/recognise/recognise.h"
#include "image/codec/source_reader.h"
#include "image/codec/svg/document.h"
#include "image/codec/svg/draw.h"
#include "image/codec/svg/gzip.h"
#include "image/codec/svg/library.h"
#include "image/codec/svg/svg.h"
#include "image/codec/warnings.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

constexpr std::uint64_t k_most_svg_bytes = 64 << 20;
constexpr int k_most_svg_side = 32767;  // cairo's

struct DrawnSize {
  int width;
  int height;
};

class SvgDecoder final : public Decoder {
 public:
  SvgDecoder(ByteSource& source, const Limits& limits) : limits_(limits) {
    if (source.size() > k_most_svg_bytes) throw Error(ErrorCode::too_large, "an SVG of more than 64 MiB");
    std::vector<std::byte> bytes(static_cast<std::size_t>(source.size()));
    bytes.resize(SourceReader(source).read(bytes));
    if (is_gzip(bytes))
      read_unpacked(source, bytes);
    else
      read_document(source, as_text(bytes));
    header_.format = FileFormat::svg;
    header_.vector = true;
    header_.width = std::max(1, static_cast<int>(std::lround(document_.width)));
    header_.height = std::max(1, static_cast<int>(std::lround(document_.height)));
    header_.alpha = true;
    header_.bits = 16;
  }

  const Header& header() const override { return header_; }
  const std::vector<std::string>& warnings() const override { return warnings_.texts(); }
  int shrink_for(double allowed) const override {
    return static_cast<int>(std::clamp(std::floor(allowed), 1.0, 32768.0));
  }
  std::uint64_t memory_needed(Scale scale, FailOn fail_on) const override;
  Picture decode(Scale scale, FailOn fail_on, std::uint64_t memory) override;
  MetadataBlocks metadata() override { return {}; }

 private:
  void read_document(ByteSource& source, std::string_view text);
  void read_unpacked(ByteSource& source, std::span<const std::byte> packed);
  DrawnSize drawn_size(Scale scale) const;
  Picture drawn(DrawnSize size) const;

  Limits limits_;
  Warnings warnings_;
  Header header_;
  SvgDocument document_;
};

/// XML that is broken or begins with another element may be anything.
void SvgDecoder::read_document(ByteSource& source, std::string_view text) {
  try {
    document_ = read_svg(text, limits_, warnings_);
  } catch (const Error& error) {
    const bool other = error.code() == ErrorCode::not_a_picture;
    if (!other && error.code() != ErrorCode::corrupt && error.code() != ErrorCode::truncated) throw;
    Error better = unreadable_file(FileFormat::unknown, source);
    const bool named = better.message().starts_with("not a picture, but");
    if (better.code() == ErrorCode::not_a_picture && (other || named)) throw better;
    throw Error(other ? ErrorCode::corrupt : error.code(), error.message());
  }
}

/// Anything may be in gzip data.
void SvgDecoder::read_unpacked(ByteSource& source, std::span<const std::byte> packed) {
  std::vector<std::byte> bytes;
  try {
    bytes = gunzip(packed, k_most_svg_bytes);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::corrupt && error.code() != ErrorCode::truncated) throw;
  }
  if (sniff(bytes) != FileFormat::svg || is_gzip(bytes)) throw unreadable_file(FileFormat::unknown, source);
  document_ = read_svg(as_text(bytes), limits_, warnings_);
}

DrawnSize SvgDecoder::drawn_size(Scale scale) const {
  if (scale.width > 0 && scale.height > 0) return {scale.width, scale.height};
  return {(header_.width - 1) / scale.shrink + 1, (header_.height - 1) / scale.shrink + 1};
}

std::uint64_t SvgDecoder::memory_needed(Scale scale, FailOn /*fail_on*/) const {
  constexpr double k_fixed = 64 << 20;      // the libraries' own
  constexpr double k_layers = 12;           // groups, masks and filters draw into pictures of their own
  constexpr double k_element_bytes = 4096;  // of librsvg's tree
  const DrawnSize size = drawn_size(scale);
  const double pixels = (size.width + 128.0) * size.height;
  return static_cast<std::uint64_t>(
      k_fixed + pixels * (4 * k_layers + 2 * 8) + static_cast<double>(document_.text.size()) * 4 +
      static_cast<double>(document_.elements) * k_element_bytes + static_cast<double>(document_.embedded_pixels) * 8);
}

/// So many samples cover `full` pixels, whatever is rounded.
double pitch_of(int full, int samples) {
  double pitch = static_cast<double>(full) / samples;
  while (pitch * samples < full) pitch = std::nextafter(pitch, std::numeric_limits<double>::infinity());
  return pitch;
}

Picture SvgDecoder::drawn(DrawnSize size) const {
  constexpr unsigned k_widened = 257;
  const Buffer pixels = draw_svg(document_, size.width, size.height);
  Picture picture;
  picture.width = header_.width;
  picture.height = header_.height;
  picture.alpha = picture.premultiplied = true;
  const double pitch_x = pitch_of(header_.width, size.width), pitch_y = pitch_of(header_.height, size.height);
  for (int c = 0; c < 4; ++c) picture.planes.emplace_back(size.width, size.height, 2, pitch_x, pitch_y);
  const auto* in = reinterpret_cast<const std::uint32_t*>(pixels.data());
  Pace pace;
  for (int y = 0; y < size.height; ++y, in += size.width) {
    pace.keep(static_cast<std::size_t>(size.width) * 4);
    for (std::size_t c = 0; c < 4; ++c) {
      const unsigned shift = c == 3 ? 24 : 16 - 8 * static_cast<unsigned>(c);
      auto* const out = picture.planes[c].row<std::uint16_t>(y);
      for (int x = 0; x < size.width; ++x) out[x] = static_cast<std::uint16_t>((in[x] >> shift & 255U) * k_widened);
    }
  }
  return picture;
}

Picture SvgDecoder::decode(Scale scale, FailOn fail_on, std::uint64_t /*memory*/) {
  const DrawnSize size = drawn_size(scale);
  require_few_pixels(size.width, size.height, limits_);
  if (std::max(size.width, size.height) > k_most_svg_side)
    throw Error(ErrorCode::too_large, "an SVG cannot be drawn with more than 32767 pixels on a side");
  // Loaded here, since it stays loaded here; what it does, it does in the other process.
  if (rsvg_library() == nullptr)
    throw Error(ErrorCode::unsupported, "SVG needs librsvg 2.52 or newer, which is not installed here (librsvg2-2)");
  const std::uint64_t memory = memory_needed(scale, fail_on);
  std::optional<Picture> picture;
  try {
    picture = picture_apart([&] {
      confine_drawing(memory);
      return drawn(size);
    });
  } catch (const Error& error) {
    if (error.code() != ErrorCode::internal) throw;
    throw Error(ErrorCode::corrupt, "librsvg gave up on it, or needs more memory than there is: " + error.message());
  }
  if (!picture)
    throw Error(ErrorCode::memory, "SVG is drawn in a process of its own, and the system does not allow one");
  return std::move(*picture);
}

}  // namespace

std::unique_ptr<Decoder> open_svg(ByteSource& source, const Limits& limits) {
  return std::make_unique<SvgDecoder>(source, limits);
}

}  // namespace thumbs::image
