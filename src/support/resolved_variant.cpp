// What a variant leaves open, filled in: the one home of these defaults.
#include "thumbs/error.h"
#include "thumbs/variant.h"

namespace thumbs {
namespace {

constexpr int k_fine_chroma_from = 90;  // the quality from which halved chroma is what one sees first

int default_quality(PictureFormat format) { return format == PictureFormat::avif ? 50 : 80; }

ChromaSubsampling default_chroma(int quality) {
  return quality >= k_fine_chroma_from ? ChromaSubsampling::s444 : ChromaSubsampling::s420;
}

Colour background_of(const Variant& variant, PictureFormat format) {
  const bool holds_alpha = format != PictureFormat::jpeg;
  Colour background = variant.fit == Fit::contain && holds_alpha ? Colour{0, 0, 0, 0} : Colour{};
  if (variant.background) background = *variant.background;
  if (!holds_alpha) background.a = 255;  // nothing can show through
  return background;
}

PictureFormat own_format(const Variant& variant) {
  if (const auto format = picture_format(variant.format)) return *format;
  throw Error(ErrorCode::usage, "the format \"source\" needs a source");
}

}  // namespace

ResolvedVariant::ResolvedVariant(const Variant& variant, PictureFormat output)
    : width(variant.width),
      height(variant.height),
      trim(variant.trim),
      fit(variant.fit),
      position(variant.position),
      focus(variant.focus),
      background(background_of(variant, output)),
      without_enlargement(variant.without_enlargement),
      kernel(variant.kernel),
      linear(variant.linear),
      sharpen(variant.sharpen),
      watermark(variant.watermark),
      format(output),
      quality(variant.quality.value_or(default_quality(output))),
      lossless(variant.lossless),
      progressive(variant.progressive),
      chroma_subsampling(variant.chroma_subsampling.value_or(default_chroma(quality))),
      compression_level(variant.compression_level),
      effort(variant.effort),
      auto_orient(variant.auto_orient),
      metadata(variant.metadata),
      colour(variant.colour),
      fail_on(variant.fail_on) {}

ResolvedVariant::ResolvedVariant(const Variant& variant) : ResolvedVariant(variant, own_format(variant)) {}

}  // namespace thumbs
