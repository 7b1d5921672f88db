// The texts of the first directory become IFD0 of an EXIF block; the directories of EXIF and GPS follow it as they are.
#include "image/codec/tiff/metadata.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "image/bytes.h"
#include "image/metadata/iptc.h"
#include "image/metadata/tiff.h"

namespace thumbs::image {
namespace {

constexpr std::array<std::uint32_t, 7> k_texts = {TIFFTAG_IMAGEDESCRIPTION, TIFFTAG_MAKE,     TIFFTAG_MODEL,
                                                  TIFFTAG_SOFTWARE,         TIFFTAG_DATETIME, TIFFTAG_ARTIST,
                                                  TIFFTAG_COPYRIGHT};

/// An entry of a directory, its value in the file's byte order.
struct TiffField {
  std::uint32_t tag = 0;
  std::uint32_t type = 0;
  std::uint32_t count = 0;
  std::vector<std::byte> value;
};
using TiffFields = std::vector<TiffField>;

/// In the order of their tags.
TiffFields texts_of_tiff(const TiffSession& session) {
  TiffFields fields;
  for (const std::uint32_t tag : k_texts) {
    const char* text = nullptr;
    if (TIFFGetField(session.tiff(), tag, &text) != 1 || text == nullptr || *text == '\0') continue;
    const std::span value(reinterpret_cast<const std::byte*>(text), std::strlen(text) + 1);
    if (value.size() > k_most_metadata_bytes / k_texts.size()) continue;
    fields.push_back({tag, k_tiff_ascii, static_cast<std::uint32_t>(value.size()), {value.begin(), value.end()}});
  }
  return fields;
}

constexpr std::uint32_t k_slong = 9, k_ifd = 13;
constexpr std::uint32_t k_long8 = 16, k_slong8 = 17, k_ifd8 = 18;  // BigTIFF's
constexpr std::size_t k_long8_bytes = 8;

std::size_t type_bytes_in_file(std::uint32_t type) {
  return type >= k_long8 && type <= k_ifd8 ? k_long8_bytes : tiff_type_bytes(type);
}

/// Makes a LONG of a LONG8, and an SLONG of an SLONG8: EXIF has no wider ones. False if a number does not fit.
bool narrow(TiffField& field, bool little) {
  if (field.type != k_long8 && field.type != k_slong8) return true;
  std::size_t done = 0;
  for (std::size_t at = 0; at < field.value.size(); at += k_long8_bytes, done += 4) {
    const Tiff number(std::span(field.value).subspan(at, k_long8_bytes), little);
    const std::uint32_t low = number.u32(little ? 0 : 4), high = number.u32(little ? 4 : 0);
    const bool negative = field.type == k_slong8 && low >> 31 != 0;
    if (high != (negative ? 0xFFFFFFFF : 0)) return false;
    put_tiff(std::span(field.value).subspan(done, 4), low, little);
  }
  field.type = field.type == k_long8 ? k_tiff_long : k_slong;
  field.value.resize(done);
  return true;
}

/// The numbers of a directory in a file: BigTIFF's are wider.
class DirectoryInFile {
 public:
  static constexpr std::size_t k_most_entries = 512;

  DirectoryInFile(TiffSession& session, std::uint64_t at)
      : little_(TIFFIsBigEndian(session.tiff()) == 0), big_(TIFFIsBigTIFF(session.tiff()) != 0) {
    bytes_ = session.bytes_at(at, head_bytes() + k_most_entries * entry_bytes());
    if (bytes_.size() < head_bytes()) return;
    entries_ = std::min((bytes_.size() - head_bytes()) / entry_bytes(), std::size_t{k_most_entries});
    entries_ = static_cast<std::size_t>(std::min<std::uint64_t>(entries_, number(0, head_bytes())));
  }

  std::size_t entries() const { return entries_; }
  std::uint32_t tag(std::size_t i) const { return static_cast<std::uint32_t>(number(place(i), 2)); }
  std::uint32_t type(std::size_t i) const { return static_cast<std::uint32_t>(number(place(i) + 2, 2)); }
  std::uint64_t count(std::size_t i) const { return number(place(i) + 4, number_bytes()); }
  /// Where its value is: as many bytes as number_bytes() are in the entry itself.
  std::uint64_t value_at(std::size_t i) const { return number(place(i) + 4 + number_bytes(), number_bytes()); }
  std::span<const std::byte> value_inside(std::size_t i, std::size_t bytes) const {
    return std::span(bytes_).subspan(place(i) + 4 + number_bytes(), bytes);
  }
  std::size_t number_bytes() const { return big_ ? 8 : 4; }

 private:
  std::size_t head_bytes() const { return big_ ? 8 : 2; }
  std::size_t entry_bytes() const { return 4 + 2 * number_bytes(); }
  std::size_t place(std::size_t i) const { return head_bytes() + i * entry_bytes(); }
  std::uint64_t number(std::size_t at, std::size_t count) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value = value << 8 | std::to_integer<std::uint64_t>(bytes_[little_ ? at + count - 1 - i : at + i]);
    return value;
  }

