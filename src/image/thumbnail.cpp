// One variant of one picture: plan from the header, then all steps in a row.
#include "image/thumbnail.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "image/codec/formats.h"
#include "image/colour/colour.h"
#include "image/crop_choice.h"
#include "image/resize/kernel.h"
#include "image/resize/linear_light.h"
#include "image/resize/resample.h"
#include "image/resize/resize.h"
#include "image/resize/sharpen.h"
#include "image/trim.h"
#include "support/stage_time.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

constexpr double k_sharpen_bytes = 12;  // a pixel: luma, its mean, and both times alpha
/// EXIF, XMP, its extension or IPTC, and texts: as stored, edited, kept, written; and lists of what is in them.
constexpr double k_metadata_bytes = 4.0 * (3.0 * k_most_metadata_bytes + k_most_texts_bytes) + (12 << 20);

Size upright_size(const Header& header, Orientation orientation) {
  return orientation.transpose ? Size{header.height, header.width} : Size{header.width, header.height};
}

bool holds(PictureFormat format, Size canvas) {
  return std::max(canvas.width, canvas.height) <= codec_of(format).most_side;
}

bool is_padded(const Geometry& geometry) { return geometry.canvas != geometry.crop; }

/// YCbCr planes go from decoder to JPEG encoder as they are, unless they must be converted, or colours laid around or
/// over them.
bool stays_ycbcr(ColourModel model, const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  return model == ColourModel::ycbcr && !plan.to_srgb && !plan.in_light && codec_of(settings.format).ycbcr &&
         !is_padded(plan.geometry) && !plan.mark;
}

bool chosen_by_content(const ResolvedVariant& settings) {
  return settings.fit == Fit::cover &&
         (settings.position == Position::entropy || settings.position == Position::attention);
}

ChromaGrid chroma_grid(const ResolvedVariant& settings) {
  switch (settings.chroma_subsampling) {
    case ChromaSubsampling::s420: return ChromaGrid::half_xy;
    case ChromaSubsampling::s422: return ChromaGrid::half_x;
    case ChromaSubsampling::s444: break;
  }
  return ChromaGrid::full;
}

/// Of a picture of `model`.
ChromaGrid output_grid(ColourModel model, const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  return stays_ycbcr(model, plan, settings) ? chroma_grid(settings) : ChromaGrid::full;
}

/// Whether averages differ between light and stored samples at all: what is copied stays as it is.
bool averages(Size upright, const Geometry& geometry, Kernel kernel) {
  return kernel != Kernel::nearest && geometry.resized != upright;
}

/// Grey colours that are laid over or on a coloured background, or under a coloured mark, become rgb, for which a grey
/// profile is none.
bool becomes_rgb(const Header& header, const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  const Colour b = settings.background;
  const bool coloured = b.r != b.g || b.g != b.b;
  const bool laid_over = header.alpha && !codec_of(settings.format).alpha;
  const bool marked = plan.mark && plan.mark->is_coloured();
  return header.model == ColourModel::grey && (marked || (coloured && (laid_over || is_padded(plan.geometry))));
}

/// `other_colours`: the source's colours are not sRGB's.
ColourClaim colour_claim(const Header& header, const ThumbnailPlan& plan, bool other_colours) {
  if (plan.to_srgb || header.model == ColourModel::cmyk) return ColourClaim::srgb;
  if (other_colours) return ColourClaim::uncalibrated;
  const bool profile_is_srgb = !header.colours.profile.empty() && plan.warning.empty();
  return profile_is_srgb ? ColourClaim::srgb : ColourClaim::as_stored;
}

/// Conversion, or what describes the colours where they are kept.
void plan_colours(const Header& header, const ResolvedVariant& settings, ThumbnailPlan& plan) {
  const int bits = plan.deep ? 16 : header.bits;
  Conversion conversion = conversion_to_srgb(header.colours, header.model, bits);
  plan.warning = std::move(conversion.warning);
  const bool other_colours = conversion.to_srgb != nullptr;
  const bool keep =
      settings.colour == ColourMode::keep && header.model != ColourModel::cmyk && !becomes_rgb(header, plan, settings);
  if (keep) plan.profile = profile_to_keep(header.colours, header.model);
  if (plan.profile.empty()) plan.to_srgb = std::move(conversion.to_srgb);
  plan.colours = colour_claim(header, plan, other_colours);
  const bool wanted = settings.metadata == Metadata::all && plan.profile.empty() && !header.colours.profile.empty();
  if (wanted) plan.profile = plan.to_srgb ? srgb_profile(header.model) : profile_to_keep(header.colours, header.model);
}

