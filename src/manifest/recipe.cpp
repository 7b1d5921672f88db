// Fills in recipes and writes their canonical text.
#include "manifest/recipe.h"

#include <algorithm>
#include <charconv>

#include "manifest/names.h"
#include "manifest/stage_versions.h"

namespace thumbs::manifest {
namespace {

constexpr int k_most_webp_method = 6;  // more effort gives the same bytes

std::string hex(Colour colour) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text = "#";
  for (const std::uint8_t channel : {colour.r, colour.g, colour.b, colour.a}) {
    text += k_digits[channel >> 4];
    text += k_digits[channel & 15];
  }
  return text;
}

std::string shortest(double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value == 0 ? 0.0 : value).ptr;  // no "-0"
  return {digits, end};
}

/// Writes "key=value;…". Values never hold ';' or '='.
class Writer {
 public:
  void add(std::string_view key, std::string_view value) {
    if (!text_.empty()) text_ += ';';
    text_.append(key).append("=").append(value);
  }
  void add(std::string_view key, int value) { add(key, std::string_view(std::to_string(value))); }
  void add(std::string_view key, bool value) { add(key, std::string_view(value ? "true" : "false")); }
  void add(std::string_view key, double value) { add(key, std::string_view(shortest(value))); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void write_box(const ResolvedVariant& settings, Writer& out) {
  if (settings.trim)
    out.add("trim", std::string_view(shortest(settings.trim->threshold) + "," + shortest(settings.trim->margin)));
  out.add("fit", name_of(settings.fit));
  if (settings.width) out.add("width", *settings.width);
  if (settings.height) out.add("height", *settings.height);
  const bool placed = settings.fit == Fit::cover || settings.fit == Fit::contain;
  if (placed) out.add("position", name_of(settings.position));
  if (settings.fit == Fit::cover && settings.focus)
    out.add("focus", std::string_view(shortest(settings.focus->x) + "," + shortest(settings.focus->y)));
  const bool shows_background = settings.fit == Fit::contain || settings.format == PictureFormat::jpeg;
  if (shows_background) out.add("background", std::string_view(hex(settings.background)));
  out.add("withoutEnlargement", settings.without_enlargement);
}

void write_pixels(const ResolvedVariant& settings, std::string_view mark, Writer& out) {
  out.add("kernel", name_of(settings.kernel));
  out.add("linear", settings.linear);
  out.add("sharpen", settings.sharpen);
  if (settings.watermark) {
    out.add("watermark", mark);
    out.add("watermarkPosition", name_of(settings.watermark->position));
    out.add("watermarkScale", settings.watermark->scale);
    out.add("watermarkOpacity", settings.watermark->opacity);
    out.add("watermarkMargin", settings.watermark->margin);
  }
  out.add("autoOrient", settings.auto_orient);
  out.add("metadata", name_of(settings.metadata));
  out.add("colour", name_of(settings.colour));
  out.add("failOn", name_of(settings.fail_on));
}

void write_encoding(const ResolvedVariant& settings, Writer& out) {
  const PictureFormat format = settings.format;
  if (format == PictureFormat::png) {
    out.add("compressionLevel", settings.compression_level);
    return;
  }
  // Without loss neither quality nor chroma is given up.
  const bool lossless = format != PictureFormat::jpeg && settings.lossless;
  if (!lossless) out.add("quality", settings.quality);
  if (format == PictureFormat::jpeg) out.add("progressive", settings.progressive);
  if (format != PictureFormat::webp && !lossless) out.add("chromaSubsampling", name_of(settings.chroma_subsampling));
  if (format != PictureFormat::jpeg) out.add("lossless", settings.lossless);
  const bool method = format == PictureFormat::webp && !lossless;
  out.add("effort", method ? std::min(settings.effort, k_most_webp_method) : settings.effort);
}

std::string stages_of(const ResolvedVariant& settings) {
  std::string text;
  for (const StageVersion& stage : k_stages) {
    const bool every_format = !stage.format;
    if (!every_format && *stage.format != settings.format) continue;
    if (stage.metadata && settings.metadata == Metadata::strip) continue;
    if (!text.empty()) text += ';';
    text.append(stage.name).append("=").append(std::to_string(stage.version));
  }
  return text;
}

}  // namespace

Recipe resolve(const Variant& variant, PictureFormat format, std::string_view mark) {
  Recipe recipe{ResolvedVariant(variant, format), {}, {}, {}};
  Writer out;
  out.add("format", name_of(format));
  write_box(recipe.settings, out);
  write_pixels(recipe.settings, mark, out);
  write_encoding(recipe.settings, out);
  recipe.text = out.take();
  recipe.stages = stages_of(recipe.settings);
  return recipe;
}

std::vector<std::pair<std::string, std::string>> recipe_values(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> values;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    values.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
  return values;
}

std::string_view extension(PictureFormat format) {
  switch (format) {
    case PictureFormat::jpeg: return "jpg";
    case PictureFormat::png: return "png";
    case PictureFormat::webp: return "webp";
    case PictureFormat::avif: return "avif";
  }
  return "";
}

}  // namespace thumbs::manifest
