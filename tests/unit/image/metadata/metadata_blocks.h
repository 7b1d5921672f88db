// Makes EXIF, IPTC and XMP blocks, valid and broken ones.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/metadata/tiff.h"

namespace thumbs::test {

inline std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

inline std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class TiffWriter {
 public:
  explicit TiffWriter(bool big_endian) : big_endian_(big_endian) {}

  void number(std::size_t value, int size) {
    for (int i = 0; i < size; ++i)
      out_.push_back(static_cast<std::byte>(value >> 8 * (big_endian_ ? size - 1 - i : i)));
  }
  void entry(unsigned tag, unsigned type, std::size_t count, std::size_t value) {
    number(tag, 2), number(type, 2), number(count, 4);
    type == 3 ? (number(value, 2), number(0, 2)) : number(value, 4);
  }
  void text(std::string_view text) {
    const auto bytes = bytes_of(text);
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  std::size_t size() const { return out_.size(); }
  std::vector<std::byte> take() { return std::move(out_); }

 private:
  bool big_endian_;
  std::vector<std::byte> out_;
};

/// An entry of a directory: a number, or a text that stands behind the directories.
struct ExifEntry {
  unsigned tag;
  unsigned type;
  std::size_t value;
  std::string text = {};
};
using ExifEntries = std::vector<ExifEntry>;

/// IFD0, the directories that its pointers name, IFD1 with a preview.
struct ExifLayout {
  ExifEntries image = {};
  ExifEntries exif = {};
  ExifEntries interoperability = {};
  ExifEntries gps = {};
  ExifEntries second = {};
  std::string preview = {};
  bool big_endian = false;
};

inline std::size_t directory_bytes(const ExifEntries& entries) { return 2 + entries.size() * 12 + 4; }

/// Directories in the order image, exif, interoperability, gps, second; then texts; then the preview.
inline std::vector<std::byte> exif_block(ExifLayout layout) {
  constexpr std::size_t k_header = 8;
  if (!layout.interoperability.empty()) layout.exif.push_back({0xA005, 4, 0});
  if (!layout.exif.empty()) layout.image.push_back({0x8769, 4, 0});
  if (!layout.gps.empty()) layout.image.push_back({0x8825, 4, 0});
  if (!layout.preview.empty()) layout.second.insert(layout.second.end(), {{0x0201, 4, 0}, {0x0202, 4, 0}});
  const ExifEntries* all[] = {&layout.image, &layout.exif, &layout.interoperability, &layout.gps, &layout.second};
  std::size_t at[6] = {k_header};
  for (int i = 0; i < 5; ++i) at[i + 1] = at[i] + (all[i]->empty() ? 0 : directory_bytes(*all[i]));
  std::size_t texts_at = at[5], preview_at = texts_at;
  for (const ExifEntries* entries : all)
    for (const ExifEntry& e : *entries) preview_at += e.text.size() > 4 ? e.text.size() : 0;
  std::string texts;
  TiffWriter out(layout.big_endian);
  out.text(layout.big_endian ? "MM" : "II"), out.number(42, 2), out.number(k_header, 4);
  for (int i = 0; i < 5; ++i) {
    if (all[i]->empty()) continue;
    out.number(all[i]->size(), 2);
    for (const ExifEntry& e : *all[i]) {
      if (e.text.empty()) {
        std::size_t value = e.value;
        if (value == 0 && e.tag == 0x8769) value = at[1];
        if (value == 0 && e.tag == 0xA005) value = at[2];
        if (value == 0 && e.tag == 0x8825) value = at[3];
        if (value == 0 && e.tag == 0x0201) value = preview_at;
        if (value == 0 && e.tag == 0x0202) value = layout.preview.size();
        out.entry(e.tag, e.type, 1, value);
      } else if (e.text.size() <= 4) {
        out.number(e.tag, 2), out.number(e.type, 2), out.number(e.text.size(), 4);
        out.text(e.text), out.text(std::string(4 - e.text.size(), '\0'));
      } else {
        out.entry(e.tag, e.type, e.text.size(), texts_at + texts.size());
        texts += e.text;
      }
    }
    out.number(i == 0 && !layout.second.empty() ? at[4] : 0, 4);
  }
  out.text(texts), out.text(layout.preview);
  return out.take();
}

/// What a block says: values of a directory by tag, numbers as they are and texts of two bytes and more.
class ExifReader {
 public:
  explicit ExifReader(const std::vector<std::byte>& block) : block_(block) {}

  std::optional<image::TiffDirectory> image() const { return image::TiffDirectory::open_first(block_); }
  std::optional<image::TiffDirectory> behind(const std::optional<image::TiffDirectory>& directory, unsigned tag) const {
    const auto entry = directory ? directory->find(tag) : std::nullopt;
    return entry ? image::TiffDirectory::open(directory->tiff(), directory->tiff().u32(entry->value_at()))
                 : std::nullopt;
  }
  std::optional<image::TiffDirectory> exif() const { return behind(image(), 0x8769); }
  std::optional<image::TiffDirectory> gps() const { return behind(image(), 0x8825); }
  std::optional<image::TiffDirectory> interoperability() const { return behind(exif(), 0xA005); }

  /// -1 where there is none.
  static long number(const std::optional<image::TiffDirectory>& directory, unsigned tag) {
    const auto entry = directory ? directory->find(tag) : std::nullopt;
    if (!entry) return -1;
    const image::Tiff& tiff = directory->tiff();
    return entry->type == image::k_tiff_short ? tiff.u16(entry->value_at()) : tiff.u32(entry->value_at());
  }
  static std::string text(const std::optional<image::TiffDirectory>& directory, unsigned tag) {
    const auto entry = directory ? directory->find(tag) : std::nullopt;
    const auto value = entry ? image::tiff_value(directory->tiff(), *entry) : std::nullopt;
    return value ? text_of({value->begin(), value->end()}) : std::string();
  }

 private:
  const std::vector<std::byte>& block_;
};

inline std::string dataset(unsigned record, unsigned number, std::string_view text) {
  std::string out = {0x1C, static_cast<char>(record), static_cast<char>(number), static_cast<char>(text.size() >> 8),
                     static_cast<char>(text.size())};
  return out.append(text);
}

inline std::string packet(std::string_view attributes, std::string_view properties) {
  return "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
         "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
         "xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:cc='http://creativecommons.org/ns#' "
         "xmlns:r='http://ns.adobe.com/xap/1.0/rights/' xmlns:t='http://ns.adobe.com/tiff/1.0/' "
         "xmlns:e='http://ns.adobe.com/exif/1.0/' xmlns:p='http://ns.adobe.com/photoshop/1.0/' "
         "xmlns:note='http://ns.adobe.com/xmp/note/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' " +
         std::string(attributes) + ">" + std::string(properties) +
         "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>";
}

}  // namespace thumbs::test
