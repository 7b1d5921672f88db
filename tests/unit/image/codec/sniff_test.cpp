// Recognises formats by their first bytes, and names the format of files that cannot be read.
#include <gtest/gtest.h>

#include <string>

#include "image/codec/codec.h"
#include "support/built_formats.h"
#include "support/pictures.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using std::string_literals::operator""s;

std::span<const std::byte> as_bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

struct Case {
  const char* title;
  std::string head;
  FileFormat format;
};

const Case k_cases[] = {
    {"empty", "", FileFormat::unknown},
    {"one byte", "\xFF", FileFormat::unknown},
    {"JPEG", "\xFF\xD8\xFF\xE0\0\x10JFIF"s, FileFormat::jpeg},
    {"JPEG with junk behind SOI", "\xFF\xD8\0\0\xFF\xDB"s, FileFormat::jpeg},
    {"PNG", "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"s, FileFormat::png},
    {"PNG whose line ends were converted", "\x89PNG\n\x1A\n\0\0\0\x0DIHDR"s, FileFormat::unknown},
    {"PNG cut in its signature", "\x89PNG\r\n", FileFormat::unknown},
    {"WebP", "RIFF\x10\0\0\0WEBPVP8 "s, FileFormat::webp},
    {"WebP that looks like SVG", "RIFF<svgWEBP<svg>", FileFormat::webp},
    {"RIFF of another kind", "RIFF\x10\0\0\0WAVEfmt "s, FileFormat::unknown},
    {"AVIF", "\0\0\0\x1C"s + "ftypavif\0\0\0\0avifmif1miaf"s, FileFormat::avif},
    {"AVIF by a compatible brand", "\0\0\0\x1C"s + "ftypmif1\0\0\0\0mif1avifmiaf"s, FileFormat::avif},
    {"an avif beyond the box does not count", "\0\0\0\x14"s + "ftypmif1\0\0\0\0mif1avifmiaf"s, FileFormat::heic},
    {"HEIC", "\0\0\0\x18"s + "ftypheic\0\0\0\0mif1heic"s, FileFormat::heic},
    {"MP4", "\0\0\0\x18"s + "ftypisom\0\0\0\0isommp42"s, FileFormat::unknown},
    {"GIF", "GIF89a", FileFormat::gif},
    {"TIFF", "II*\0\x08\0\0\0"s, FileFormat::tiff},
    {"TIFF, big-endian", "MM\0*\0\0\0\x08"s, FileFormat::tiff},
    {"BMP", "BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"s, FileFormat::bmp},
    {"OS/2's array of bitmaps", "BA\x28\0\0\0\0\0\0\0\0\0\0\0BM\x1A\0\0\0\0\0\0\0\x4A\0\0\0\x0C\0\0\0"s,
     FileFormat::bmp},
    {"a text that starts with BA", "BARK at the moon, BMW of mine", FileFormat::unknown},
    {"a text that starts with BM", "BMW builds cars and bikes", FileFormat::unknown},
    {"JPEG XL stream", "\xFF\x0A\x7F", FileFormat::jxl},
    {"JPEG XL file", "\0\0\0\x0CJXL \r\n\x87\n"s, FileFormat::jxl},
    {"SVG", "<svg xmlns='http://www.w3.org/2000/svg'>", FileFormat::svg},
    {"SVG with a prologue", "\xEF\xBB\xBF\n<?xml version='1.0'?>\n<svg>", FileFormat::svg},
    {"HTML", "<!DOCTYPE html><html>", FileFormat::unknown},
    {"PDF", "%PDF-1.7", FileFormat::pdf},
    {"PSD", "8BPS\0\1"s, FileFormat::psd},
    {"ICO", "\0\0\1\0\1\0"s, FileFormat::ico},
};

TEST(Sniff, TellsFormatsFromTheirFirstBytes) {
  for (const Case& c : k_cases) {
    SCOPED_TRACE(c.title);
    EXPECT_EQ(name(sniff(as_bytes(c.head))), name(c.format));
  }
}

TEST(Sniff, EveryPrefixIsReadWithinItsBounds) {
  for (const Case& c : k_cases) {
    SCOPED_TRACE(c.title);
    for (std::size_t size = 0; size < c.head.size(); ++size) {
      const std::string prefix = c.head.substr(0, size);
      const std::vector<char> exact(prefix.begin(), prefix.end());  // a sanitizer sees its end
      const FileFormat format = sniff(std::as_bytes(std::span(exact)));
      EXPECT_TRUE(format == c.format || format == FileFormat::unknown || format == FileFormat::heic) << size;
    }
  }
}

TEST(Sniff, OpeningRefusesWhatItCannotReadByName) {
  struct Refusal {
    const char* title;
    std::string head;
    ErrorCode code;
    std::string message;
  };
  const Refusal refusals[] = {
      {"empty", "", ErrorCode::not_a_picture, "the file is empty"},
      {"text", "hello", ErrorCode::not_a_picture, "not a picture of a known format"},
      {"HEIC", "\0\0\0\x18"s + "ftypheic\0\0\0\0mif1heic"s,
       built_formats().heic ? ErrorCode::corrupt : ErrorCode::unsupported,
       built_formats().heic ? "libheif: Invalid input: No 'meta' box"
                            : "this thumbs was built without HEIC (THUMBS_HEIC=OFF); convert it to PNG or JPEG"},
      {"JPEG XL", "\xFF\x0A\x7F", ErrorCode::unsupported, "JPEG XL is not supported; convert it to PNG or JPEG"},
  };
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.title);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{100}}) {
      test::PieceSource source(as_bytes(refusal.head), piece);
      try {
        open_picture(source, Limits{});
        ADD_FAILURE() << "opened";
      } catch (const Error& error) {
        EXPECT_EQ(to_string(error.code()), to_string(refusal.code));
        EXPECT_EQ(error.message(), refusal.message);
      }
    }
  }
}

TEST(Sniff, WhatTheBuildHasIsReadable) {
  for (int i = 0; i <= static_cast<int>(FileFormat::ico); ++i) {
    const auto format = static_cast<FileFormat>(i);
    const bool wanted =
        format == FileFormat::jpeg || format == FileFormat::png || format == FileFormat::bmp ||
        (format == FileFormat::webp && built_formats().webp) || (format == FileFormat::avif && built_formats().avif) ||
        (format == FileFormat::gif && built_formats().gif) || (format == FileFormat::tiff && built_formats().tiff) ||
        (format == FileFormat::svg && built_formats().svg) || (format == FileFormat::heic && built_formats().heic);
    EXPECT_EQ(readable(format), wanted) << name(format);
    EXPECT_FALSE(name(format).empty());
  }
}

}  // namespace
}  // namespace thumbs::image
