// Turns libpng's messages into our error codes.
#include "image/codec/png/support.h"

#include <libdeflate.h>

#include <cstdio>
#include <string_view>
#include <utility>

#include "image/codec/png/png.h"

namespace thumbs::image {
namespace {

/// libpng has texts, no codes.
ErrorCode code_for(std::string_view text) {
  const auto says = [&](std::string_view part) { return text.find(part) != text.npos; };
  if (says("ut of memory") || says("nsufficient memory")) return ErrorCode::memory;
  if (says("too many bytes to allocate") || says("row is too large") || says("row is too wide"))
    return ErrorCode::too_large;
  return ErrorCode::corrupt;
}

}  // namespace

void PngCalls::on_error(png_structp png, png_const_charp text) { of(png).fail(code_for(text), text); }

void PngCalls::on_warning(png_structp png, png_const_charp text) { of(png).warned(text); }

std::string deflate_library() { return "libdeflate " LIBDEFLATE_VERSION_STRING; }

std::string png_library() { return std::string("libpng ") + png_get_libpng_ver(nullptr); }

}  // namespace thumbs::image
