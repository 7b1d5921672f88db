// WebP → planes at 1/shrink: opaque lossy pictures as YCbCr planes, the rest by rows of RGB or premultiplied RGBA.
#include <webp/decode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "image/codec/alpha_rows.h"
#include "image/codec/box_rows.h"
#include "image/codec/cpu_limit.h"
#include "image/codec/pixel_limit.h"
#include "image/codec/source_reader.h"
#include "image/codec/warnings.h"
#include "image/codec/webp/container.h"
#include "image/codec/webp/webp.h"
#include "image/colour/range.h"
#include "image/metadata/orientation.h"
#include "support/buffer.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

struct DeleteDecoder {
  void operator()(WebPIDecoder* decoder) const { WebPIDelete(decoder); }
};
using IncrementalDecoder = std::unique_ptr<WebPIDecoder, DeleteDecoder>;

std::uint8_t* bytes_of(Plane& plane) { return plane.row<std::uint8_t>(0); }

class WebpDecoder final : public Decoder {
 public:
  WebpDecoder(ByteSource& source, const Limits& limits) : source_(source), seconds_(limits.seconds) {
    file_ = read_webp(source_);
    header_.format = FileFormat::webp;
    header_.width = file_.width;
    header_.height = file_.height;
    header_.orientation = exif_orientation(file_.metadata.exif);
    header_.alpha = file_.frame_alpha || !file_.covers_canvas();
    header_.model = file_.lossless || header_.alpha ? ColourModel::rgb : ColourModel::ycbcr;
    header_.bits = header_.alpha ? 16 : 8;
    header_.colours.profile = std::move(file_.profile);
    require_few_pixels(header_.width, header_.height, limits);
    in_pieces_ = whole_of(source_).empty();
  }

  const Header& header() const override { return header_; }
  const std::vector<std::string>& warnings() const override { return warnings_.texts(); }
  int shrink_for(double allowed) const override {
    return static_cast<int>(std::clamp(std::floor(allowed), 1.0, double{BoxRows::k_max_shrink}));
  }
  std::uint64_t memory_needed(Scale scale, FailOn fail_on) const override;
  Picture decode(Scale scale, FailOn fail_on, std::uint64_t memory) override;
  bool decodes_together(FailOn) const override { return !file_.ends_early; }
  std::vector<Picture> decode_together(std::span<const Scale> scales, FailOn) override {
    return decode_all(scales, FailOn::warning);  // what is damaged is decoded for each scale alone
  }
  MetadataBlocks metadata() override { return file_.metadata; }

 private:
  std::vector<Picture> decode_all(std::span<const Scale> scales, FailOn fail_on);
  std::vector<Picture> decode_planes(std::span<const std::byte> data, std::span<const Scale> scales, FailOn fail_on);
  std::vector<Picture> decode_rows(std::span<const std::byte> data, std::span<const Scale> scales, FailOn fail_on);
  Picture shrunk_rows(const Buffer& pixels, std::size_t stride, int rows, Scale scale) const;
  int feed(WebPDecoderConfig& config, std::span<const std::byte> data, FailOn fail_on);
  VP8StatusCode feed_slices(WebPIDecoder& decoder, std::span<const std::byte> data) const;
  int judge(VP8StatusCode status, int rows, FailOn fail_on);

  ByteSource& source_;
  double seconds_;
  Warnings warnings_;
  WebpFile file_;
  Header header_;
  bool in_pieces_ = false;
};

std::uint64_t WebpDecoder::memory_needed(Scale scale, FailOn) const {
  constexpr double k_fixed = 1 << 20;
  constexpr double k_plane_padding = 128;  // samples that a Plane adds to a row, at most
  constexpr double k_row_bytes = 32;       // bytes a pixel of a row: libwebp's caches, our sums and rows
  const double width = header_.width, height = header_.height;
  const double frame = static_cast<double>(file_.frame_width + 128) * file_.frame_height;
  // What libwebp keeps whole beside its output: VP8L's colours and their cache; ALPH's plane and the picture within.
  const double library = file_.lossless ? 4 : file_.frame_alpha ? 2 : 0;
  const double output = header_.model == ColourModel::ycbcr ? 1.5 : header_.alpha ? 4 : 3;
  const double channels = header_.alpha ? 4 * 2 : 3;
  const double planes =
      (std::ceil(width / scale.shrink) + k_plane_padding) * std::ceil(height / scale.shrink) * channels;
  return static_cast<std::uint64_t>(
      k_fixed + frame * (library + output) + planes + width * k_row_bytes +
      static_cast<double>(in_pieces_ ? file_.data_bytes : 0) +
      static_cast<double>(header_.colours.profile.size() + file_.metadata.exif.size() + file_.metadata.xmp.size()));
}

