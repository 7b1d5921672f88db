// One picture, one variant: what the pipeline does for a source, without the pipeline.
#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "disk/content.h"
#include "disk/real_path.h"
#include "image/codec/codec.h"
#include "image/decode_plan.h"
#include "image/thumbnail.h"
#include "image/trim.h"
#include "image/watermark.h"
#include "library/animation.h"
#include "machine/cores.h"
#include "manifest/require_sound.h"
#include "support/built_formats.h"
#include "support/work_limit.h"
#include "thumbs/error.h"
#include "thumbs/thumbnail.h"

namespace thumbs {
namespace {

using Bytes = std::span<const std::byte>;

/// Runs `body`. Whatever it throws comes out as an Error that names a stage.
template <class Body>
auto in_stage(const char* stage, Body body) {
  try {
    return body();
  } catch (const Error& error) {
    if (!error.stage().empty() || error.code() == ErrorCode::usage) throw;
    throw Error(error.code(), error.message(), error.path(), stage);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::memory, "out of memory", {}, stage);
  } catch (const std::exception& error) {
    throw Error(ErrorCode::internal, error.what(), {}, stage);
  }
}

void require_size(Bytes picture, const Limits& limits) {
  if (limits.input_bytes == 0 || picture.size() <= limits.input_bytes) return;
  throw Error(ErrorCode::too_large,
              std::to_string(picture.size()) + " bytes, more than limits.inputBytes (" +
                  std::to_string(limits.input_bytes) + ")",
              {}, "read");
}

/// The decoder opens nothing else.
SourceFormat format_of(const image::Header& header) {
  switch (header.format) {
    case image::FileFormat::jpeg: return SourceFormat::jpeg;
    case image::FileFormat::png: return SourceFormat::png;
    case image::FileFormat::webp: return SourceFormat::webp;
    case image::FileFormat::avif: return SourceFormat::avif;
    case image::FileFormat::gif: return SourceFormat::gif;
    case image::FileFormat::tiff: return SourceFormat::tiff;
    case image::FileFormat::svg: return SourceFormat::svg;
    case image::FileFormat::bmp: return SourceFormat::bmp;
    case image::FileFormat::heic: return SourceFormat::heic;
    default: throw Error(ErrorCode::internal, "a decoder for " + std::string(image::name(header.format)));
  }
}

PictureInfo info_of(Bytes picture, const image::Header& header) {
  const bool turned = image::orientation_from_exif(header.orientation).transpose;
  PictureInfo info;
  info.format = format_of(header);
  info.stored_width = header.width;
  info.stored_height = header.height;
  info.orientation = header.orientation;
  info.width = turned ? header.height : header.width;
  info.height = turned ? header.width : header.height;
  info.has_alpha = header.alpha;
  info.is_grey = header.model == image::ColourModel::grey;
  info.bits = header.deep ? 16 : 8;
  info.progressive = header.progressive;
  info.has_profile = !header.colours.profile.empty();
  info.is_animated = library::is_animated(picture, info.format);
  return info;
}

void require_built(PictureFormat format) {
  const BuiltFormats built = built_formats();
  const bool missing = (format == PictureFormat::webp && !built.webp) || (format == PictureFormat::avif && !built.avif);
  if (missing)
    throw Error(ErrorCode::unsupported, built_without(format == PictureFormat::webp ? "WebP" : "AVIF"), {}, "encode");
}

/// What limits.memory "auto" comes to here. What the machine has does not change.
std::uint64_t most_memory(const Limits& limits) {
  static const std::uint64_t k_automatic = machine::usable_memory() / 4 * 3;
  return limits.memory.value_or(k_automatic);
}

/// The watermark, where the settings name one.
std::shared_ptr<const image::Mark> mark_of(const ResolvedVariant& settings, const Limits& limits) {
  if (!settings.watermark) return nullptr;
  const std::string& file = settings.watermark->file;
  try {
    const std::vector<std::byte> bytes =
        disk::read_bytes(*disk::open_disk(disk::real_path_of(".")), file, limits.input_bytes);
    return std::make_shared<const image::Mark>(bytes, limits);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::interrupted) throw;
    throw Error(ErrorCode::usage, "the watermark cannot be used: " + error.message(), file);
  }
}

/// One thumbnail on its way: whole, or by rows where the picture is large and that needs less memory.
class Making {
 public:
  Making(image::Decoder& decoder, const ResolvedVariant& settings, const Limits& limits)
      : decoder_(decoder),
        settings_(settings),
        most_{most_memory(limits), true},
        plan_(image::plan_thumbnail(decoder, settings, content(), mark_of(settings, limits))),
        decode_(plan_decode()) {}

