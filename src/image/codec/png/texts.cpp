// Layouts: tEXt, zTXt and iTXt as the specification has them, raw profiles as ImageMagick writes them.
#include "image/codec/png/texts.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>
#include <string_view>

#include "image/bytes.h"
#include "image/codec/png/chunks.h"
#include "image/codec/png/inflate.h"
#include "image/metadata/iptc.h"
#include "image/metadata/orientation.h"
#include "support/utf8.h"

namespace thumbs::image {
namespace {

using std::string_view_literals::operator""sv;
using Data = std::vector<std::byte>;

constexpr std::string_view k_raw_profile = "Raw profile type ";
/// Digits, and the ends of their lines.
constexpr std::size_t k_most_raw_bytes = 2 * k_most_metadata_bytes + k_most_metadata_bytes / 16;
constexpr std::string_view k_xmp_keyword = "XML:com.adobe.xmp";

/// Takes the string up to the next zero off `rest`; empty if there is no zero.
std::optional<std::string_view> take_string(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == rest.npos) return std::nullopt;
  const std::string_view out = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return out;
}

}  // namespace

bool is_png_text(std::uint32_t name) {
  return name == png_chunk_name("tEXt") || name == png_chunk_name("zTXt") || name == png_chunk_name("iTXt");
}

/// A chunk taken apart; its text as stored.
struct PngTexts::Text {
  std::string_view keyword;
  bool utf8 = false;
  bool compressed = false;
  std::string_view data;
};

/// tEXt: keyword, 0, text. zTXt: keyword, 0, method, stream. iTXt: keyword, 0, compressed, method, language, 0,
/// translated keyword, 0, text or stream.
std::optional<PngTexts::Text> PngTexts::parsed(std::uint32_t name, std::string_view rest) {
  Text text;
  const auto keyword = take_string(rest);
  if (!keyword || keyword->empty()) return std::nullopt;
  text.keyword = *keyword;
  text.utf8 = name == png_chunk_name("iTXt");
  text.compressed = name == png_chunk_name("zTXt") || (text.utf8 && !rest.empty() && rest.front() != '\0');
  const std::size_t flags = text.utf8 ? 2 : text.compressed ? 1 : 0;
  if (rest.size() < flags) return std::nullopt;
  rest.remove_prefix(flags);
  if (text.utf8 && (!take_string(rest) || !take_string(rest))) return std::nullopt;
  text.data = rest;
  return text;
}

/// More than `most` bytes if the text is larger; if it is broken, the part before that. Small streams can become
/// large texts, and a file may hold many.
std::string PngTexts::content_of(const Text& text, std::size_t most) {
  constexpr std::size_t k_most_inflated_bytes = 8 * k_most_metadata_bytes;
  if (!text.compressed) return std::string(text.data.substr(0, most + 1));
  if (inflated_ > k_most_inflated_bytes) return std::string(most + 1, ' ');
  Data out(most + 1);
  out.resize(inflate_into(std::as_bytes(std::span(text.data)), out));
  inflated_ += out.size();
  return std::string(as_text(out));
}

void PngTexts::take_exif(std::span<const std::byte> block) {
  const auto tiff = without_exif_prefix(block);
  if (blocks_.exif.empty() && exif_readable(tiff)) blocks_.exif.assign(tiff.begin(), tiff.end());
}

/// IIM records as they are, or in Photoshop's resources.
void PngTexts::take_iptc(const Data& block) {
  if (blocks_.iptc.empty()) blocks_.iptc = as_text(block).starts_with("8BIM") ? iptc_of_resources(block) : block;
}

void PngTexts::take_raw_profile(std::string_view kind, std::string_view text) {
  constexpr std::string_view k_xmp_prefix = "http://ns.adobe.com/xap/1.0/\0"sv;
  const Data block = raw_profile_bytes(text);
  const bool xmp = as_text(block).starts_with(k_xmp_prefix);
  if (kind == "exif" || (kind == "APP1" && !xmp)) take_exif(block);
  if (kind == "iptc" || kind == "8bim") take_iptc(block);
  if (blocks_.xmp.empty() && kind == "xmp") blocks_.xmp = block;
  if (blocks_.xmp.empty() && kind == "APP1" && xmp)
    blocks_.xmp.assign(block.begin() + static_cast<std::ptrdiff_t>(k_xmp_prefix.size()), block.end());
}

void PngTexts::take(std::uint32_t name, std::span<const std::byte> chunk) {
  const auto text = parsed(name, as_text(chunk));
  if (!text) return;
  const bool raw = text->keyword.starts_with(k_raw_profile), xmp = text->keyword == k_xmp_keyword;
  const std::size_t most = raw ? k_most_raw_bytes : xmp ? k_most_metadata_bytes : k_most_texts_bytes;
  const std::string content = content_of(*text, most);
  const std::string keyword = utf8_of_latin1(text->keyword);
  if (content.size() > most)
    blocks_.note(too_large_note("the text " + keyword, text->data.size()));
  else if (raw)
    take_raw_profile(text->keyword.substr(k_raw_profile.size()), content);
  else if (!xmp)
    blocks_.add_text(keyword, text->utf8 ? as_utf8(content) : utf8_of_latin1(content));
  else if (blocks_.xmp.empty())
    blocks_.xmp = bytes_of(content);
}

std::vector<std::byte> raw_profile_bytes(std::string_view text) {
  const auto take_line = [&] {
    text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
  };
  take_line();  // the kind again
  const std::string_view digits = take_line();
  std::size_t size = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (size > text.size() / 2) return {};
  Data out;
  unsigned value = 0;
  bool half = false;
  for (std::size_t i = 0; i < text.size() && out.size() < size; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (std::isxdigit(c) == 0) continue;
    value = value << 4 | (std::isdigit(c) != 0 ? c - '0' : static_cast<unsigned>(std::tolower(c)) - 'a' + 10U);
    if (half) out.push_back(static_cast<std::byte>(value & 255));
    half = !half;
  }
  return out.size() == size ? out : Data{};
}

}  // namespace thumbs::image