/// Feeds data in slices, to check the CPU time in between. The result does not depend on the slices.
VP8StatusCode WebpDecoder::feed_slices(WebPIDecoder& decoder, std::span<const std::byte> data) const {
  constexpr std::size_t k_most_slices = 256, k_least_slice = 4 << 10;
  const CpuLimit limit(seconds_);
  const std::size_t slice = std::max(data.size() / k_most_slices, k_least_slice);
  for (std::size_t size = 0; size < data.size();) {
    size = std::min(size + slice, data.size());
    const VP8StatusCode status = WebPIUpdate(&decoder, reinterpret_cast<const std::uint8_t*>(data.data()), size);
    limit.check();
    if (status != VP8_STATUS_SUSPENDED) return status;
  }
  return VP8_STATUS_SUSPENDED;
}

/// The number of decoded rows: all, or with FailOn::none at least one. Throws if there are fewer.
int WebpDecoder::judge(VP8StatusCode status, int rows, FailOn fail_on) {
  if (status == VP8_STATUS_OK) return file_.frame_height;
  if (status == VP8_STATUS_OUT_OF_MEMORY) throw Error(ErrorCode::memory, "out of memory");
  if (status == VP8_STATUS_UNSUPPORTED_FEATURE)
    throw Error(ErrorCode::unsupported, "a WebP feature that libwebp does not know");
  const bool cut = status == VP8_STATUS_SUSPENDED || status == VP8_STATUS_NOT_ENOUGH_DATA;
  const char* const fault = cut ? "premature end of file" : "corrupt picture data";
  if (fail_on != FailOn::none || rows <= 0) throw Error(cut ? ErrorCode::truncated : ErrorCode::corrupt, fault);
  warnings_.add(fault);
  return std::min(rows, file_.frame_height);
}

/// Decodes into config.output's memory; the rows that are there.
int WebpDecoder::feed(WebPDecoderConfig& config, std::span<const std::byte> data, FailOn fail_on) {
  const IncrementalDecoder decoder(WebPIDecode(nullptr, 0, &config));
  if (!decoder) throw Error(ErrorCode::memory, "out of memory");
  const VP8StatusCode status = feed_slices(*decoder, data);
  int rows = 0;
  if (WebPIDecodedArea(decoder.get(), nullptr, nullptr, nullptr, &rows) == nullptr) rows = 0;
  return judge(status, rows, fail_on);
}

Plane copy_of(const Plane& plane) {
  Plane copy(plane.width, plane.height, 1, plane.pitch_x, plane.pitch_y);
  std::memcpy(copy.row<std::uint8_t>(0), plane.row<std::uint8_t>(0), plane.bytes());
  return copy;
}

/// How a plane gets JPEG's full range.
struct Stretch {
  const RangeTable& table;
  std::uint8_t missing;  ///< what rows hold that did not come
  int rows;              ///< so many came
};

/// `plane` at 1/shrink; `stretch` changes it in place on the way, null where that is done. The `last` to ask for it may
/// have it.
Plane finished_plane(Plane& plane, int shrink, const Stretch* stretch, bool last) {
  Picture box;
  box.width = plane.width;
  box.height = plane.height;
  box.model = ColourModel::grey;
  std::optional<BoxRows> boxes;
  if (shrink > 1) boxes.emplace(box, 1, shrink);
  Pace pace;
  for (int y = 0; y < plane.height; ++y) {
    pace.keep(plane.stride);
    auto* row = plane.row<std::uint8_t>(y);
    if (stretch != nullptr) {
      if (y >= stretch->rows) std::memset(row, stretch->missing, plane.stride);
      const RangeTable& table = stretch->table;
      for (std::size_t x = 0; x < plane.stride; ++x) row[x] = table[row[x]];
    }
    if (boxes) boxes->add(row);
  }
  if (!boxes) return last ? std::move(plane) : copy_of(plane);
  box.planes.front().pitch_x = plane.pitch_x * shrink;
  box.planes.front().pitch_y = plane.pitch_y * shrink;
  return std::move(box.planes.front());
}

/// VP8's own planes: 4:2:0, limited-range BT.601. Stretched to the full range they are JPEG's: chroma is neither
/// upsampled nor converted, and lies where it lay.
std::vector<Picture> WebpDecoder::decode_planes(std::span<const std::byte> data, std::span<const Scale> scales,
                                                FailOn fail_on) {
  const int width = file_.frame_width, height = file_.frame_height;
  std::array<Plane, 3> planes = {Plane(width, height, 1),
                                 Plane(width / 2 + width % 2, height / 2 + height % 2, 1, 2, 2),
                                 Plane(width / 2 + width % 2, height / 2 + height % 2, 1, 2, 2)};
  WebPDecoderConfig config;
  WebPInitDecoderConfig(&config);
  config.output.colorspace = MODE_YUV;
  config.output.is_external_memory = 1;
  WebPYUVABuffer& yuv = config.output.u.YUVA;
  yuv.y = bytes_of(planes[0]), yuv.u = bytes_of(planes[1]), yuv.v = bytes_of(planes[2]);
  yuv.y_stride = static_cast<int>(planes[0].stride);
  yuv.u_stride = yuv.v_stride = static_cast<int>(planes[1].stride);
  yuv.y_size = planes[0].bytes(), yuv.u_size = yuv.v_size = planes[1].bytes();
  const int rows = feed(config, data, fail_on);

  const Stretch luma{luma_table(), 16, rows};
  const Stretch chroma{chroma_table(), 128, (rows + 1) / 2};
  std::vector<Picture> pictures;
  for (const Scale& scale : scales) {
    const bool first = pictures.empty(), last = pictures.size() + 1 == scales.size();
    Picture& picture = pictures.emplace_back();
    picture.width = width;
    picture.height = height;
    picture.model = ColourModel::ycbcr;
    const int chroma_shrink = scale.coarse_chroma ? scale.shrink : std::max(1, scale.shrink / 2);
    for (std::size_t c = 0; c < planes.size(); ++c)
      picture.planes.push_back(finished_plane(planes[c], c == 0 ? scale.shrink : chroma_shrink,
                                              first ? &(c == 0 ? luma : chroma) : nullptr, last));
  }
  return pictures;
}

