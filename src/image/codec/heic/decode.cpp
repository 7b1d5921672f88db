// HEIC → planes of RGB or premultiplied RGBA at 1/shrink. libheif and the HEVC decoder below it run in a process that
// can be ended, and that has no more memory than was reserved.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "image/codec/alpha_rows.h"
#include "image/codec/box_rows.h"
#include "image/codec/heic/heic.h"
#include "image/codec/heic/session.h"
#include "image/codec/picture_apart.h"
#include "image/codec/pixel_limit.h"
#include "image/codec/source_reader.h"
#include "image/codec/warnings.h"
#include "image/colour/code_points.h"
#include "support/apart.h"
#include "support/buffer.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

class HeicDecoder final : public Decoder {
 public:
  HeicDecoder(ByteSource& source, const Limits& limits) : source_(source) {
    HeicSession session(source_);
    const heif_image_handle* const picture = session.primary();
    stored_pixels_ =
        static_cast<double>(heif_image_handle_get_ispe_width(picture)) * heif_image_handle_get_ispe_height(picture);
    require_few_pixels(heif_image_handle_get_ispe_width(picture), heif_image_handle_get_ispe_height(picture), limits);
    header_.format = FileFormat::heic;
    header_.container_orients = true;  // libheif turns the picture
    header_.width = heif_image_handle_get_width(picture);
    header_.height = heif_image_handle_get_height(picture);
    if (header_.width <= 0 || header_.height <= 0) throw Error(ErrorCode::corrupt, "a picture without pixels");
    require_few_pixels(header_.width, header_.height, limits);
    header_.alpha = heif_image_handle_has_alpha_channel(picture) != 0;
    header_.bits = header_.alpha ? 16 : 8;
    deep_ = heif_image_handle_get_luma_bits_per_pixel(picture) > 8;
    read_colours(session);
    if (session.pictures() > 1) warnings_.add("a file of several pictures: its primary one is used");
  }

  const Header& header() const override { return header_; }
  const std::vector<std::string>& warnings() const override { return warnings_.texts(); }
  int shrink_for(double allowed) const override {
    return static_cast<int>(std::clamp(std::floor(allowed), 1.0, double{BoxRows::k_max_shrink}));
  }
  std::uint64_t memory_needed(Scale scale, FailOn fail_on) const override;
  Picture decode(Scale scale, FailOn fail_on, std::uint64_t memory) override;
  MetadataBlocks metadata() override { return HeicSession(source_).metadata(); }

 private:
  void read_colours(const HeicSession& session);
  Picture decode_from(ByteSource& source, int shrink, bool strict) const;
  void read_row(const HeicRows& rows, int y, std::uint16_t* out) const;

  ByteSource& source_;
  Warnings warnings_;
  Header header_;
  double stored_pixels_ = 0;
  bool deep_ = false;
};

/// A profile takes precedence over the numbers.
void HeicDecoder::read_colours(const HeicSession& session) {
  header_.colours.profile = session.profile(k_most_profile_bytes);
  if (!header_.colours.profile.empty()) return;
  if (heif_image_handle_get_raw_color_profile_size(session.primary()) > 0)
    warnings_.add("the embedded colour profile is ignored: it is too large");
  heif_color_profile_nclx* found = nullptr;
  if (heif_image_handle_get_nclx_color_profile(session.primary(), &found).code != heif_error_Ok) return;
  const std::unique_ptr<heif_color_profile_nclx, void (*)(heif_color_profile_nclx*)> nclx(found,
                                                                                          heif_nclx_color_profile_free);
  const int primaries = nclx->color_primaries, transfer = nclx->transfer_characteristics;
  const auto unspecified = [](int code) { return code == 0 || code == 2; };
  if (unspecified(primaries) && unspecified(transfer)) return;
  CodePoints meant = encoding_of(unspecified(primaries) ? 1 : primaries, unspecified(transfer) ? 13 : transfer);
  if (!meant.encoding) warnings_.add("nclx is ignored: " + meant.fault);
  header_.colours.encoding = meant.encoding;
}