/// Converts before flattening and padding, since backgrounds are sRGB.
Picture in_srgb(Picture picture, const ToSrgb& to_srgb) {
  if (picture.model == ColourModel::ycbcr) picture = to_rgb(std::move(picture));
  to_srgb.apply(picture);
  return picture;
}

/// 8-bit, in the colours and with the alpha that the format takes.
Picture in_output_colours(Picture picture, const ResolvedVariant& settings, Colour background) {
  if (!picture.premultiplied) return to_8_bit(to_rgb(std::move(picture)));
  return codec_of(settings.format).alpha ? unpremultiply(picture) : flatten(picture, background);
}

/// An error without a stage comes from an encoder.
std::vector<std::byte> encode(const Picture& picture, const ResolvedVariant& settings, const Attachments& attachments) {
  const InStage in_stage(Stage::encode);
  try {
    return codec_of(settings.format).encode(picture, settings, attachments);
  } catch (const Error& error) {
    if (!error.stage().empty()) throw;
    throw Error(error.code(), error.message(), error.path(), "encode");
  }
}

/// Of a thumbnail that is `result`.
MetadataFacts facts_of(const Picture& result, const Geometry& g, const ThumbnailPlan& plan,
                       const ResolvedVariant& settings) {
  const Orientation none;
  const bool turned = plan.orientation != none,
             cropped = g.crop.width != g.resized.width || g.crop.height != g.resized.height;
  return {.format = settings.format,
          .width = result.width,
          .height = result.height,
          .orientation = settings.auto_orient ? 1 : plan.stored_orientation,
          .reframed = turned || cropped || is_padded(g) || g.region,
          .colours = plan.colours};
}

Picture in_planned_colours(Picture picture, const ThumbnailPlan& plan) {
  return plan.to_srgb ? in_srgb(std::move(picture), *plan.to_srgb) : std::move(picture);
}

/// In sRGB, or in colours that are kept.
Picture resized(const Picture& picture, const ThumbnailPlan& plan, const Geometry& geometry,
                const ResolvedVariant& settings) {
  const InStage in_stage(Stage::resize);
  if (plan.in_light) return resize_in_light(picture, plan.orientation, geometry, settings.kernel, plan.to_srgb.get());
  const ChromaGrid grid = output_grid(picture.model, plan, settings);
  return in_planned_colours(resize(picture, plan.orientation, geometry, settings.kernel, grid), plan);
}

/// All steps from the resize and the conversion of colours to the encoder. `model` is the source's.
Picture finished_pixels(Picture result, const Geometry& g, ColourModel model, const ThumbnailPlan& plan,
                        const ResolvedVariant& settings) {
  const InStage in_stage(Stage::resize);
  const Colour background = settings.background;
  if (!stays_ycbcr(model, plan, settings)) result = in_output_colours(std::move(result), settings, background);
  if (settings.sharpen > 0) sharpen(result, settings.sharpen);
  if (is_padded(g)) {
    const bool alpha_out = result.alpha || background.a != 255;
    result = pad(std::move(result), g, background, alpha_out);
  }
  if (plan.mark) plan.mark->draw(result, *settings.watermark);
  return result;
}

Thumbnail finish_thumbnail(Picture resized_picture, const Geometry& g, ColourModel model, const ThumbnailPlan& plan,
                           const ResolvedVariant& settings, const MetadataBlocks& metadata) {
  const Picture result = finished_pixels(std::move(resized_picture), g, model, plan, settings);
  KeptMetadata kept = kept_metadata(metadata, settings.metadata, facts_of(result, g, plan, settings));
  const MetadataBlocks& blocks = kept.blocks;
  const Attachments attachments{.profile = plan.profile,
                                .exif = blocks.exif,
                                .xmp = blocks.xmp,
                                .iptc = blocks.iptc,
                                .extended_xmp = blocks.extended_xmp,
                                .texts = blocks.texts,
                                .palette = plan.palette};
  return {encode(result, settings, attachments), result.width, result.height, std::move(kept.warnings)};
}

