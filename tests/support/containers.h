// BMP, GIF and TIFF files made number by number, sound or not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "support/pictures.h"

namespace thumbs::test {

/// Appends numbers, little-endian.
class Numbers {
 public:
  Numbers& u8(std::uint64_t value) { return put(value, 1); }
  Numbers& u16(std::uint64_t value) { return put(value, 2); }
  Numbers& u32(std::uint64_t value) { return put(value, 4); }
  Numbers& text(std::string_view text) {
    for (const char c : text) u8(static_cast<unsigned char>(c));
    return *this;
  }
  Numbers& bytes(const Bytes& more) {
    out_.insert(out_.end(), more.begin(), more.end());
    return *this;
  }
  Numbers& list(std::initializer_list<unsigned> values) {
    for (const unsigned value : values) u8(value);
    return *this;
  }
  std::size_t size() const { return out_.size(); }
  Bytes take() { return std::move(out_); }

 private:
  Numbers& put(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) out_.push_back(static_cast<std::byte>(value >> 8 * i));
    return *this;
  }
  Bytes out_;
};

/// Appends a TIFF's numbers, little-endian: those that a BigTIFF has wider, 64 bits and not 32 or 16, get zeros behind
/// them.
class TiffNumbers {
 public:
  explicit TiffNumbers(bool big) : big_(big) {}

  /// The file's first bytes, up to the place of its first directory.
  TiffNumbers& signature() {
    out_.text(big_ ? "II+" : "II*").u8(0);
    if (big_) out_.u16(8).u16(0);
    return *this;
  }
  TiffNumbers& number(std::uint32_t value) {
    out_.u32(value);
    if (big_) out_.u32(0);
    return *this;
  }
  /// Of a directory's entries.
  TiffNumbers& count(unsigned value) {
    out_.u16(value);
    if (big_) out_.u16(0).u32(0);
    return *this;
  }
  TiffNumbers& entry(unsigned tag, unsigned type, std::uint32_t values, std::uint32_t value) {
    out_.u16(tag).u16(type);
    return number(values).number(value);
  }
  /// What is as wide in both.
  Numbers& plain() { return out_; }

 private:
  bool big_;
  Numbers out_;
};

// ---- BMP ----

struct BmpRecipe {
  int width = 4;
  int height = 2;  ///< negative: the first row comes first
  int bits = 24;
  std::uint32_t header = 40;  ///< its size
  std::uint32_t compression = 0;
  std::vector<std::uint32_t> masks = {};
  std::vector<std::uint32_t> palette = {};  ///< 0xRRGGBB
  Bytes pixels = {};                        ///< as the file has them
  Bytes profile = {};                       ///< of header 124
  std::uint32_t pixels_at = 0;              ///< 0: where they are
};

inline Bytes make_bmp(const BmpRecipe& recipe) {
  const bool core = recipe.header == 12;
  const bool masks_inside = recipe.header >= 52 && recipe.header != 64;
  Numbers head;
  head.u32(recipe.header);
  if (core) {
    head.u16(static_cast<unsigned>(recipe.width))
        .u16(static_cast<unsigned>(recipe.height))
        .u16(1)
        .u16(static_cast<unsigned>(recipe.bits));
  } else {
    head.u32(static_cast<std::uint32_t>(recipe.width)).u32(static_cast<std::uint32_t>(recipe.height)).u16(1);
    head.u16(static_cast<unsigned>(recipe.bits)).u32(recipe.compression).u32(0).u32(2835).u32(2835);
    head.u32(recipe.bits <= 8 ? recipe.palette.size() : 0).u32(0);
  }
  for (std::size_t i = 0; i < recipe.masks.size() && masks_inside; ++i) head.u32(recipe.masks[i]);
  Bytes header = head.take();
  const bool embeds = !recipe.profile.empty();
  while (header.size() < recipe.header) header.push_back(std::byte{0});
  Numbers tail;
  for (std::size_t i = 0; i < recipe.masks.size() && !masks_inside; ++i) tail.u32(recipe.masks[i]);
  for (const std::uint32_t c : recipe.palette) {
    tail.u8(c & 255).u8(c >> 8 & 255).u8(c >> 16 & 255);
    if (!core) tail.u8(0);
  }
  const std::size_t at = 14 + header.size() + tail.size();
  if (embeds) {
    const Bytes place = Numbers().u32(at + recipe.pixels.size() - 14).u32(recipe.profile.size()).take();
    const Bytes kind = Numbers().text("DEBM").take();
    std::copy(place.begin(), place.end(), header.begin() + 112);
    std::copy(kind.begin(), kind.end(), header.begin() + 56);
  }
  return Numbers()
      .text("BM")
      .u32(0)
      .u32(0)
      .u32(recipe.pixels_at != 0 ? recipe.pixels_at : at)
      .bytes(header)
      .bytes(tail.take())
      .bytes(recipe.pixels)
      .bytes(recipe.profile)
      .take();
}

