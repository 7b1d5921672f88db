// WebP files made in code: pictures by libwebp, containers chunk by chunk.
#pragma once

#include <webp/encode.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "support/pictures.h"

namespace thumbs::test {

struct WebpRecipe {
  int width = 40;
  int height = 30;
  bool alpha = false;
  bool lossless = false;
  float quality = 95;
};

/// A file as libwebp writes it: RIFF with VP8, VP8L, or VP8X with ALPH and VP8. Colours of transparent pixels are kept.
inline Bytes make_webp(const WebpRecipe& recipe, const Pattern& pattern) {
  WebPConfig config;
  WebPConfigInit(&config);
  config.lossless = recipe.lossless ? 1 : 0;
  config.quality = recipe.quality;
  config.exact = 1;
  WebPPicture picture;
  WebPPictureInit(&picture);
  picture.use_argb = 1;
  picture.width = recipe.width;
  picture.height = recipe.height;
  if (WebPPictureAlloc(&picture) == 0) std::abort();
  for (int y = 0; y < recipe.height; ++y) {
    for (int x = 0; x < recipe.width; ++x) {
      const auto at = [&](int c) { return std::uint32_t{to_sample(pattern(c, x + 0.5, y + 0.5))}; };
      picture.argb[y * picture.argb_stride + x] =
          (recipe.alpha ? at(3) : 255U) << 24 | at(0) << 16 | at(1) << 8 | at(2);
    }
  }
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  if (WebPEncode(&config, &picture) == 0) std::abort();
  const auto* begin = reinterpret_cast<const std::byte*>(writer.mem);
  Bytes bytes(begin, begin + writer.size);
  WebPMemoryWriterClear(&writer);
  WebPPictureFree(&picture);
  return bytes;
}

/// Writes any chunks, valid or not.
class WebpBuilder {
 public:
  WebpBuilder& chunk(std::string_view name, std::string_view data) {
    body_ += name;
    number(data.size(), 4);
    body_ += data;
    if (data.size() % 2 != 0) body_ += '\0';
    return *this;
  }
  WebpBuilder& chunk(std::string_view name, const Bytes& data) { return chunk(name, text_of(data)); }

  /// Flags of RFC 9649: 0x20 profile, 0x10 alpha, 0x08 EXIF, 0x02 animation.
  WebpBuilder& canvas(int width, int height, int flags) {
    WebpBuilder data;
    data.number(static_cast<unsigned>(flags), 4);
    data.number(static_cast<unsigned>(width - 1), 3);
    data.number(static_cast<unsigned>(height - 1), 3);
    return chunk("VP8X", data.body_);
  }
  WebpBuilder& animation() { return chunk("ANIM", std::string_view("\xFF\xFF\xFF\xFF\0\0", 6)); }
  /// `file` is a whole WebP file; x and y are even.
  WebpBuilder& frame(int x, int y, int width, int height, const Bytes& file) {
    WebpBuilder data;
    for (const int value : {x / 2, y / 2, width - 1, height - 1, 100}) data.number(static_cast<unsigned>(value), 3);
    data.number(2, 1);
    data.body_ += picture_of(file);
    return chunk("ANMF", data.body_);
  }
  /// The picture's chunks of a whole file.
  WebpBuilder& picture(const Bytes& file) {
    body_ += picture_of(file);
    return *this;
  }

  Bytes bytes() const {
    WebpBuilder out;
    out.body_ = "RIFF";
    out.number(body_.size() + 4, 4);
    out.body_ += "WEBP" + body_;
    const auto* begin = reinterpret_cast<const std::byte*>(out.body_.data());
    return Bytes(begin, begin + out.body_.size());
  }

 private:
  static std::string text_of(const Bytes& bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  static std::string picture_of(const Bytes& file) {
    const std::string body = text_of(file).substr(12);
    return body.starts_with("VP8X") ? body.substr(18) : body;
  }
  void number(std::size_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) body_ += static_cast<char>(value >> 8 * i & 255);
  }

  std::string body_;
};

}  // namespace thumbs::test
