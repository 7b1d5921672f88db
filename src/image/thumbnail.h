// Makes a thumbnail's bytes from an opened picture and a variant's settings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "image/codec/codec.h"
#include "image/colour/icc.h"
#include "image/geometry.h"
#include "image/metadata/facts.h"
#include "image/resize/row_resize.h"
#include "image/watermark.h"
#include "thumbs/thumbnail.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// How a recipe sees a picture with this header: everything that follows before a pixel is decoded.
struct ThumbnailPlan {
  Orientation orientation;
  Geometry geometry;
  int shrink = 1;
  bool coarse_chroma = false;
  bool in_light = false;                         ///< the resize averages light; false if it averages nothing
  bool deep = false;                             ///< decoded to 16 bits for that
  std::shared_ptr<const ToSrgb> to_srgb;         ///< null if the colours stay as they are
  std::shared_ptr<const Mark> mark;              ///< null: no watermark
  std::vector<std::byte> profile;                ///< to embed (`colour: keep`, `metadata: all`), or empty
  std::vector<std::uint32_t> palette;            ///< of the source, if the output format keeps it, or empty
  ColourClaim colours = ColourClaim::as_stored;  ///< what metadata may say about the colours
  int stored_orientation = 1;                    ///< for metadata if the pixels are not turned; 0: as the source says
  std::string warning;                           ///< why the source's colours are ignored, for people, or empty

  Size drawn;  ///< of a vector picture; 0×0 of others

  Scale scale() const { return {shrink, coarse_chroma, deep, drawn.width, drawn.height}; }
};

/// Throws Error too_large where the output's format cannot hold the result. `content` is what a BorderSearch found, for
/// settings that trim, and `mark` the watermark, for settings that have one.
ThumbnailPlan plan_thumbnail(const Decoder& decoder, const ResolvedVariant& settings,
                             const std::optional<Region>& content = {}, std::shared_ptr<const Mark> mark = {});

/// How large the output gets, unless it is trimmed.
Size thumbnail_size(const Header& header, const ResolvedVariant& settings);

/// An upper estimate of the bytes that make_thumbnail needs beside the decoded picture.
std::uint64_t thumbnail_memory(const Header& header, const ThumbnailPlan& plan, const ResolvedVariant& settings);

/// Resize, colour, alpha, sharpening, padding, encode. `metadata` is the source's, of which settings.metadata tells
/// what stays. `picture` is what the decoder gave at plan.scale(); it is not changed, so that several variants can be
/// made from it.
Thumbnail make_thumbnail(const Picture& picture, const ThumbnailPlan& plan, const ResolvedVariant& settings,
                         const MetadataBlocks& metadata = {});

/// The pixels of that thumbnail, before it is encoded.
Picture make_pixels(const Picture& picture, const ThumbnailPlan& plan, const ResolvedVariant& settings);

/// Whether the variant can be made from rows that come one after the other.
bool needs_rows_alone(const ThumbnailPlan& plan, const ResolvedVariant& settings);

/// An upper estimate of the bytes that a variant needs in ThumbnailRows, beside the decoder.
std::uint64_t thumbnail_rows_memory(const Header& header, const ThumbnailPlan& plan, const ResolvedVariant& settings);

/// Makes thumbnails of a picture that is never in memory as a whole. They have the same bytes as make_thumbnail()'s.
class ThumbnailRows final : public RowSink {
 public:
  /// Before the first row. `plan` must outlive the object. REQUIRES needs_rows_alone().
  void add(const ThumbnailPlan& plan, const ResolvedVariant& settings);

  void begin(const Picture& frame) override;
  void take(std::size_t plane, const Plane& rows) override;

  /// The i-th thumbnail added. To be called once each, after the last row.
  Thumbnail finish(std::size_t i, const MetadataBlocks& metadata = {});
  /// Its pixels instead, before they are encoded.
  Picture finish_pixels(std::size_t i);

 private:
  struct Member {
    const ThumbnailPlan* plan;
    ResolvedVariant settings;
    std::optional<RowResize> rows;
  };

  ColourModel model_ = ColourModel::rgb;
  std::vector<Member> members_;
};

}  // namespace thumbs::image