// ---- GIF ----

struct GifFrameRecipe {
  int left = 0, top = 0, width = 4, height = 4;
  std::vector<std::uint8_t> indices = {};  ///< in the file's order; empty: all 1
  int transparent = -1;
  bool interlaced = false;
};

struct GifRecipe {
  int width = 4, height = 4;
  std::vector<std::uint32_t> palette = {0x102030, 0xFF0000, 0x00FF00, 0x0000FF};  ///< 2^n colours, 0xRRGGBB
  std::vector<GifFrameRecipe> frames = {{}};
  std::string_view comment = {};
  bool trailer = true;
};

/// LZW that never makes a longer code than its first ones.
inline Bytes gif_codes(const std::vector<std::uint8_t>& indices) {
  constexpr unsigned k_clear = 256, k_end = 257;
  Bytes bytes;
  std::uint32_t held = 0;
  int bits = 0;
  const auto code = [&](unsigned value) {
    held |= value << bits;
    for (bits += 9; bits >= 8; bits -= 8, held >>= 8) bytes.push_back(static_cast<std::byte>(held));
  };
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (i % 200 == 0) code(k_clear);
    code(indices[i]);
  }
  code(k_end);
  if (bits > 0) bytes.push_back(static_cast<std::byte>(held));
  return bytes;
}

inline Bytes make_gif(const GifRecipe& recipe) {
  const auto u16 = [](int value) { return static_cast<unsigned>(value); };
  unsigned bits = 1;
  while ((1U << bits) < recipe.palette.size()) ++bits;
  Numbers out;
  out.text("GIF89a").u16(u16(recipe.width)).u16(u16(recipe.height));
  out.u8(recipe.palette.empty() ? 0x70 : 0xF0 | (bits - 1)).u8(0).u8(0);
  for (const std::uint32_t c : recipe.palette) out.u8(c >> 16 & 255).u8(c >> 8 & 255).u8(c & 255);
  if (!recipe.comment.empty()) out.list({0x21, 0xFE}).u8(recipe.comment.size()).text(recipe.comment).u8(0);
  for (const GifFrameRecipe& frame : recipe.frames) {
    if (frame.transparent >= 0) out.list({0x21, 0xF9, 4, 1, 0, 0}).u8(static_cast<unsigned>(frame.transparent)).u8(0);
    out.u8(0x2C).u16(u16(frame.left)).u16(u16(frame.top)).u16(u16(frame.width)).u16(u16(frame.height));
    out.u8(frame.interlaced ? 0x40 : 0).u8(8);
    std::vector<std::uint8_t> indices = frame.indices;
    if (indices.empty())
      indices.assign(static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height), 1);
    const Bytes data = gif_codes(indices);
    for (std::size_t at = 0; at < data.size(); at += 255) {
      const std::size_t size = std::min<std::size_t>(255, data.size() - at);
      out.u8(size);
      for (std::size_t i = 0; i < size; ++i) out.u8(std::to_integer<unsigned>(data[at + i]));
    }
    out.u8(0);
  }
  if (recipe.trailer) out.u8(0x3B);
  return out.take();
}

}  // namespace thumbs::test