  bool little_;
  bool big_;
  std::vector<std::byte> bytes_;
  std::size_t entries_ = 0;
};

/// The directory at `at` in the file, as far as it is there, is within bounds, and EXIF can hold it. Entries that refer
/// to other directories are left out, since those do not come along.
TiffFields fields_at(TiffSession& session, std::uint64_t at, MetadataBlocks& blocks) {
  constexpr std::uint32_t k_interoperability = 0xA005;
  const DirectoryInFile directory(session, at);
  TiffFields fields;
  std::size_t left = k_most_metadata_bytes / 2;
  for (std::size_t i = 0; i < directory.entries(); ++i) {
    const std::uint32_t type = directory.type(i);
    const std::size_t one = type_bytes_in_file(type);
    const std::uint64_t count = directory.count(i);
    const bool refers = type == k_ifd || type == k_ifd8 || directory.tag(i) == k_interoperability;
    if (one == 0 || count == 0 || refers) continue;
    if (count > left / one) {
      blocks.note(too_large_note("EXIF", static_cast<std::size_t>(count)));
      break;
    }
    const std::size_t bytes = one * static_cast<std::size_t>(count);
    std::vector<std::byte> value;
    if (bytes > directory.number_bytes()) {
      value = session.bytes_at(directory.value_at(i), bytes);
    } else {
      const auto inside = directory.value_inside(i, bytes);
      value.assign(inside.begin(), inside.end());
    }
    if (value.size() != bytes) continue;
    left -= bytes;
    TiffField field{directory.tag(i), type, static_cast<std::uint32_t>(count), std::move(value)};
    if (narrow(field, TIFFIsBigEndian(session.tiff()) == 0))
      fields.push_back(std::move(field));
    else
      blocks.note("EXIF: a number of more than 32 bits is left out");
  }
  return fields;
}

/// Appends a directory with its values; returns where it begins.
std::uint32_t put_directory(std::vector<std::byte>& block, const TiffFields& fields, bool little) {
  constexpr std::size_t k_inline = 4;
  const std::size_t at = block.size();
  block.resize(at + 2 + fields.size() * TiffDirectory::k_entry_bytes + 4);
  const auto put = [&](std::size_t where, std::size_t bytes, std::size_t value) {
    put_tiff(std::span(block).subspan(where, bytes), static_cast<std::uint32_t>(value), little);
  };
  put(at, 2, fields.size());
  std::size_t entry = at + 2;
  for (const TiffField& field : fields) {
    put(entry, 2, field.tag);
    put(entry + 2, 2, field.type);
    put(entry + 4, 4, field.count);
    std::size_t value_at = entry + 8;
    if (field.value.size() > k_inline) {
      value_at = block.size();
      put(entry + 8, 4, value_at);
      block.resize(value_at + field.value.size() + field.value.size() % 2);
    }
    std::ranges::copy(field.value, block.begin() + static_cast<std::ptrdiff_t>(value_at));
    entry += TiffDirectory::k_entry_bytes;
  }
  return static_cast<std::uint32_t>(at);
}

/// A block in the file's byte order: the texts, and the directories of EXIF and GPS.
std::vector<std::byte> exif_of_tiff(TiffSession& session, MetadataBlocks& blocks) {
  const bool little = TIFFIsBigEndian(session.tiff()) == 0;
  const auto* const head = reinterpret_cast<const std::byte*>(little ? "II*\0\0\0\0" : "MM\0*\0\0\0");
  std::vector<std::byte> block(head, head + 8);
  TiffFields first = texts_of_tiff(session);
  for (const std::uint32_t tag : {std::uint32_t{TIFFTAG_EXIFIFD}, std::uint32_t{TIFFTAG_GPSIFD}}) {
    toff_t at = 0;
    if (TIFFGetField(session.tiff(), tag, &at) != 1) continue;
    const TiffFields fields = fields_at(session, at, blocks);
    if (fields.empty()) continue;
    TiffField pointer{tag, k_tiff_long, 1, std::vector<std::byte>(4)};
    put_tiff(pointer.value, put_directory(block, fields, little), little);
    first.push_back(std::move(pointer));
  }
  if (first.empty()) return {};
  const std::uint32_t at = put_directory(block, first, little);
  put_tiff(std::span(block).subspan(4, 4), at, little);
  return block;
}

}  // namespace

MetadataBlocks tiff_metadata(TiffSession& session) {
  MetadataBlocks blocks;
  const auto field = [&](std::uint32_t tag, const char* what) {
    const std::span<const std::byte> bytes = session.bytes_of_field(tag);
    if (bytes.size() <= k_most_metadata_bytes) return bytes;
    blocks.note(too_large_note(what, bytes.size()));
    return std::span<const std::byte>{};
  };
  blocks.exif = exif_of_tiff(session, blocks);
  const auto xmp = field(TIFFTAG_XMLPACKET, "XMP");
  blocks.xmp.assign(xmp.begin(), xmp.end());
  const auto resources = field(TIFFTAG_PHOTOSHOP, "Photoshop's data");
  blocks.iptc = iptc_of_resources({resources.begin(), resources.end()});
  return blocks;
}

}  // namespace thumbs::image