/// All else: libwebp converts to RGB or RGBA; around a frame that does not cover its canvas all is transparent.
std::vector<Picture> WebpDecoder::decode_rows(std::span<const std::byte> data, std::span<const Scale> scales,
                                              FailOn fail_on) {
  const std::size_t channels = header_.alpha ? 4 : 3;
  const auto frame_width = static_cast<std::size_t>(file_.frame_width);
  const std::size_t stride = BoxRows::padded_samples(frame_width, channels);
  const Buffer pixels(stride * static_cast<std::size_t>(file_.frame_height));
  WebPDecoderConfig config;
  WebPInitDecoderConfig(&config);
  config.output.colorspace = header_.alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {reinterpret_cast<std::uint8_t*>(pixels.data()), static_cast<int>(stride), pixels.size()};
  const int rows = feed(config, data, fail_on);
  std::vector<Picture> pictures;
  for (const Scale& scale : scales) pictures.push_back(shrunk_rows(pixels, stride, rows, scale));
  return pictures;
}

Picture WebpDecoder::shrunk_rows(const Buffer& pixels, std::size_t stride, int rows, Scale scale) const {
  const std::size_t channels = header_.alpha ? 4 : 3;
  const auto width = static_cast<std::size_t>(file_.width), frame_width = static_cast<std::size_t>(file_.frame_width);
  Picture picture;
  picture.width = file_.width;
  picture.height = file_.height;
  picture.alpha = picture.premultiplied = header_.alpha;
  BoxRows boxes(picture, header_.alpha ? 2 : 1, scale.shrink);
  std::vector<std::uint16_t> wide(header_.alpha ? BoxRows::padded_samples(width, channels) : 0);
  const std::size_t left = static_cast<std::size_t>(file_.frame_x) * channels;
  if (header_.alpha)
    for (int y = 0; y < file_.frame_y; ++y) boxes.add(wide.data());
  Pace pace;
  for (int y = 0; y < rows; ++y) {
    pace.keep(frame_width * channels);
    const auto* row = reinterpret_cast<const std::uint8_t*>(pixels.data()) + stride * static_cast<std::size_t>(y);
    if (header_.alpha) premultiply_row<std::uint8_t, 4>(row, wide.data() + left, frame_width);
    header_.alpha ? boxes.add(wide.data()) : boxes.add(row);
  }
  boxes.finish();
  return picture;
}

Picture WebpDecoder::decode(Scale scale, FailOn fail_on, std::uint64_t) {
  return std::move(decode_all({&scale, 1}, fail_on).front());
}

std::vector<Picture> WebpDecoder::decode_all(std::span<const Scale> scales, FailOn fail_on) {
  for (const Scale& scale : scales)
    if (scale.shrink < 1 || scale.shrink > BoxRows::k_max_shrink)
      throw Error(ErrorCode::internal, "a WebP cannot be shrunk by " + std::to_string(scale.shrink));
  std::span<const std::byte> data = whole_of(source_);
  const auto size = static_cast<std::size_t>(file_.data_bytes);
  Buffer gathered;
  if (data.empty()) {
    gathered = Buffer(size);
    SourceReader reader(source_);
    if (!reader.seek(file_.data_at) || reader.read(gathered.bytes()) != size)
      throw Error(ErrorCode::changed_while_read, "the file changed while it was read");
    data = gathered.bytes();
  } else {
    data = data.subspan(static_cast<std::size_t>(file_.data_at), size);
  }
  std::vector<Picture> pictures =
      header_.model == ColourModel::ycbcr ? decode_planes(data, scales, fail_on) : decode_rows(data, scales, fail_on);
  constexpr const char* k_ends_early = "all pixels are there, but the file ends early";
  if (file_.ends_early && fail_on == FailOn::warning) throw Error(ErrorCode::truncated, k_ends_early);
  if (file_.ends_early) warnings_.add(k_ends_early);
  return pictures;
}

}  // namespace

std::unique_ptr<Decoder> open_webp(ByteSource& source, const Limits& limits) {
  return std::make_unique<WebpDecoder>(source, limits);
}

std::string webp_library() {
  const int version = WebPGetDecoderVersion();
  return "libwebp " + std::to_string(version >> 16) + "." + std::to_string(version >> 8 & 255) + "." +
         std::to_string(version & 255);
}

}  // namespace thumbs::image
