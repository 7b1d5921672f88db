// A PNG's text chunks, and the metadata blocks that ImageMagick and others put into them (PNG 3, section 11.3.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/metadata/metadata.h"

namespace thumbs::image {

/// Whether a chunk of this name holds a text.
bool is_png_text(std::uint32_t chunk_name);

/// Reads text chunks into `blocks`: an XMP packet or "Raw profile type …" becomes its block if that is still empty,
/// others become texts. Notes texts that are too large, alone or together.
class PngTexts {
 public:
  explicit PngTexts(MetadataBlocks& blocks) : blocks_(blocks) {}
  void take(std::uint32_t chunk_name, std::span<const std::byte> chunk);

 private:
  struct Text;
  std::string content_of(const Text& text, std::size_t most);
  void take_raw_profile(std::string_view kind, std::string_view text);
  void take_exif(std::span<const std::byte> block);
  void take_iptc(const std::vector<std::byte>& block);
  static std::optional<Text> parsed(std::uint32_t name, std::string_view rest);

  MetadataBlocks& blocks_;
  std::size_t inflated_ = 0;
};

/// What a raw profile's text says in hexadecimal digits: a line with its kind, one with its size, and the digits. Empty
/// where it is broken.
std::vector<std::byte> raw_profile_bytes(std::string_view text);

}  // namespace thumbs::image
