// Layouts of PNG 3, sections 11.3.2.3 (iCCP), 11.3.4.5 (eXIf) and 11.3.3.4 (iTXt); XMP 3, section 1.1.5.
#include "image/codec/png/attachments.h"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <string_view>

#include "image/bytes.h"

namespace thumbs::image {
namespace {

void append_deflated(std::vector<std::byte>& to, std::span<const std::byte> data, int level) {
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  const std::size_t before = to.size();
  to.resize(before + size);
  if (compress2(reinterpret_cast<Bytef*>(to.data() + before), &size, reinterpret_cast<const Bytef*>(data.data()),
                static_cast<uLong>(data.size()), level) != Z_OK)
    throw std::bad_alloc();
  to.resize(before + size);
}

using std::string_view_literals::operator""sv;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

PngChunk text_chunk(const MetadataText& text, int level) {
  constexpr std::size_t k_long_bytes = 1024;
  const bool ascii = is_ascii(text.text), deflated = text.text.size() > k_long_bytes && level > 0;
  PngChunk chunk{ascii ? deflated ? "zTXt" : "tEXt" : "iTXt", {}};
  append(chunk.data, text.keyword);
  // zTXt: method 0. iTXt: whether compressed, method 0, no language, no translation.
  append(chunk.data, ascii ? deflated ? "\0\0"sv : "\0"sv : deflated ? "\0\1\0\0\0"sv : "\0\0\0\0\0"sv);
  if (deflated)
    append_deflated(chunk.data, std::as_bytes(std::span(text.text)), level);
  else
    append(chunk.data, text.text);
  return chunk;
}

}  // namespace

std::vector<PngChunk> attachment_chunks(const Attachments& attachments, int level) {
  std::vector<PngChunk> chunks;
  if (!attachments.profile.empty()) {
    PngChunk& chunk = chunks.emplace_back(PngChunk{"iCCP", {}});
    append(chunk.data, "ICC profile\0\0"sv);  // name, its end, method 0
    append_deflated(chunk.data, attachments.profile, level);
  }
  if (!attachments.exif.empty())
    chunks.push_back({"eXIf", std::vector<std::byte>(attachments.exif.begin(), attachments.exif.end())});
  if (!attachments.xmp.empty()) {
    PngChunk& chunk = chunks.emplace_back(PngChunk{"iTXt", {}});
    append(chunk.data, "XML:com.adobe.xmp\0\0\0\0\0"sv);  // keyword's end, not compressed, no language, no translation
    append(chunk.data, attachments.xmp);
  }
  for (const MetadataText& text : attachments.texts) chunks.push_back(text_chunk(text, level));
  return chunks;
}

}  // namespace thumbs::image
