// Planes → AVIF by libavif and libaom, in one thread.
#include <avif/avif.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "image/codec/avif/avif.h"
#include "image/codec/avif/effort.h"
#include "image/codec/avif/session.h"
#include "image/codec/encodable.h"
#include "support/apart.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

struct DestroyImage {
  void operator()(avifImage* image) const { avifImageDestroy(image); }
};
struct DestroyEncoder {
  void operator()(avifEncoder* encoder) const { avifEncoderDestroy(encoder); }
};
using Image = std::unique_ptr<avifImage, DestroyImage>;
using Encoder = std::unique_ptr<avifEncoder, DestroyEncoder>;

struct Output {
  avifRWData data = AVIF_DATA_EMPTY;
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { avifRWDataFree(&data); }
};

void require(avifResult result) {
  if (result == AVIF_RESULT_OK) return;
  const ErrorCode code = result == AVIF_RESULT_OUT_OF_MEMORY ? ErrorCode::memory : ErrorCode::internal;
  throw Error(code, std::string("libavif: ") + avifResultToString(result), {}, "encode");
}

avifPixelFormat format_of(const Picture& picture, const ResolvedVariant& settings) {
  if (picture.model == ColourModel::grey) return AVIF_PIXEL_FORMAT_YUV400;
  if (settings.lossless) return AVIF_PIXEL_FORMAT_YUV444;
  switch (settings.chroma_subsampling) {
    case ChromaSubsampling::s420: return AVIF_PIXEL_FORMAT_YUV420;
    case ChromaSubsampling::s422: return AVIF_PIXEL_FORMAT_YUV422;
    case ChromaSubsampling::s444: break;
  }
  return AVIF_PIXEL_FORMAT_YUV444;
}

void copy_plane(const Picture& picture, const Plane& plane, std::uint8_t* out, std::size_t row_bytes) {
  for (int y = 0; y < picture.height; ++y)
    std::memcpy(out + static_cast<std::size_t>(y) * row_bytes, plane.row<std::uint8_t>(y),
                static_cast<std::size_t>(picture.width));
}

/// Uses libavif's own arithmetic, not libyuv's: chroma is the exact mean of the pixels that it covers.
void fill_colours(const Picture& picture, avifImage& image) {
  const auto width = static_cast<std::size_t>(picture.width);
  std::vector<std::uint8_t> pixels(width * 3 * static_cast<std::size_t>(picture.height));
  for (int y = 0; y < picture.height; ++y) {
    std::uint8_t* row = pixels.data() + static_cast<std::size_t>(y) * width * 3;
    for (std::size_t c = 0; c < 3; ++c) {
      const auto* in = picture.planes[c].row<std::uint8_t>(y);
      for (std::size_t x = 0; x < width; ++x) row[x * 3 + c] = in[x];
    }
  }
  avifRGBImage rgb;
  avifRGBImageSetDefaults(&rgb, &image);
  rgb.format = AVIF_RGB_FORMAT_RGB;
  rgb.avoidLibYUV = AVIF_TRUE;
  rgb.chromaDownsampling = AVIF_CHROMA_DOWNSAMPLING_AVERAGE;
  rgb.pixels = pixels.data();
  rgb.rowBytes = static_cast<std::uint32_t>(width * 3);
  require(avifImageRGBToYUV(&image, &rgb));
}

Image image_of(const Picture& picture, const ResolvedVariant& settings) {
  Image image(avifImageCreate(static_cast<std::uint32_t>(picture.width), static_cast<std::uint32_t>(picture.height), 8,
                              format_of(picture, settings)));
  if (!image) throw Error(ErrorCode::memory, "out of memory", {}, "encode");
  const bool grey = picture.model == ColourModel::grey;
  image->yuvRange = AVIF_RANGE_FULL;
  image->colorPrimaries = AVIF_COLOR_PRIMARIES_BT709;
  image->transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_SRGB;
  image->matrixCoefficients =
      settings.lossless && !grey ? AVIF_MATRIX_COEFFICIENTS_IDENTITY : AVIF_MATRIX_COEFFICIENTS_BT601;
  if (grey) {
    require(avifImageAllocatePlanes(image.get(), AVIF_PLANES_YUV));
    copy_plane(picture, picture.planes.front(), image->yuvPlanes[AVIF_CHAN_Y], image->yuvRowBytes[AVIF_CHAN_Y]);
  } else {
    fill_colours(picture, *image);
  }
  if (picture.alpha) {
    require(avifImageAllocatePlanes(image.get(), AVIF_PLANES_A));
    copy_plane(picture, picture.planes.back(), image->alphaPlane, image->alphaRowBytes);
  }
  return image;
}

/// Exif is set as it is: libavif's own way would turn the picture by its orientation.
void attach(const Attachments& attachments, avifImage& image) {
  const auto bytes = [](std::span<const std::byte> data) { return reinterpret_cast<const std::uint8_t*>(data.data()); };
  if (!attachments.profile.empty()) {
    avifImageSetProfileICC(&image, bytes(attachments.profile), attachments.profile.size());
    image.colorPrimaries = AVIF_COLOR_PRIMARIES_UNSPECIFIED;
    image.transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_UNSPECIFIED;
  }
  if (!attachments.exif.empty()) avifRWDataSet(&image.exif, bytes(attachments.exif), attachments.exif.size());
  if (!attachments.xmp.empty()) avifImageSetMetadataXMP(&image, bytes(attachments.xmp), attachments.xmp.size());
}

