// Walks the directories once each; notes which bytes are still used and which are not, and blanks the latter at the
// end.
#include "image/metadata/exif_edit.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "image/bytes.h"
#include "image/metadata/byte_ranges.h"
#include "image/metadata/exif_rules.h"
#include "image/metadata/tiff.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_entry_bytes = TiffDirectory::k_entry_bytes;
constexpr std::uint32_t k_strip_offsets = 0x0111, k_strip_bytes = 0x0117;
constexpr std::uint32_t k_jpeg_offset = 0x0201, k_jpeg_bytes = 0x0202;

class ExifEditor {
 public:
  ExifEditor(std::span<const std::byte> tiff, const MetadataFacts& facts)
      : facts_(facts), block_(tiff.begin(), tiff.end()) {}

  TrueExif edited() {
    const auto first = TiffDirectory::open_first(block_);
    if (!first) return {};
    little_endian_ = first->tiff().little_endian();
    live_.push_back({0, 8});
    const std::optional<std::uint32_t> next = edit(first->at(), ExifDirectory::image);
    if (!next) return {};
    drop_chain(*next);
    blank();
    blank_previews(block_);
    TrueExif done{std::move(block_), {}};
    if (broken_ > 0) done.warnings.push_back("EXIF: broken entries are left out (" + std::to_string(broken_) + ")");
    return done;
  }

 private:
  Tiff tiff() const { return Tiff(block_, little_endian_); }

  /// The directory at `at`, where it is whole and none of its bytes belong to another one.
  std::optional<TiffDirectory> claim(std::size_t at) {
    const auto directory = TiffDirectory::open(tiff(), at);
    if (!directory || directory->cut_short()) return std::nullopt;
    const ByteRange own = range_of(*directory);
    const auto overlaps = [&](const ByteRange& other) { return own.begin < other.end && other.begin < own.end; };
    if (std::ranges::any_of(directories_, overlaps)) return std::nullopt;
    directories_.push_back(own);
    return directory;
  }
  static ByteRange range_of(const TiffDirectory& directory) {
    const std::size_t end = directory.at() + 2 + directory.entries() * k_entry_bytes;
    return {directory.at(), directory.next_at() ? end + 4 : end};
  }