Geometry final_geometry(const Picture& picture, const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  if (!chosen_by_content(settings)) return plan.geometry;
  return with_crop_chosen(picture, plan.orientation, plan.geometry, settings.position, plan.to_srgb.get());
}

std::uint64_t to_bytes(double bytes) {
  constexpr double k_most = 9e18;
  return static_cast<std::uint64_t>(std::min(bytes, k_most));
}

double area(Size size) { return static_cast<double>(size.width) * size.height; }

/// Rows are padded to blocks of 64 samples, and sometimes by one block more.
double padded_area(Size size) { return (size.width + 128.0) * size.height; }

/// Empty where nothing is cut off, so that the picture is treated as if nobody had asked for it.
std::optional<Region> trimmed_region(const Header& header, Orientation orientation, const ResolvedVariant& settings,
                                     const std::optional<Region>& content) {
  if (!settings.trim || !content) return std::nullopt;
  const Size stored{header.width, header.height};
  const Region kept = with_margin(*content, stored, *settings.trim);
  if (kept.size == stored) return std::nullopt;
  return upright_region(kept, stored, orientation);
}

/// A vector picture has no pixels that could be enlarged: it is drawn at the size that is asked for.
ResolvedVariant settings_for(const Header& header, ResolvedVariant settings) {
  settings.without_enlargement = settings.without_enlargement && !header.vector;
  return settings;
}

/// The pixels with which the picture must be drawn so that its kept part has those of the result.
Size drawn_size(const Header& header, const Geometry& geometry) {
  if (!header.vector) return {};
  const Size part = geometry.region ? geometry.region->size : Size{header.width, header.height};
  const auto scaled = [](int full, int kept, int resized) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(full) * resized / kept)));
  };
  return {scaled(header.width, part.width, geometry.resized.width),
          scaled(header.height, part.height, geometry.resized.height)};
}

}  // namespace

ThumbnailPlan plan_thumbnail(const Decoder& decoder, const ResolvedVariant& settings,
                             const std::optional<Region>& content, std::shared_ptr<const Mark> mark) {
  const Header& header = decoder.header();
  ThumbnailPlan plan;
  if (settings.watermark) plan.mark = std::move(mark);
  if (settings.auto_orient) plan.orientation = orientation_from_exif(header.orientation);
  plan.stored_orientation = header.container_orients ? header.orientation : 0;
  const Size upright = upright_size(header, plan.orientation);
  const std::optional<Region> region = trimmed_region(header, plan.orientation, settings, content);
  const Size scaled = region ? region->size : upright;
  plan.geometry = fit_geometry(upright, settings_for(header, settings), region);
  plan.drawn = drawn_size(header, plan.geometry);
  const Size canvas = plan.geometry.canvas;
  if (!holds(settings.format, canvas)) {
    const std::string size = std::to_string(canvas.width) + "×" + std::to_string(canvas.height);
    throw Error(ErrorCode::too_large, "the output format cannot hold " + size + " pixels", {}, "resize");
  }
  plan.in_light = settings.linear && !header.vector && averages(scaled, plan.geometry, settings.kernel);
  plan.deep = plan.in_light && header.deep;
  // A decoder that shrinks averages stored samples, not light.
  if (!plan.in_light) plan.shrink = decoder.shrink_for(shrink_allowed(scaled, plan.geometry, settings.kernel));
  plan_colours(header, settings, plan);
  if (codec_of(settings.format).palette) plan.palette = header.palette;
  plan.coarse_chroma =
      plan.shrink > 1 && stays_ycbcr(header.model, plan, settings) && chroma_grid(settings) == ChromaGrid::half_xy;
  return plan;
}

Size thumbnail_size(const Header& header, const ResolvedVariant& settings) {
  const Orientation orientation = settings.auto_orient ? orientation_from_exif(header.orientation) : Orientation{};
  return fit_geometry(upright_size(header, orientation), settings_for(header, settings)).canvas;
}

