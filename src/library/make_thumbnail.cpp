// One picture, one variant: what the pipeline does for a source, without the pipeline.
#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "image/codec/codec.h"
#include "image/decode_plan.h"
#include "image/thumbnail.h"
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
PictureFormat format_of(const Header& header) {
  switch (header.format) {
    case FileFormat::jpeg: return PictureFormat::jpeg;
    case FileFormat::png: return PictureFormat::png;
    case FileFormat::webp: return PictureFormat::webp;
    case FileFormat::avif: return PictureFormat::avif;
    default: throw Error(ErrorCode::internal, "a decoder for " + std::string(name(header.format)));
  }
}

PictureInfo info_of(Bytes picture, const Header& header) {
  const bool turned = orientation_from_exif(header.orientation).transpose;
  PictureInfo info;
  info.format = format_of(header);
  info.stored_width = header.width;
  info.stored_height = header.height;
  info.orientation = header.orientation;
  info.width = turned ? header.height : header.width;
  info.height = turned ? header.width : header.height;
  info.has_alpha = header.alpha;
  info.is_grey = header.model == ColourModel::grey;
  info.bits = header.deep ? 16 : 8;
  info.progressive = header.progressive;
  info.has_profile = !header.colours.profile.empty();
  info.is_animated = is_animated(picture, info.format);
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
  static const std::uint64_t k_automatic = usable_memory() / 4 * 3;
  return limits.memory.value_or(k_automatic);
}

/// One thumbnail on its way: whole, or by rows where the picture is large and that needs less memory.
class Making {
 public:
  Making(Decoder& decoder, const ResolvedVariant& settings, const Limits& limits)
      : decoder_(decoder),
        settings_(settings),
        most_{most_memory(limits), true},
        plan_(plan_thumbnail(decoder, settings)),
        decode_(plan_decode()) {}

  Thumbnail run() {
    const MetadataBlocks metadata = settings_.metadata == Metadata::strip
                                        ? MetadataBlocks{}
                                        : in_stage("decode", [&] { return decoder_.metadata(); });
    return decode_.by_rows ? make_by_rows(metadata) : make_whole(metadata);
  }

  const std::string& colour_warning() const { return plan_.warning; }

 private:
  PlannedDecode plan_decode() const {
    const DecodeDemand demand = demand_of(decoder_, plan_, settings_);
    DecodePlan plan = plan_decodes({&demand, 1}, {most_, 0, 0});
    if (!plan.refused.empty()) throw Error(plan.refused.front().error);
    return std::move(plan.decodes.front());
  }

  Thumbnail make_by_rows(const MetadataBlocks& metadata) {
    ThumbnailRows rows;
    rows.add(plan_, settings_);
    in_stage("decode", [&] { decoder_.decode_to(plan_.scale(), settings_.fail_on, rows); });
    return rows.finish(0, metadata);
  }

  Thumbnail make_whole(const MetadataBlocks& metadata) {
    const Picture picture = in_stage("decode", [&] { return decoded(); });
    return make_thumbnail(picture, plan_, settings_, metadata);
  }

  /// A damaged file may need more than its headers said.
  Picture decoded() {
    const std::uint64_t allowed = decoder_.memory_needed(plan_.scale(), settings_.fail_on);
    try {
      return decoder_.decode(plan_.scale(), settings_.fail_on, allowed);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::memory || decoder_.memory_needed(plan_.scale(), settings_.fail_on) <= allowed)
        throw;
    }
    const std::uint64_t needed = decoder_.memory_needed(plan_.scale(), settings_.fail_on);
    if (const std::optional<Error> error = refusal(needed + decode_.beside, most_)) throw Error(*error);
    return decoder_.decode(plan_.scale(), settings_.fail_on, needed);
  }

  Decoder& decoder_;
  const ResolvedVariant& settings_;
  MemoryLimit most_;
  ThumbnailPlan plan_;
  PlannedDecode decode_;
};

/// In the order in which a build says them.
std::vector<std::string> all_warnings(const Decoder& decoder, const Making& making, const Thumbnail& made) {
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
    MemorySource source(picture);
    return info_of(picture, open_picture(source, limits)->header());
  });
}

Thumbnail make_thumbnail(Bytes picture, const Variant& variant, const Limits& limits, const std::atomic<bool>* stop) {
  require_sound(variant);
  require_size(picture, limits);
  const WorkLimit limit(limits.seconds, stop);
  MemorySource source(picture);
  const std::unique_ptr<Decoder> decoder = in_stage("decode", [&] {
    keep_within_limits();
    return open_picture(source, limits);
  });
  const PictureInfo info = info_of(picture, decoder->header());
  const ResolvedVariant settings(variant, picture_format(variant.format).value_or(info.format));
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
