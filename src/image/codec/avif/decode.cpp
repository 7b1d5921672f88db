// AVIF → planes at 1/shrink: BT.601 and monochrome plane by plane, the rest by rows of RGB or premultiplied RGBA.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "image/codec/avif/avif.h"
#include "image/codec/avif/colour.h"
#include "image/codec/avif/session.h"
#include "image/codec/box_rows.h"
#include "image/codec/cpu_limit.h"
#include "image/codec/picture_apart.h"
#include "image/codec/pixel_limit.h"
#include "image/codec/source_reader.h"
#include "image/codec/warnings.h"
#include "image/colour/code_points.h"
#include "image/colour/range.h"
#include "support/buffer.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

/// EXIF's name for: turned anticlockwise by `angle` × 90°, then mirrored (ISO/IEC 23008-12, 6.5.10 and 6.5.12; MIAF's
/// order). Mirror mode 0 exchanges top and bottom, 1 left and right.
int exif_orientation_of(const avifImage& image) {
  constexpr int k_turned[] = {1, 8, 3, 6}, k_top_bottom[] = {4, 5, 2, 7}, k_left_right[] = {2, 7, 4, 5};
  const int angle = (image.transformFlags & AVIF_TRANSFORM_IROT) != 0 ? image.irot.angle & 3 : 0;
  if ((image.transformFlags & AVIF_TRANSFORM_IMIR) == 0) return k_turned[angle];
  return image.imir.mode == 0 ? k_top_bottom[angle] : k_left_right[angle];
}

struct ViewOf {
  void operator()(avifImage* image) const { avifImageDestroy(image); }
};

class AvifDecoder final : public Decoder {
 public:
  AvifDecoder(ByteSource& source, const Limits& limits) : source_(source), seconds_(limits.seconds) {
    AvifSession session(source_, 0);
    const avifImage& image = session.parse();
    require_few_pixels(image.width, image.height, limits);
    if (image.width == 0 || image.height == 0) throw Error(ErrorCode::corrupt, "a picture without pixels");
    read_header(image, session.alpha());
    in_pieces_ = whole_of(source_).empty();
  }

  const Header& header() const override { return header_; }
  const std::vector<std::string>& warnings() const override { return warnings_.texts(); }
  int shrink_for(double allowed) const override {
    return static_cast<int>(std::clamp(std::floor(allowed), 1.0, double{BoxRows::k_max_shrink}));
  }
  std::uint64_t memory_needed(Scale scale, FailOn fail_on) const override;
  Picture decode(Scale scale, FailOn fail_on, std::uint64_t memory) override;
  bool decodes_together(FailOn) const override { return !takes_long(); }
  std::vector<Picture> decode_together(std::span<const Scale> scales, FailOn fail_on) override;
  MetadataBlocks metadata() override { return AvifSession::metadata(source_); }

 private:
  void read_header(const avifImage& image, bool alpha);
  void read_colours(const avifImage& image);
  void read_crop(const avifImage& image);
  void judge_end(FailOn fail_on);
  bool takes_long() const;
  Picture decode_apart(Scale scale) const;
  std::vector<Picture> decode_from(ByteSource& source, std::span<const Scale> scales) const;
  Picture decode_planes(const avifImage& image, Scale scale, const CpuLimit& limit) const;
  Picture decode_rows(const avifImage& image, int shrink, const CpuLimit& limit) const;

  ByteSource& source_;
  double seconds_;
  Warnings warnings_;
  Header header_;
  int stored_width_ = 0;
  int stored_height_ = 0;
  int depth_ = 8;
  double stored_planes_ = 3;  ///< in planes of luma's size
  avifCropRect crop_{};
  bool in_pieces_ = false;
};