std::uint64_t thumbnail_memory(const Header& header, const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  const Geometry& g = plan.geometry;
  const Size upright = upright_size(header, plan.orientation);
  const int planes = colour_planes(header.model) + (header.alpha ? 1 : 0);
  const double bytes_per_sample = header.bits > 8 || plan.in_light ? 2 : 1;
  const double resized = padded_area(g.crop) * planes * bytes_per_sample;
  // Colour conversion and padding hold their input and their result at once.
  const double converted = padded_area(g.crop) * 4 + (is_padded(g) ? padded_area(g.canvas) * 4 : 0);
  const double encoded = codec_of(settings.format).memory(area(g.canvas), settings, header.alpha || is_padded(g)) +
                         3 * static_cast<double>(plan.profile.size());
  double extras = settings.sharpen > 0 ? padded_area(g.crop) * k_sharpen_bytes : 0;
  if (plan.in_light)
    extras += light_memory(padded_area({header.width, header.height}), plan.deep ? 2 : header.bits / 8);
  if (plan.mark) extras += mark_memory(g.canvas);
  if (chosen_by_content(settings)) extras += crop_choice_memory();
  if (settings.metadata != Metadata::strip) extras += k_metadata_bytes;
  double filters = 0;
  for (const auto& [full, kept, scaled] : {std::array{upright.width, g.crop.width, g.resized.width},
                                           std::array{upright.height, g.crop.height, g.resized.height}}) {
    const double samples = (static_cast<double>(full) / plan.shrink) * kept / scaled;
    // Luma and chroma; then a strip, across either axis of the stored picture.
    filters += 2.0 * static_cast<double>(filter_memory(samples, kept));
    filters += static_cast<double>(strip_memory(samples, 7 * samples / kept + 7, kept));
  }
  return to_bytes(resized + converted + encoded + extras + filters);
}

bool needs_rows_alone(const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  return !plan.in_light && !chosen_by_content(settings);
}

std::uint64_t thumbnail_rows_memory(const Header& header, const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  const Geometry& g = plan.geometry;
  const bool transpose = plan.orientation.transpose;
  const double planes = colour_planes(header.model) + (header.alpha ? 1 : 0);
  const double row_bytes = (static_cast<double>(header.width) / plan.shrink + 129) * (header.bits > 8 ? 2 : 1);
  const double rows = static_cast<double>(header.height) / plan.shrink;
  const double outputs = transpose ? g.resized.width : g.resized.height;
  return thumbnail_memory(header, plan, settings) + to_bytes(planes * row_resize_memory(row_bytes, rows, outputs, 7));
}

Thumbnail make_thumbnail(const Picture& picture, const ThumbnailPlan& plan, const ResolvedVariant& settings,
                         const MetadataBlocks& metadata) {
  const Geometry g = final_geometry(picture, plan, settings);
  return finish_thumbnail(resized(picture, plan, g, settings), g, picture.model, plan, settings, metadata);
}

Picture make_pixels(const Picture& picture, const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  const Geometry g = final_geometry(picture, plan, settings);
  return finished_pixels(resized(picture, plan, g, settings), g, picture.model, plan, settings);
}

void ThumbnailRows::add(const ThumbnailPlan& plan, const ResolvedVariant& settings) {
  members_.push_back({&plan, settings, std::nullopt});
}

void ThumbnailRows::begin(const Picture& frame) {
  model_ = frame.model;
  for (Member& member : members_) {
    const ThumbnailPlan& plan = *member.plan;
    const ResolvedVariant& settings = member.settings;
    member.rows.emplace(plan.orientation, plan.geometry, settings.kernel, output_grid(model_, plan, settings));
    member.rows->begin(frame);
  }
}

void ThumbnailRows::take(std::size_t plane, const Plane& rows) {
  const InStage in_stage(Stage::resize);
  for (Member& member : members_) member.rows->take(plane, rows);
}

Thumbnail ThumbnailRows::finish(std::size_t i, const MetadataBlocks& metadata) {
  const ThumbnailPlan& plan = *members_[i].plan;
  Picture picture = in_planned_colours(members_[i].rows->result(), plan);
  return finish_thumbnail(std::move(picture), plan.geometry, model_, plan, members_[i].settings, metadata);
}

Picture ThumbnailRows::finish_pixels(std::size_t i) {
  const ThumbnailPlan& plan = *members_[i].plan;
  Picture picture = in_planned_colours(members_[i].rows->result(), plan);
  return finished_pixels(std::move(picture), plan.geometry, model_, plan, members_[i].settings);
}

}  // namespace thumbs::image