  /// Returns the offset of the next directory (0: none), or empty if this one is broken.
  std::optional<std::uint32_t> edit(std::size_t at, ExifDirectory kind) {
    const auto directory = claim(at);
    if (!directory) return std::nullopt;
    const std::uint32_t next = directory->next_at() ? tiff().u32(*directory->next_at()) : 0;
    const ByteRange whole = range_of(*directory);
    const std::size_t entries = directory->entries();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < entries; ++i) {
      const std::size_t from = at + 2 + i * k_entry_bytes;
      if (!keeps(entry_at(from), kind)) continue;
      const std::size_t to = at + 2 + kept++ * k_entry_bytes;
      std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(from), k_entry_bytes,
                  block_.begin() + static_cast<std::ptrdiff_t>(to));
    }
    put(at, 2, static_cast<std::uint32_t>(kept));
    const std::size_t end = std::min(at + 2 + kept * k_entry_bytes + 4, whole.end);
    const std::size_t entries_end = at + 2 + kept * k_entry_bytes;
    fill_zero({entries_end, whole.end});  // no next directory
    live_.push_back({at, end});
    return next;
  }

  TiffEntry entry_at(std::size_t at) const {
    const Tiff t = tiff();
    return {at, t.u16(at), t.u16(at + 2), t.u32(at + 4)};
  }

  bool keeps(const TiffEntry& entry, ExifDirectory kind) {
    const auto value = tiff_value(tiff(), entry);
    if (!value) return broken();
    const auto begin = static_cast<std::size_t>(value->data() - block_.data());
    const ByteRange range{begin, begin + value->size()};
    const bool kept = applies(entry, *value, exif_fate(kind, entry.tag, facts_));
    if (begin != entry.value_at()) (kept ? live_ : dead_).push_back(range);
    return kept;
  }
  bool broken() {
    ++broken_;
    return false;
  }

  /// Changes an entry as its fate says; returns whether it is kept.
  bool applies(const TiffEntry& entry, std::span<const std::byte> value, Fate fate) {
    switch (fate) {
      case Fate::keep: return true;
      case Fate::drop: return false;
      case Fate::width: return set_number(entry, facts_.width);
      case Fate::height: return set_number(entry, facts_.height);
      case Fate::orientation: return facts_.orientation == 0 || set_number(entry, facts_.orientation);
      case Fate::colours: return set_colours(entry);
      case Fate::format: return true;  // EXIF has no such entry
      case Fate::index: return set_index(entry, value);
      case Fate::directory: return follow(entry);
    }
    return false;
  }

  bool follow(const TiffEntry& entry) {
    if (tiff_type_bytes(entry.type) != 4 || entry.count != 1) return broken();
    return edit(tiff().u32(entry.value_at()), exif_directory(entry.tag)) || broken();
  }

  /// As a SHORT where that holds it, unless the entry has a LONG.
  bool set_number(const TiffEntry& entry, int value) {
    constexpr int k_most_short = 0xFFFF;
    const bool is_short = entry.type != k_tiff_long && value <= k_most_short;
    put(entry.at + 2, 2, is_short ? k_tiff_short : k_tiff_long);
    put(entry.at + 4, 4, 1);
    put(entry.value_at(), 4, 0);
    put(entry.value_at(), is_short ? 2 : 4, static_cast<std::uint32_t>(value));
    return true;
  }

  bool set_colours(const TiffEntry& entry) {
    constexpr int k_srgb = 1, k_uncalibrated = 0xFFFF;
    if (facts_.colours == ColourClaim::as_stored) return true;
    return set_number(entry, facts_.colours == ColourClaim::srgb ? k_srgb : k_uncalibrated);
  }

  /// "R98" says sRGB, "R03" Adobe RGB.
  bool set_index(const TiffEntry& entry, std::span<const std::byte> value) {
    const std::string_view text = as_text(value);
    const bool basic = text.starts_with("R98"), option = text.starts_with("R03");
    if (facts_.colours == ColourClaim::uncalibrated && basic) return false;
    if (facts_.colours != ColourClaim::srgb || !option || value.size() > 4) return true;
    block_[entry.value_at() + 1] = std::byte{'9'};
    block_[entry.value_at() + 2] = std::byte{'8'};
    return true;
  }

  /// Previews are in the directories after IFD0.
  void drop_chain(std::uint32_t at) {
    constexpr int k_most_directories = 16;
    for (int i = 0; i < k_most_directories && at != 0; ++i) {
      const auto directory = claim(at);
      if (!directory) return;
      dead_.push_back(range_of(*directory));
      for (std::size_t e = 0; e < directory->entries(); ++e) drop_value(directory->entry(e));
      drop_pieces(*directory, k_jpeg_offset, k_jpeg_bytes);
      drop_pieces(*directory, k_strip_offsets, k_strip_bytes);
      at = directory->next_at() ? tiff().u32(*directory->next_at()) : 0;
    }
  }
  void drop_value(const TiffEntry& entry) {
    const auto value = tiff_value(tiff(), entry);
    if (!value || value->size() <= 4) return;
    const auto begin = static_cast<std::size_t>(value->data() - block_.data());
    dead_.push_back({begin, begin + value->size()});
  }
  /// Drops the pieces that an entry of offsets and one of sizes describe, as far as they are inside the block.
  void drop_pieces(const TiffDirectory& directory, std::uint32_t offsets_tag, std::uint32_t sizes_tag) {
    const auto offsets = numbers(directory, offsets_tag), sizes = numbers(directory, sizes_tag);
    for (std::size_t i = 0; i < std::min(offsets.size(), sizes.size()); ++i) {
      const std::size_t begin = std::min<std::size_t>(offsets[i], block_.size());
      dead_.push_back({begin, begin + std::min<std::size_t>(sizes[i], block_.size() - begin)});
    }
  }
  std::vector<std::uint32_t> numbers(const TiffDirectory& directory, std::uint32_t tag) const {
    const auto entry = directory.find(tag);
    const auto value = entry ? tiff_value(tiff(), *entry) : std::nullopt;
    const std::size_t one = entry ? tiff_type_bytes(entry->type) : 0;
    std::vector<std::uint32_t> out;
    if (!value || (one != 2 && one != 4)) return out;
    const Tiff numbers(*value, little_endian_);
    for (std::size_t at = 0; at + one <= value->size(); at += one)
      out.push_back(one == 2 ? numbers.u16(at) : numbers.u32(at));
    return out;
  }

  /// Zeroes what is no longer used, and cuts it off at the end of the block.
  void blank() {
    const std::vector<ByteRange> unused = without(dead_, live_);
    for (const ByteRange& range : unused) fill_zero(range);
    if (!unused.empty() && unused.back().end == block_.size()) block_.resize(unused.back().begin);
  }

  void fill_zero(ByteRange range) {
    std::fill(block_.begin() + static_cast<std::ptrdiff_t>(range.begin),
              block_.begin() + static_cast<std::ptrdiff_t>(range.end), std::byte{0});
  }
  void put(std::size_t at, std::size_t size, std::uint32_t value) {
    put_tiff(std::span(block_).subspan(at, size), value, little_endian_);
  }

  const MetadataFacts& facts_;
  std::vector<std::byte> block_;
  bool little_endian_ = true;
  std::vector<ByteRange> directories_;
  std::vector<ByteRange> live_;
  std::vector<ByteRange> dead_;
  int broken_ = 0;
};