void AvifDecoder::read_header(const avifImage& image, bool alpha) {
  stored_width_ = static_cast<int>(image.width);
  stored_height_ = static_cast<int>(image.height);
  depth_ = static_cast<int>(image.depth);
  avifPixelFormatInfo info;
  avifGetPixelFormatInfo(image.yuvFormat, &info);
  stored_planes_ = info.monochrome != AVIF_FALSE ? 1 : 1 + 2.0 / ((1 << info.chromaShiftX) * (1 << info.chromaShiftY));
  read_crop(image);
  header_.format = FileFormat::avif;
  header_.container_orients = true;
  header_.width = static_cast<int>(crop_.width);
  header_.height = static_cast<int>(crop_.height);
  header_.orientation = exif_orientation_of(image);
  header_.alpha = alpha;
  header_.model = avif_model(image, alpha);
  header_.bits = alpha ? 16 : 8;
  if (!avif_matrix_known(image))
    throw Error(ErrorCode::unsupported,
                "AVIF with matrix coefficients " + std::to_string(image.matrixCoefficients) + " is not supported");
  read_colours(image);
}

/// A profile takes precedence over the numbers, which are ignored if the first of them is "unspecified".
void AvifDecoder::read_colours(const avifImage& image) {
  if (image.icc.size > 0 && image.icc.size <= k_most_profile_bytes) {
    const auto* begin = reinterpret_cast<const std::byte*>(image.icc.data);
    header_.colours.profile.assign(begin, begin + image.icc.size);
    return;
  }
  if (image.icc.size > 0) warnings_.add("the embedded colour profile is ignored: it is too large");
  const int primaries = image.colorPrimaries, transfer = image.transferCharacteristics;
  const auto unspecified = [](int code) { return code == 0 || code == 2; };
  if (unspecified(primaries) && unspecified(transfer)) return;
  CodePoints meant = encoding_of(unspecified(primaries) ? 1 : primaries, unspecified(transfer) ? 13 : transfer);
  if (!meant.encoding) warnings_.add("nclx is ignored: " + meant.fault);
  header_.colours.encoding = meant.encoding;
}

void AvifDecoder::read_crop(const avifImage& image) {
  crop_ = {0, 0, image.width, image.height};
  if ((image.transformFlags & AVIF_TRANSFORM_CLAP) == 0) return;
  avifCropRect asked;
  avifDiagnostics diagnostics;
  if (avifCropRectConvertCleanApertureBox(&asked, &image.clap, image.width, image.height, image.yuvFormat,
                                          &diagnostics) != AVIF_FALSE)
    crop_ = asked;
  else
    warnings_.add("clap is ignored: it reaches beyond the picture");
}

std::uint64_t AvifDecoder::memory_needed(Scale scale, FailOn) const {
  constexpr double k_fixed = 8 << 20;      // the AV1 decoder's tables
  constexpr double k_plane_padding = 128;  // samples that a Plane adds to a row, at most
  const double channels = colour_planes(header_.model) + (header_.alpha ? 1 : 0);
  const double stored = (stored_width_ + 128.0) * (stored_height_ + 128.0) * (depth_ > 8 ? 2 : 1);
  const double shrunk_width = std::ceil(static_cast<double>(header_.width) / scale.shrink) + k_plane_padding;
  const double planes =
      shrunk_width * std::ceil(static_cast<double>(header_.height) / scale.shrink) * channels * (header_.alpha ? 2 : 1);
  // The decoder's picture and its data for each block; a grid is assembled in a second picture.
  const double library = stored * (stored_planes_ + (header_.alpha ? 1 : 0)) * 2;
  return static_cast<std::uint64_t>(k_fixed + library + planes * (takes_long() ? 2 : 1) + header_.width * 64.0 +
                                    static_cast<double>(in_pieces_ ? 2 * source_.size() : 0) +
                                    static_cast<double>(header_.colours.profile.size()));
}