/// libheif's mapping of a quality to libaom's constant quality level, which libvips and sharp use; `coarser` than that.
int quantiser(int quality, int coarser) {
  const int level = ((100 - quality) * AVIF_QUANTIZER_WORST_QUALITY + 50) / 100;
  // At most an eighth of the level: where the quality is high, a step is a large part of it.
  return std::min(level + std::clamp(coarser, -level / 8, level / 8), AVIF_QUANTIZER_WORST_QUALITY);
}

Encoder encoder_for(const Picture& picture, const ResolvedVariant& settings) {
  Encoder encoder(avifEncoderCreate());
  if (!encoder) throw Error(ErrorCode::memory, "out of memory", {}, "encode");
  encoder->codecChoice = AVIF_CODEC_CHOICE_AOM;  // always the same: other encoders give other bytes
  encoder->maxThreads = 1;
  const AvifEffort effort = avif_effort(picture, settings);
  encoder->speed = effort.speed;
  const int worst = settings.lossless ? AVIF_QUANTIZER_LOSSLESS : AVIF_QUANTIZER_WORST_QUALITY;
  encoder->minQuantizer = encoder->minQuantizerAlpha = AVIF_QUANTIZER_BEST_QUALITY;
  encoder->maxQuantizer = encoder->maxQuantizerAlpha = worst;
  const auto set = [&](const char* key, const char* value) {
    avifEncoderSetCodecSpecificOption(encoder.get(), key, value);
  };
  if (!settings.lossless) {
    set("end-usage", "q");
    set("cq-level", std::to_string(quantiser(settings.quality, effort.coarser)).c_str());
  }
  if (effort.photograph)
    for (const char* tool : {"enable-palette", "enable-intrabc", "enable-filter-intra"}) set(tool, "0");
  if (!effort.rectangles) {
    set("enable-rect-partitions", "0");
    set("min-partition-size", "8");
  }
  if (effort.own_chroma) set("enable-chroma-deltaq", "1");
  return encoder;
}

std::vector<std::byte> encoded(const Picture& picture, const ResolvedVariant& settings,
                               const Attachments& attachments) {
  const Image image = image_of(picture, settings);
  attach(attachments, *image);
  const Encoder encoder = encoder_for(picture, settings);
  Output output;
  require(avifEncoderWrite(encoder.get(), image.get(), &output.data));
  const auto* begin = reinterpret_cast<const std::byte*>(output.data.data);
  return {begin, begin + output.data.size};
}

/// libaom 3.6 says that all went well, and writes some pictures of several tiles so that only libaom itself reads them:
/// 6000 × 6000 pixels, or 500 × 20000. dav1d, which browsers have, calls them broken.
void require_readable(std::span<const std::byte> file) {
  try {
    MemorySource source(file);
    AvifSession session(source, 0);
    session.parse();
    session.decode();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::memory) throw;
    throw Error(ErrorCode::too_large, "libaom cannot encode so many pixels: make the thumbnail smaller", {}, "encode");
  }
}

std::vector<std::byte> encode(const Picture& picture, const ResolvedVariant& settings, const Attachments& attachments) {
  constexpr double k_one_tile = 1 << 23;  // pixels that fit one tile of AV1, more or less
  std::vector<std::byte> file = encoded(picture, settings, attachments);
  if (static_cast<double>(picture.width) * picture.height > k_one_tile) require_readable(file);
  return file;
}

/// Whether nobody would like to wait for the end: libaom cannot be asked to stop.
bool takes_long(const Picture& picture, const ResolvedVariant& settings) {
  // By effort, the pixels that took a third of a second of CPU time where they were noisy.
  constexpr std::array<double, 10> k_most_pixels = {1 << 20, 1 << 19, 1 << 18, 1 << 17, 1 << 16,
                                                    1 << 16, 1 << 15, 1 << 14, 1 << 13, 1 << 12};
  const double pixels = static_cast<double>(picture.width) * picture.height;
  return pixels > k_most_pixels[static_cast<std::size_t>(settings.effort)];
}

}  // namespace

// As measured, rounded up.
double avif_encode_memory(double pixels, const ResolvedVariant& settings, bool /*alpha*/) {
  constexpr double k_aom_fixed = 16 << 20;
  return pixels * (settings.lossless ? 56 : 40) + k_aom_fixed;
}

std::vector<std::byte> encode_avif(const Picture& picture, const ResolvedVariant& settings,
                                   const Attachments& attachments) {
  require_encodable(picture, k_avif_most_side, "AVIF");
  const auto make = [&] { return encode(picture, settings, attachments); };
  return takes_long(picture, settings) ? made_apart(make) : make();
}

}  // namespace thumbs::image
