// Lossless AVIF files made with libavif: any depth, sampling, range, matrix and transformation.
#pragma once

#include <avif/avif.h>

#include <cstdlib>
#include <cstring>
#include <functional>

#include "support/pictures.h"

namespace thumbs::test {

struct AvifRecipe {
  int width = 40;
  int height = 30;
  int depth = 8;
  avifPixelFormat format = AVIF_PIXEL_FORMAT_YUV444;
  avifRange range = AVIF_RANGE_FULL;
  int matrix = AVIF_MATRIX_COEFFICIENTS_BT601;
  int primaries = AVIF_COLOR_PRIMARIES_BT709;
  int transfer = AVIF_TRANSFER_CHARACTERISTICS_SRGB;
  avifChromaSamplePosition siting = AVIF_CHROMA_SAMPLE_POSITION_UNKNOWN;
  bool alpha = false;
  bool premultiplied = false;
  int frames = 1;
  std::function<void(avifImage&)> adjust = [](avifImage&) {};  ///< e.g. transformations, a profile
};

/// The stored sample of a plane (Y, U, V, then alpha) at a point of the full-size picture. Chroma samples of a halved
/// axis are taken at the position given by `siting`.
using AvifSamples = std::function<double(int plane, double x, double y)>;

inline void fill_avif(avifImage& image, const AvifRecipe& recipe, const AvifSamples& samples) {
  avifPixelFormatInfo info;
  avifGetPixelFormatInfo(image.yuvFormat, &info);
  for (int p = 0; p < 4; ++p) {
    std::uint8_t* plane = p < 3 ? image.yuvPlanes[p] : image.alphaPlane;
    if (plane == nullptr) continue;
    const std::uint32_t stride = p < 3 ? image.yuvRowBytes[p] : image.alphaRowBytes;
    const bool chroma = p == 1 || p == 2;
    const int px = chroma ? 1 << info.chromaShiftX : 1, py = chroma ? 1 << info.chromaShiftY : 1;
    const double left = px == 2 && recipe.siting != AVIF_CHROMA_SAMPLE_POSITION_UNKNOWN ? 0.25 : 0.5;
    const double top = py == 2 && recipe.siting == AVIF_CHROMA_SAMPLE_POSITION_COLOCATED ? 0.25 : 0.5;
    for (int y = 0; y * py < recipe.height; ++y) {
      for (int x = 0; x * px < recipe.width; ++x) {
        const double most = (1 << recipe.depth) - 1;
        const auto value =
            static_cast<std::uint16_t>(std::clamp(samples(p, (x + left) * px, (y + top) * py) + 0.5, 0.0, most));
        std::uint8_t* row = plane + static_cast<std::size_t>(y) * stride;
        if (recipe.depth == 8)
          row[x] = static_cast<std::uint8_t>(value);
        else
          std::memcpy(row + 2 * x, &value, 2);
      }
    }
  }
}

/// `frame_samples` gives the samples of each frame.
inline Bytes make_avif(const AvifRecipe& recipe, const std::function<AvifSamples(int frame)>& frame_samples) {
  avifEncoder* encoder = avifEncoderCreate();
  encoder->codecChoice = AVIF_CODEC_CHOICE_AOM;
  encoder->speed = 9;
  encoder->minQuantizer = encoder->maxQuantizer = AVIF_QUANTIZER_LOSSLESS;
  encoder->timescale = 10;
  for (int frame = 0; frame < recipe.frames; ++frame) {
    avifImage* image =
        avifImageCreate(static_cast<std::uint32_t>(recipe.width), static_cast<std::uint32_t>(recipe.height),
                        static_cast<std::uint32_t>(recipe.depth), recipe.format);
    image->yuvRange = recipe.range;
    image->matrixCoefficients = static_cast<avifMatrixCoefficients>(recipe.matrix);
    image->colorPrimaries = static_cast<avifColorPrimaries>(recipe.primaries);
    image->transferCharacteristics = static_cast<avifTransferCharacteristics>(recipe.transfer);
    image->yuvChromaSamplePosition = recipe.siting;
    image->alphaPremultiplied = recipe.premultiplied ? AVIF_TRUE : AVIF_FALSE;
    avifImageAllocatePlanes(image, recipe.alpha ? AVIF_PLANES_ALL : AVIF_PLANES_YUV);
    fill_avif(*image, recipe, frame_samples(frame));
    recipe.adjust(*image);
    const auto flags = recipe.frames == 1 ? AVIF_ADD_IMAGE_FLAG_SINGLE : AVIF_ADD_IMAGE_FLAG_NONE;
    if (avifEncoderAddImage(encoder, image, 1, flags) != AVIF_RESULT_OK) std::abort();
    avifImageDestroy(image);
  }
  avifRWData data = AVIF_DATA_EMPTY;
  if (avifEncoderFinish(encoder, &data) != AVIF_RESULT_OK) std::abort();
  avifEncoderDestroy(encoder);
  const auto* begin = reinterpret_cast<const std::byte*>(data.data);
  Bytes bytes(begin, begin + data.size);
  avifRWDataFree(&data);
  return bytes;
}

inline Bytes make_avif(const AvifRecipe& recipe, const AvifSamples& samples) {
  return make_avif(recipe, [&](int) { return samples; });
}

}  // namespace thumbs::test
