// Reads texts of IFD0, and writes a new IFD0 at the end of a block.
#include "image/metadata/exif_block.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "image/bytes.h"
#include "image/metadata/tiff.h"
#include "support/utf8.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_inline_bytes = 4;

using RawEntry = std::array<std::byte, TiffDirectory::k_entry_bytes>;

/// Collects IFD0's entries, and what they point to, behind a block.
class FirstDirectory {
 public:
  explicit FirstDirectory(std::span<const std::byte> tiff) {
    const auto old = TiffDirectory::open_first(tiff);
    if (!old) {
      constexpr std::array k_header = {0x49, 0x49, 42, 0, 0, 0, 0, 0};
      for (const int byte : k_header) block_.push_back(static_cast<std::byte>(byte));
      return;
    }
    block_.assign(tiff.begin(), tiff.end());
    little_endian_ = old->tiff().little_endian();
    take_entries(*old);
    block_.resize(block_.size() + block_.size() % 2);  // directories and values begin on even bytes
  }

  void set_text(unsigned tag, const std::string& text) {
    if (!text.empty()) set(tag, k_tiff_ascii, text.size() + 1, text);
  }
  void set_number(unsigned tag, int value) {
    if (value == 0) return;
    std::string bytes(2, '\0');
    put_tiff(std::as_writable_bytes(std::span(bytes)), static_cast<std::uint32_t>(value), little_endian_);
    set(tag, k_tiff_short, 1, bytes);
  }

  std::vector<std::byte> finish() {
    std::ranges::stable_sort(values_, {}, &Value::tag);
    const std::size_t at = block_.size();
    std::size_t values_at = at + 2 + values_.size() * TiffDirectory::k_entry_bytes + 4;
    put_at(4, 4, at);
    block_.resize(values_at);
    put_at(at, 2, values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const std::size_t entry = at + 2 + i * TiffDirectory::k_entry_bytes;
      std::ranges::copy(values_[i].entry, block_.begin() + static_cast<std::ptrdiff_t>(entry));
      if (values_[i].behind.empty()) continue;
      put_at(entry + 8, 4, block_.size());
      for (const char c : values_[i].behind) block_.push_back(static_cast<std::byte>(c));
      block_.resize(block_.size() + block_.size() % 2);
    }
    return std::move(block_);
  }

 private:
  struct Value {
    std::uint32_t tag = 0;
    RawEntry entry{};
    std::string behind = {};  ///< the value, where the entry cannot hold it
  };

  /// The place where they stood is blanked.
  void take_entries(const TiffDirectory& old) {
    const auto from = old.tiff().bytes();
    for (std::size_t i = 0; i < old.entries(); ++i) {
      const TiffEntry entry = old.entry(i);
      Value& value = values_.emplace_back(Value{.tag = entry.tag});
      std::ranges::copy(from.subspan(entry.at, value.entry.size()), value.entry.begin());
    }
    const std::size_t bytes = 2 + old.entries() * TiffDirectory::k_entry_bytes;
    std::fill_n(block_.begin() + static_cast<std::ptrdiff_t>(old.at()), bytes, std::byte{0});
  }

  void set(unsigned tag, std::uint32_t type, std::size_t count, const std::string& bytes) {
    std::erase_if(values_, [&](const Value& value) { return value.tag == tag; });
    Value& value = values_.emplace_back(Value{.tag = tag});
    const auto put = [&](std::size_t at, std::size_t size, std::size_t number) {
      put_tiff(std::span(value.entry).subspan(at, size), static_cast<std::uint32_t>(number), little_endian_);
    };
    put(0, 2, tag), put(2, 2, type), put(4, 4, count);
    if (count * tiff_type_bytes(type) > k_inline_bytes)
      value.behind.assign(bytes).push_back('\0');
    else
      std::ranges::transform(bytes, value.entry.begin() + 8, [](char c) { return static_cast<std::byte>(c); });
  }
  void put_at(std::size_t at, std::size_t size, std::size_t value) {
    put_tiff(std::span(block_).subspan(at, size), static_cast<std::uint32_t>(value), little_endian_);
  }

  std::vector<std::byte> block_;
  std::vector<Value> values_;
  bool little_endian_ = true;
};

}  // namespace

std::string exif_text(std::span<const std::byte> bytes, unsigned tag) {
  const auto directory = TiffDirectory::open_first(bytes);
  const auto entry = directory ? directory->find(tag) : std::nullopt;
  if (!entry || (entry->type != k_tiff_ascii && entry->type != k_tiff_utf8)) return {};
  const auto value = tiff_value(directory->tiff(), *entry);
  if (!value) return {};
  std::string_view rest = as_text(*value);
  std::string text;
  while (!rest.empty()) {
    std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const std::size_t first = part.find_first_not_of(' ');
    if (first == part.npos) continue;
    part = part.substr(first, part.find_last_not_of(' ') - first + 1);
    text.append(text.empty() ? "" : "; ").append(part);
  }
  return as_utf8(text);
}

std::vector<std::byte> exif_with(std::span<const std::byte> tiff, const ExifValues& values) {
  if (values.empty()) return {tiff.begin(), tiff.end()};
  FirstDirectory directory(tiff);
  directory.set_number(k_exif_orientation, values.orientation);
  directory.set_text(k_exif_artist, values.artist);
  directory.set_text(k_exif_copyright, values.copyright);
  return directory.finish();
}

}  // namespace thumbs::image
