// JSON with comments. What a set leaves at its default stands in a comment, once.
#include "init/manifest_text.h"

#include <array>
#include <cstdio>
#include <string_view>

#include "manifest/names.h"

namespace thumbs::init {
namespace {

constexpr std::string_view k_head =
    R"(// Which pictures get which thumbnails. `thumbs init` wrote this from what it found in the folder; change what you like.
// Paths are relative to this file's folder. The manual, docs/manifest.md, explains every key.
{
  // Lets editors complete and check as you type. `thumbs schema > thumbs.schema.json` writes that file.
  "$schema": "./thumbs.schema.json",
  "version": 1,

  // What thumbs remembers of earlier builds. You may delete it at any time; that only costs time.
  "cache": )";

constexpr std::string_view k_middle = R"(,

  // If you commit the thumbnails, commit this file with them, and a fresh clone rebuilds nothing.
  // "lock": "thumbs.lock",

  // Settings for all variants. A variant's own value wins.
  "defaults": { "quality": 80 },

  "sets": [
)";

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += code.data();
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + json_string(text);
  return "[" + out + "]";
}

std::string line(std::string_view key, const std::string& value, std::string_view comment = {}) {
  std::string out = "      \"" + std::string(key) + "\": " + value + ",";
  if (!comment.empty()) out += " // " + std::string(comment);
  return out + "\n";
}

std::string headline(const ProposedSet& one) {
  if (one.pictures == 0) return "No pictures here yet.";
  std::string text = one.pictures == 1 ? "1 picture" : std::to_string(one.pictures) + " pictures";
  const Kinds& kinds = one.kinds;
  if (kinds.largest_width > 0)
    text += ", up to " + std::to_string(kinds.largest_width) + "x" + std::to_string(kinds.largest_height) + " pixels";
  if (kinds.transparent > 0) text += kinds.transparent == kinds.looked ? ", transparent" : ", some transparent";
  return text + ".";
}

std::string_view purpose(const Variant& variant) {
  if (variant.fit == Fit::cover) return "A square tile: fills the box and cuts off the rest.";
  return variant.name == "zoom" ? "A large one." : "Fits into the box. A smaller picture keeps its size.";
}

std::string variant_text(const Variant& variant) {
  std::string text = "{ \"name\": " + json_string(variant.name);
  text += ", \"width\": " + std::to_string(variant.width.value_or(0));
  text += ", \"height\": " + std::to_string(variant.height.value_or(0));
  if (variant.fit != Fit::inside) text += ", \"fit\": " + json_string(manifest::name_of(variant.fit));
  if (variant.format != OutputFormat::jpeg) text += ", \"format\": " + json_string(manifest::name_of(variant.format));
  return text + " }";
}

std::string variants_text(const std::vector<Variant>& variants, bool first) {
  std::string text;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (first) text += "        // " + std::string(purpose(variants[i])) + "\n";
    text += "        " + variant_text(variants[i]) + (i + 1 < variants.size() ? ",\n" : "\n");
  }
  if (first && variants.front().format == OutputFormat::jpeg)
    text += "        // \"format\": \"webp\" or \"avif\" makes smaller files; the default is \"jpeg\".\n";
  return text;
}

std::string set_text(const ProposedSet& one, bool first) {
  const Set& set = one.set;
  const auto once = [first](std::string_view comment) { return first ? comment : std::string_view(); };
  std::string text = "    // " + headline(one) + "\n    {\n";
  text += line("name", json_string(set.name), once("in reports"));
  text += line("source", json_string(set.source), once("the originals: thumbs never writes to them"));
  if (set.include != Set{}.include) {
    text += line("include", json_list(set.include));
  } else if (first) {
    text += "      // \"include\": [\"**/*.jpg\"], // globs below source. Default: every format that thumbs reads\n";
  }
  if (!set.exclude.empty()) {
    text += line("exclude", json_list(set.exclude));
  } else if (first) {
    text += "      // \"exclude\": [\"**/drafts/**\"],\n";
  }
  text += line("output", json_string(set.output), once("the thumbnails: this folder belongs to thumbs"));
  if (set.path != Set{}.path)
    text += "      // With {sourceExt}, because some names differ in their extensions only.\n";
  text += line("path", json_string(set.path), once("below output"));
  return text + "      \"variants\": [\n" + variants_text(set.variants, first) + "      ]\n    }";
}

}  // namespace

std::string manifest_text(const std::vector<ProposedSet>& sets, const std::string& cache) {
  std::string text = std::string(k_head) + json_string(cache) + std::string(k_middle);
  for (std::size_t i = 0; i < sets.size(); ++i)
    text += set_text(sets[i], i == 0) + (i + 1 < sets.size() ? ",\n\n" : "\n");
  return text + "  ]\n}\n";
}

}  // namespace thumbs::init