  Thumbnail run() {
    const image::MetadataBlocks metadata = settings_.metadata == Metadata::strip
                                               ? image::MetadataBlocks{}
                                               : in_stage("decode", [&] { return decoder_.metadata(); });
    return decode_.by_rows ? make_by_rows(metadata) : make_whole(metadata);
  }

  const std::string& colour_warning() const { return plan_.warning; }

 private:
  /// What is within the borders, where these are to be trimmed. As a build looks for them.
  std::optional<image::Region> content() const {
    if (!settings_.trim) return std::nullopt;
    const image::Scale scale = image::border_scale(decoder_);
    const std::uint64_t beside = image::border_memory(decoder_.header(), scale);
    return in_stage("decode", [&] {
      const image::BorderSearch search(decoded(scale, FailOn::none, beside), decoder_.header());
      return search.content(settings_.trim->threshold);
    });
  }

  image::PlannedDecode plan_decode() const {
    const image::DecodeDemand demand = image::demand_of(decoder_, plan_, settings_, most_);
    image::DecodePlan plan = image::plan_decodes({&demand, 1}, {most_, 0, 0});
    if (!plan.refused.empty()) throw Error(plan.refused.front().error);
    return std::move(plan.decodes.front());
  }

  Thumbnail make_by_rows(const image::MetadataBlocks& metadata) {
    image::ThumbnailRows rows;
    rows.add(plan_, settings_);
    in_stage("decode", [&] { decoder_.decode_to(plan_.scale(), settings_.fail_on, rows); });
    return rows.finish(0, metadata);
  }

  Thumbnail make_whole(const image::MetadataBlocks& metadata) {
    const image::Picture picture =
        in_stage("decode", [&] { return decoded(plan_.scale(), settings_.fail_on, decode_.beside); });
    return image::make_thumbnail(picture, plan_, settings_, metadata);
  }

  /// A damaged file may need more than its headers said.
  image::Picture decoded(image::Scale scale, FailOn fail_on, std::uint64_t beside) const {
    const std::uint64_t allowed = image::memory_within(decoder_, scale, fail_on, beside, most_);
    if (const std::optional<Error> error = image::refusal(allowed + beside, most_)) throw Error(*error);
    try {
      return decoder_.decode(scale, fail_on, allowed);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::memory || decoder_.memory_needed(scale, fail_on) <= allowed) throw;
    }
    const std::uint64_t needed = decoder_.memory_needed(scale, fail_on);
    if (const std::optional<Error> error = image::refusal(needed + beside, most_)) throw Error(*error);
    return decoder_.decode(scale, fail_on, needed);
  }

  image::Decoder& decoder_;
  const ResolvedVariant& settings_;
  image::MemoryLimit most_;
  image::ThumbnailPlan plan_;
  image::PlannedDecode decode_;
};

/// In the order in which a build says them.
std::vector<std::string> all_warnings(const image::Decoder& decoder, const Making& making, const Thumbnail& made) {
  std::vector<std::string> all;
  const auto add = [&](const std::string& text) {
    if (!text.empty() && std::ranges::find(all, text) == all.end()) all.push_back(text);
  };
  std::ranges::for_each(decoder.warnings(), add);
  add(making.colour_warning());
  std::ranges::for_each(made.warnings, add);
  return all;
}

}  // namespace

PictureInfo inspect(Bytes picture, const Limits& limits) {
  require_size(picture, limits);
  return in_stage("decode", [&] {
    const WorkLimit limit(limits.seconds, nullptr);
    image::MemorySource source(picture);
    return info_of(picture, image::open_picture(source, limits)->header());
  });
}

Thumbnail make_thumbnail(Bytes picture, const Variant& variant, const Limits& limits, const std::atomic<bool>* stop) {
  manifest::require_sound(variant);
  require_size(picture, limits);
  const WorkLimit limit(limits.seconds, stop);
  image::MemorySource source(picture);
  const std::unique_ptr<image::Decoder> decoder = in_stage("decode", [&] {
    keep_within_limits();
    return image::open_picture(source, limits);
  });
  const PictureInfo info = info_of(picture, decoder->header());
  const ResolvedVariant settings(variant, picture_format(variant.format).value_or(written_as(info.format)));
  require_built(settings.format);
  return in_stage("resize", [&] {
    Making making(*decoder, settings, limits);
    Thumbnail made = making.run();
    made.warnings = all_warnings(*decoder, making, made);
    made.format = settings.format;
    made.source = info;
    return made;
  });
}

}  // namespace thumbs
