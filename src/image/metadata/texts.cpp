// Tables of keywords.
#include "image/metadata/texts.h"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace thumbs::image {
namespace {

bool same_keyword(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

struct Meaning {
  std::string_view keyword;
  std::string_view prefix;
  std::string_view name;
  std::string_view uri;
  XmpShape shape;
};
constexpr Meaning k_meanings[] = {
    {"Title", "dc", "title", k_dublin_core, XmpShape::language},
    {k_author_keyword, "dc", "creator", k_dublin_core, XmpShape::list},
    {"Description", "dc", "description", k_dublin_core, XmpShape::language},
    {k_copyright_keyword, "dc", "rights", k_dublin_core, XmpShape::language},
    {"Source", "dc", "source", k_dublin_core, XmpShape::text},
    {"Software", "xmp", "CreatorTool", "http://ns.adobe.com/xap/1.0/", XmpShape::text},
    {k_comment_keyword, "exif", "UserComment", "http://ns.adobe.com/exif/1.0/", XmpShape::language},
};

/// ImageMagick writes EXIF's values as texts too; desktops write what a thumbnail of theirs was made from.
constexpr std::string_view k_stale_beginnings[] = {"Thumb::", "exif:thumbnail:"};
constexpr std::string_view k_stale[] = {
    "exif:PixelXDimension",
    "exif:PixelYDimension",
    "exif:ExifImageWidth",
    "exif:ExifImageLength",
    "exif:ImageWidth",
    "exif:ImageLength",
    "exif:Orientation",
    "exif:ColorSpace",
    "exif:ComponentsConfiguration",
    "exif:YCbCrPositioning",
    "exif:YCbCrSubSampling",
    "exif:BitsPerSample",
    "exif:Compression",
    "exif:SubjectArea",
    "exif:JPEGInterchangeFormat",
    "exif:SubjectLocation",
    "exif:InteroperabilityIndex",
    "exif:PhotometricInterpretation",
    "exif:JPEGInterchangeFormatLength",
};

}  // namespace

std::string text_with(const std::vector<MetadataText>& texts, std::string_view keyword) {
  const auto found =
      std::ranges::find_if(texts, [&](const MetadataText& text) { return same_keyword(text.keyword, keyword); });
  return found != texts.end() ? found->text : std::string();
}

bool is_stale_text(const MetadataText& text) {
  const auto same = [&](std::string_view stale) { return same_keyword(text.keyword, stale); };
  const auto begins = [&](std::string_view stale) { return same_keyword(text.keyword.substr(0, stale.size()), stale); };
  // GD writes the quality of the original JPEG into a comment.
  return std::ranges::any_of(k_stale, same) || std::ranges::any_of(k_stale_beginnings, begins) ||
         text.text.starts_with("CREATOR: gd-jpeg");
}

XmpProperty property_of(const MetadataText& text) {
  const auto* const found = std::ranges::find_if(
      k_meanings, [&](const Meaning& meaning) { return same_keyword(text.keyword, meaning.keyword); });
  if (found == std::end(k_meanings)) return {};
  return {found->prefix, found->name, found->uri, found->shape, text.text};
}

}  // namespace thumbs::image