/// One plane through `table`, at 1/shrink; a sample covers pitch_x × pitch_y pixels before.
Plane boxed_plane(const avifImage& image, int channel, int shrink, const RangeTable& table) {
  avifPixelFormatInfo info;
  avifGetPixelFormatInfo(image.yuvFormat, &info);
  const int across = channel > 0 ? 1 << info.chromaShiftX : 1, down = channel > 0 ? 1 << info.chromaShiftY : 1;
  Picture box;
  box.width = (static_cast<int>(image.width) + across - 1) / across;
  box.height = (static_cast<int>(image.height) + down - 1) / down;
  box.model = ColourModel::grey;
  BoxRows boxes(box, 1, shrink);
  const auto width = static_cast<std::size_t>(box.width);
  std::vector<std::uint8_t> row(BoxRows::padded_samples(width, 1));
  Pace pace;
  for (int y = 0; y < box.height; ++y) {
    pace.keep(width);
    const std::uint8_t* in =
        image.yuvPlanes[channel] + static_cast<std::size_t>(image.yuvRowBytes[channel]) * static_cast<unsigned>(y);
    if (image.depth == 8) {
      for (std::size_t x = 0; x < width; ++x) row[x] = table[in[x]];
    } else {
      const auto* deep = reinterpret_cast<const std::uint16_t*>(in);
      for (std::size_t x = 0; x < width; ++x) row[x] = table[std::min<std::size_t>(deep[x], table.size() - 1)];
    }
    boxes.add(row.data());
  }
  box.planes.front().pitch_x *= across;
  box.planes.front().pitch_y *= down;
  return std::move(box.planes.front());
}

Picture AvifDecoder::decode_planes(const avifImage& image, Scale scale, const CpuLimit& limit) const {
  const bool limited = image.yuvRange == AVIF_RANGE_LIMITED, halved = image.yuvFormat != AVIF_PIXEL_FORMAT_YUV444;
  const int bits = static_cast<int>(image.depth);
  Picture picture;
  picture.width = header_.width;
  picture.height = header_.height;
  picture.model = header_.model;
  picture.planes.push_back(boxed_plane(image, AVIF_CHAN_Y, scale.shrink, luma_table(bits, limited)));
  if (header_.model == ColourModel::grey) return picture;
  const int chroma_shrink = halved && !scale.coarse_chroma ? std::max(1, scale.shrink / 2) : scale.shrink;
  for (const int channel : {AVIF_CHAN_U, AVIF_CHAN_V}) {
    limit.check();
    picture.planes.push_back(boxed_plane(image, channel, chroma_shrink, chroma_table(bits, limited)));
  }
  return picture;
}

Picture AvifDecoder::decode_rows(const avifImage& image, int shrink, const CpuLimit& limit) const {
  constexpr int k_rows_between_looks = 16;
  Picture picture;
  picture.width = header_.width;
  picture.height = header_.height;
  picture.model = header_.model;
  picture.alpha = picture.premultiplied = header_.alpha;
  AvifRows rows(image);
  BoxRows boxes(picture, header_.alpha ? 2 : 1, shrink);
  const std::size_t samples = BoxRows::padded_samples(static_cast<std::size_t>(header_.width), rows.channels());
  std::vector<std::uint16_t> wide(samples);
  std::vector<std::uint8_t> narrow(header_.alpha ? 0 : samples);
  for (int y = 0; y < header_.height; ++y) {
    if (y % k_rows_between_looks == 0) limit.check();
    rows.read(y, wide.data());
    for (std::size_t i = 0; i < narrow.size(); ++i)
      narrow[i] = static_cast<std::uint8_t>((wide[i] * 255U + 32767U) / 65535U);
    header_.alpha ? boxes.add(wide.data()) : boxes.add(narrow.data());
  }
  return picture;
}

/// After all of the picture came.
void AvifDecoder::judge_end(FailOn fail_on) {
  constexpr const char* k_ends_early = "all pixels are there, but the file ends early";
  if (!AvifSession(source_, 0).ends_early()) return;
  if (fail_on == FailOn::warning) throw Error(ErrorCode::truncated, k_ends_early);
  warnings_.add(k_ends_early);
}