/// The length of the JPEG stream at the start of `bytes`, from SOI to EOI; 0 if it is not one.
std::size_t jpeg_bytes(std::span<const std::byte> bytes) {
  const auto u8 = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
  constexpr unsigned k_sos = 0xDA;
  constexpr int k_most_segments = 64;
  std::size_t at = 2;
  unsigned marker = 0;
  for (int segments = 0; marker != k_sos; ++segments) {
    if (segments == k_most_segments || at + 4 > bytes.size() || u8(at) != 0xFF || u8(at + 1) < 0xC0 ||
        u8(at + 1) == 0xFF)
      return 0;
    marker = u8(at + 1);
    const std::size_t length = u8(at + 2) << 8 | u8(at + 3);
    if (length < 2) return 0;
    at += 2 + length;
  }
  constexpr std::array k_eoi = {std::byte{0xFF}, std::byte{0xD9}};
  if (at > bytes.size()) return 0;
  const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const auto end = std::search(from, bytes.end(), k_eoi.begin(), k_eoi.end());
  return end == bytes.end() ? bytes.size() : static_cast<std::size_t>(end - bytes.begin()) + k_eoi.size();
}

}  // namespace

TrueExif true_exif(std::span<const std::byte> tiff, const MetadataFacts& facts) {
  return ExifEditor(tiff, facts).edited();
}

void blank_previews(std::span<std::byte> block) {
  constexpr std::array k_soi = {std::byte{0xFF}, std::byte{0xD8}, std::byte{0xFF}};
  for (std::size_t at = 0;;) {
    const auto from = block.begin() + static_cast<std::ptrdiff_t>(at);
    const auto found = std::search(from, block.end(), k_soi.begin(), k_soi.end());
    if (found == block.end()) return;
    at = static_cast<std::size_t>(found - block.begin());
    const std::size_t length = jpeg_bytes(block.subspan(at));
    std::ranges::fill(block.subspan(at, length), std::byte{0});
    at += std::max<std::size_t>(length, 2);
  }
}

}  // namespace thumbs::image