std::uint64_t HeicDecoder::memory_needed(Scale scale, FailOn /*fail_on*/) const {
  constexpr double k_fixed = 96 << 20;  // the HEVC decoder's thread and tables
  // YCbCr three times over (the decoder's, libheif's, turned or put together from tiles) and RGB.
  const double library = (3 * 3 + 4) * (deep_ ? 2.0 : 1.0) + (header_.alpha ? 4.0 : 0.0);
  const double shrunk_width = std::ceil(static_cast<double>(header_.width) / scale.shrink) + 128;
  const double planes =
      shrunk_width * std::ceil(static_cast<double>(header_.height) / scale.shrink) * (header_.alpha ? 4 * 2 : 3);
  const double pixels = std::max(stored_pixels_, static_cast<double>(header_.width) * header_.height);
  return static_cast<std::uint64_t>(k_fixed + pixels * library + planes * 2 + header_.width * 64.0 +
                                    static_cast<double>(source_.size()) * 2 +
                                    static_cast<double>(header_.colours.profile.size()));
}

/// 16 bits of the full range, premultiplied where there is alpha.
void HeicDecoder::read_row(const HeicRows& rows, int y, std::uint16_t* out) const {
  const std::uint8_t* const in = rows.first + rows.stride * static_cast<std::size_t>(y);
  const std::size_t samples = static_cast<std::size_t>(rows.width) * (header_.alpha ? 4 : 3);
  const std::uint32_t most = (1U << rows.bits) - 1;
  for (std::size_t i = 0; i < samples; ++i) {
    const std::uint32_t sample = rows.bits > 8 ? in[2 * i] | std::uint32_t{in[2 * i + 1]} << 8 : in[i];
    out[i] = static_cast<std::uint16_t>((std::min(sample, most) * 65535U + most / 2) / most);
  }
  if (header_.alpha && !rows.premultiplied)
    premultiply_row<std::uint16_t, 4>(out, out, static_cast<std::size_t>(rows.width));
}

Picture HeicDecoder::decode_from(ByteSource& source, int shrink, bool strict) const {
  HeicSession session(source);
  const HeicRows rows = session.decode(header_.alpha, strict);
  if (rows.width != header_.width || rows.height != header_.height)
    throw Error(ErrorCode::corrupt, "the picture does not match the file's header");
  Picture picture;
  picture.width = header_.width;
  picture.height = header_.height;
  picture.alpha = picture.premultiplied = header_.alpha;
  const std::size_t samples = BoxRows::padded_samples(static_cast<std::size_t>(header_.width), header_.alpha ? 4 : 3);
  std::vector<std::uint16_t> wide(samples);
  std::vector<std::uint8_t> narrow(header_.alpha ? 0 : samples);
  BoxRows boxes(picture, header_.alpha ? 2 : 1, shrink);
  for (int y = 0; y < header_.height; ++y) {
    read_row(rows, y, wide.data());
    for (std::size_t i = 0; i < narrow.size(); ++i)
      narrow[i] = static_cast<std::uint8_t>((wide[i] * 255U + 32767U) / 65535U);
    header_.alpha ? boxes.add(wide.data()) : boxes.add(narrow.data());
  }
  return picture;
}

Picture HeicDecoder::decode(Scale scale, FailOn fail_on, std::uint64_t /*memory*/) {
  // What another process reads would be missing in the hash of the decoded bytes.
  std::span<const std::byte> bytes = whole_of(source_);
  Buffer gathered;
  if (bytes.empty()) {
    gathered = Buffer(static_cast<std::size_t>(source_.size()));
    SourceReader reader(source_);
    if (reader.read(gathered.bytes()) != gathered.size())
      throw Error(ErrorCode::changed_while_read, "the file changed while it was read");
    bytes = gathered.bytes();
  }
  const std::uint64_t memory = memory_needed(scale, fail_on);
  std::optional<Picture> picture = picture_apart([&] {
    confine_apart(memory);
    MemorySource source(bytes);
    return decode_from(source, scale.shrink, fail_on == FailOn::warning);
  });
  if (!picture)
    throw Error(ErrorCode::memory, "HEIC is decoded in a process of its own, and the system does not allow one");
  return std::move(*picture);
}

}  // namespace

std::unique_ptr<Decoder> open_heic(ByteSource& source, const Limits& limits) {
  return std::make_unique<HeicDecoder>(source, limits);
}

std::string heic_library() {
  const heif_decoder_descriptor* decoder = nullptr;
  const int found = heif_get_decoder_descriptors(heif_compression_HEVC, &decoder, 1);
  const std::string hevc = found > 0 ? heif_decoder_descriptor_get_name(decoder) : "without an HEVC decoder";
  return "libheif " + std::string(heif_get_version()) + " (" + hevc + ")";
}

}  // namespace thumbs::image