/// Whether the decoder, which cannot be asked to end, may take longer than anybody would like to wait.
bool AvifDecoder::takes_long() const {
  constexpr double k_most_pixels = 1 << 23;
  return static_cast<double>(stored_width_) * stored_height_ > k_most_pixels;
}

Picture AvifDecoder::decode(Scale scale, FailOn fail_on, std::uint64_t) {
  Picture picture = takes_long() ? decode_apart(scale) : std::move(decode_from(source_, {&scale, 1}).front());
  judge_end(fail_on);
  return picture;
}

std::vector<Picture> AvifDecoder::decode_together(std::span<const Scale> scales, FailOn) {
  if (AvifSession(source_, 0).ends_early()) return {};
  return decode_from(source_, scales);
}

Picture AvifDecoder::decode_apart(Scale scale) const {
  // What another process reads would be missing in the hash of the decoded bytes.
  std::span<const std::byte> bytes = whole_of(source_);
  Buffer gathered;
  if (bytes.empty()) {
    gathered = Buffer(static_cast<std::size_t>(source_.size()));
    SourceReader reader(source_);
    if (!reader.seek(0) || reader.read(gathered.bytes()) != gathered.size())
      throw Error(ErrorCode::changed_while_read, "the file changed while it was read");
    bytes = gathered.bytes();
  }
  MemorySource source(bytes);
  const auto make = [&] { return std::move(decode_from(source, {&scale, 1}).front()); };
  std::optional<Picture> picture = picture_apart(make);
  return picture ? std::move(*picture) : make();
}

std::vector<Picture> AvifDecoder::decode_from(ByteSource& source, std::span<const Scale> scales) const {
  constexpr std::uint64_t k_slack = 128;  // cells of a grid may reach beyond the picture
  for (const Scale& scale : scales)
    if (scale.shrink < 1 || scale.shrink > BoxRows::k_max_shrink)
      throw Error(ErrorCode::internal, "an AVIF cannot be shrunk by " + std::to_string(scale.shrink));
  const CpuLimit limit(seconds_);
  AvifSession session(source, (static_cast<std::uint64_t>(stored_width_) + k_slack) *
                                  (static_cast<std::uint64_t>(stored_height_) + k_slack));
  session.parse();
  const avifImage& image = session.decode();
  limit.check();
  const bool as_promised = static_cast<int>(image.width) == stored_width_ &&
                           static_cast<int>(image.height) == stored_height_ &&
                           static_cast<int>(image.depth) == depth_ && (image.alphaPlane != nullptr) == header_.alpha &&
                           avif_matrix_known(image) && avif_model(image, header_.alpha) == header_.model;
  if (!as_promised) throw Error(ErrorCode::corrupt, "the picture does not match the file's header");
  const std::unique_ptr<avifImage, ViewOf> view(avifImageCreateEmpty());
  if (!view) throw Error(ErrorCode::memory, "out of memory");
  if (avifImageSetViewRect(view.get(), &image, &crop_) != AVIF_RESULT_OK)
    throw Error(ErrorCode::corrupt, "the clean aperture reaches beyond the picture");
  view->alphaPremultiplied = image.alphaPremultiplied;
  const bool plane_wise = !header_.alpha && header_.model != ColourModel::rgb;
  std::vector<Picture> pictures;
  for (const Scale& scale : scales)
    pictures.push_back(plane_wise ? decode_planes(*view, scale, limit) : decode_rows(*view, scale.shrink, limit));
  return pictures;
}

}  // namespace

std::unique_ptr<Decoder> open_avif(ByteSource& source, const Limits& limits) {
  return std::make_unique<AvifDecoder>(source, limits);
}

std::string avif_library() {
  char codecs[256];
  avifCodecVersions(codecs);
  return "libavif " + std::string(avifVersion()) + " (" + codecs + ")";
}

}  // namespace thumbs::image
