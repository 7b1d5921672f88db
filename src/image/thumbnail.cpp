// One variant of one picture: plan from the header, then resize, colour, alpha, padding, encode in a row.
#include "image/thumbnail.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "image/colour.h"
#include "image/kernel.h"
#include "image/resample.h"
#include "image/resize.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

constexpr int k_jpeg_side = 65500;                           // libjpeg's JPEG_MAX_DIMENSION
constexpr int k_png_side = std::numeric_limits<int>::max();  // sizes are cut to this, so it stands for more

Size upright_size(const Header& header, Orientation orientation) {
  return orientation.transpose ? Size{header.height, header.width} : Size{header.width, header.height};
}

bool holds(OutputFormat format, Size canvas) {
  const int side = std::max(canvas.width, canvas.height);
  return format == OutputFormat::jpeg ? side <= k_jpeg_side : side < k_png_side;
}

bool is_padded(const Geometry& geometry) { return geometry.canvas != geometry.crop; }

/// YCbCr planes go from decoder to JPEG encoder as they are, unless they must be converted, or colours laid around
/// them.
bool stays_ycbcr(ColourModel model, const ThumbnailPlan& plan, const Variant& settings) {
  return model == ColourModel::ycbcr && !plan.to_srgb && settings.format == OutputFormat::jpeg &&
         !is_padded(plan.geometry);
}

ChromaGrid chroma_grid(const Variant& settings) {
  switch (settings.chroma_subsampling.value_or(ChromaSubsampling::s420)) {
    case ChromaSubsampling::s420: return ChromaGrid::half_xy;
    case ChromaSubsampling::s422: return ChromaGrid::half_x;
    case ChromaSubsampling::s444: break;
  }
  return ChromaGrid::full;
}

/// Ahead of flattening and padding: backgrounds are sRGB.
Picture in_srgb(Picture picture, const ToSrgb& to_srgb) {
  if (picture.model == ColourModel::ycbcr) picture = to_rgb(std::move(picture));
  to_srgb.apply(picture);
  return picture;
}

/// 8-bit, in the colours and with the alpha that the format takes.
Picture in_output_colours(Picture picture, const Variant& settings, Colour background) {
  if (!picture.premultiplied) return to_8_bit(to_rgb(std::move(picture)));
  return settings.format == OutputFormat::jpeg ? flatten(picture, background) : unpremultiply(picture);
}

std::vector<std::byte> encode(const Picture& picture, const Variant& settings) {
  switch (settings.format) {
    case OutputFormat::jpeg: return encode_jpeg(picture, settings);
    case OutputFormat::png: return encode_png(picture, settings);
    default: throw Error(ErrorCode::unsupported, "this output format is not supported", {}, "encode");
  }
}

std::uint64_t to_bytes(double bytes) {
  constexpr double k_most = 9e18;
  return static_cast<std::uint64_t>(std::min(bytes, k_most));
}

double area(Size size) { return static_cast<double>(size.width) * size.height; }

/// Rows are padded to blocks of 64 samples, and sometimes by one block more.
double padded_area(Size size) { return (size.width + 128.0) * size.height; }

}  // namespace

ThumbnailPlan plan_thumbnail(const Decoder& decoder, const Variant& settings) {
  const Header& header = decoder.header();
  ThumbnailPlan plan;
  if (settings.auto_orient) plan.orientation = orientation_from_exif(header.orientation);
  const Size upright = upright_size(header, plan.orientation);
  plan.geometry = fit_geometry(upright, settings);
  const Size canvas = plan.geometry.canvas;
  if (!holds(settings.format, canvas)) {
    const std::string size = std::to_string(canvas.width) + "×" + std::to_string(canvas.height);
    throw Error(ErrorCode::too_large, "the output format cannot hold " + size + " pixels", {}, "resize");
  }
  plan.shrink = decoder.shrink_for(shrink_allowed(upright, plan.geometry, settings.kernel));
  Conversion conversion = conversion_to_srgb(header.colours, header.model, header.bits);
  plan.to_srgb = std::move(conversion.to_srgb);
  plan.warning = std::move(conversion.warning);
  plan.coarse_chroma =
      plan.shrink > 1 && stays_ycbcr(header.model, plan, settings) && chroma_grid(settings) == ChromaGrid::half_xy;
  return plan;
}

std::uint64_t thumbnail_memory(const Header& header, const ThumbnailPlan& plan, const Variant& settings) {
  const Geometry& g = plan.geometry;
  const Size upright = upright_size(header, plan.orientation);
  const int planes = colour_planes(header.model) + (header.alpha ? 1 : 0);
  const double bytes_per_sample = header.bits > 8 ? 2 : 1;
  const double resized = padded_area(g.crop) * planes * bytes_per_sample;
  // Colour conversion and padding hold their result beside what they were given.
  const double converted = padded_area(g.crop) * 4 + (is_padded(g) ? padded_area(g.canvas) * 4 : 0);
  const double pixels = area(g.canvas);
  const double encoded =
      (settings.format == OutputFormat::jpeg ? jpeg_encode_memory(pixels, settings) : pixels * 2 * 4) + (1 << 20);
  double filters = 0;
  for (const auto& [full, kept, scaled] : {std::array{upright.width, g.crop.width, g.resized.width},
                                           std::array{upright.height, g.crop.height, g.resized.height}}) {
    const double samples = (static_cast<double>(full) / plan.shrink) * kept / scaled;
    // Luma and chroma; then a strip, across either axis of the stored picture.
    filters += 2.0 * static_cast<double>(filter_memory(samples, kept));
    filters += static_cast<double>(strip_memory(samples, 7 * samples / kept + 7, kept));
  }
  return to_bytes(resized + converted + encoded + filters);
}

Thumbnail make_thumbnail(const Picture& picture, const ThumbnailPlan& plan, const Variant& settings) {
  const Geometry& g = plan.geometry;
  Colour background = settings.background.value_or(Colour{});
  if (settings.format == OutputFormat::jpeg) background.a = 255;
  const bool raw = stays_ycbcr(picture.model, plan, settings);
  Picture result =
      resize(picture, plan.orientation, g, settings.kernel, raw ? chroma_grid(settings) : ChromaGrid::full);
  if (plan.to_srgb) result = in_srgb(std::move(result), *plan.to_srgb);
  if (!raw) result = in_output_colours(std::move(result), settings, background);
  if (is_padded(g)) {
    const bool alpha_out = result.alpha || background.a != 255;
    result = pad(std::move(result), g, background, alpha_out);
  }
  return {encode(result, settings), result.width, result.height};
}

}  // namespace thumbs
