// One row a format. The first that fits a file's first bytes counts.
#include "image/codec/formats.h"

#include <algorithm>
#include <iterator>

#include "image/codec/avif/avif.h"
#include "image/codec/bmp/bmp.h"
#include "image/codec/gif/gif.h"
#include "image/codec/heic/heic.h"
#include "image/codec/jpeg/jpeg.h"
#include "image/codec/png/png.h"
#include "image/codec/recognise/signatures.h"
#include "image/codec/svg/svg.h"
#include "image/codec/tiff/tiff.h"
#include "image/codec/webp/webp.h"
#include "thumbs/error.h"

// Functions of formats that CMake's options may leave out.
#if THUMBS_WEBP
#define THUMBS_WITH_WEBP(function) function
#else
#define THUMBS_WITH_WEBP(function) nullptr
#endif
#if THUMBS_AVIF
#define THUMBS_WITH_AVIF(function) function
#else
#define THUMBS_WITH_AVIF(function) nullptr
#endif
#if THUMBS_GIF
#define THUMBS_WITH_GIF(function) function
#else
#define THUMBS_WITH_GIF(function) nullptr
#endif
#if THUMBS_HEIC
#define THUMBS_WITH_HEIC(function) function
#else
#define THUMBS_WITH_HEIC(function) nullptr
#endif
#if THUMBS_SVG
#define THUMBS_WITH_SVG(function) function
#define THUMBS_SVGZ "\x1F\x8B"  // gzip; what is in it, the decoder sees
#else
#define THUMBS_SVGZ ""
#define THUMBS_WITH_SVG(function) nullptr
#endif
#if THUMBS_TIFF
#define THUMBS_WITH_TIFF(function) function
#else
#define THUMBS_WITH_TIFF(function) nullptr
#endif

namespace thumbs::image {
namespace {

using std::string_view_literals::operator""sv;

constexpr Format k_formats[] = {
    {.id = FileFormat::jpeg,
     .key = "jpeg",
     .name = "JPEG",
     .magic = {"\xFF\xD8"sv},
     .open = open_jpeg,
     .output =
         OutputCodec{
             .format = PictureFormat::jpeg,
             .media_type = "image/jpeg",
             .most_side = k_jpeg_most_side,
             .alpha = false,
             .ycbcr = true,
             .metadata = {.most_exif = k_jpeg_most_exif, .most_xmp = k_jpeg_most_xmp, .iptc = true, .comment = true},
             .encode = encode_jpeg,
             .memory = jpeg_encode_memory,
             .library = jpeg_library}},
    {.id = FileFormat::png,
     .key = "png",
     .name = "PNG",
     .magic = {"\x89PNG\r\n\x1A\n"sv},
     .open = open_png,
     .library = png_library,
     .output = OutputCodec{.format = PictureFormat::png,
                           .media_type = "image/png",
                           .most_side = k_png_most_side,
                           .palette = true,
                           .metadata = {.texts = true},
                           .encode = encode_png,
                           .memory = png_encode_memory,
                           .library = deflate_library}},
    {.id = FileFormat::webp,
     .key = "webp",
     .name = "WebP",
     .recognise = is_webp,
     .open = THUMBS_WITH_WEBP(open_webp),
     .optional = true,
     .output = OutputCodec{.format = PictureFormat::webp,
                           .media_type = "image/webp",
                           .most_side = k_webp_most_side,
                           .encode = THUMBS_WITH_WEBP(encode_webp),
                           .memory = THUMBS_WITH_WEBP(webp_encode_memory),
                           .library = THUMBS_WITH_WEBP(webp_library)}},
    {.id = FileFormat::avif,
     .key = "avif",
     .name = "AVIF",
     .recognise = is_avif,
     .open = THUMBS_WITH_AVIF(open_avif),
     .optional = true,
     .output = OutputCodec{.format = PictureFormat::avif,
                           .media_type = "image/avif",
                           .most_side = k_avif_most_side,
                           .encode = THUMBS_WITH_AVIF(encode_avif),
                           .memory = THUMBS_WITH_AVIF(avif_encode_memory),
                           .library = THUMBS_WITH_AVIF(avif_library)}},
    {.id = FileFormat::gif,
     .key = "gif",
     .name = "GIF",
     .magic = {"GIF87a"sv, "GIF89a"sv},
     .open = THUMBS_WITH_GIF(open_gif),
     .optional = true,
     .library = THUMBS_WITH_GIF(gif_library)},
    {.id = FileFormat::tiff,
     .key = "tiff",
     .name = "TIFF",
     .recognise = is_tiff,
     .open = THUMBS_WITH_TIFF(open_tiff),
     .optional = true,
     .library = THUMBS_WITH_TIFF(tiff_library)},
    {.id = FileFormat::bmp, .key = "bmp", .name = "BMP", .recognise = is_bmp, .open = open_bmp},
    {.id = FileFormat::heic,
     .key = "heic",
     .name = "HEIC",
     .recognise = is_heic,
     .open = THUMBS_WITH_HEIC(open_heic),
     .optional = true,
     .library = THUMBS_WITH_HEIC(heic_library)},
    {.id = FileFormat::jxl, .key = "jpeg xl", .name = "JPEG XL", .magic = {"\xFF\x0A"sv, "\0\0\0\x0CJXL \r\n\x87\n"sv}},
    {.id = FileFormat::svg,
     .key = "svg",
     .name = "SVG",
     .magic = {THUMBS_SVGZ},
     .recognise = is_svg,
     .open = THUMBS_WITH_SVG(open_svg),
     .optional = true,
     .library = THUMBS_WITH_SVG(svg_library)},
    {.id = FileFormat::pdf, .key = "pdf", .name = "PDF", .magic = {"%PDF-"sv}},
    {.id = FileFormat::psd, .key = "psd", .name = "PSD", .magic = {"8BPS"sv}},
    {.id = FileFormat::ico, .key = "ico", .name = "ICO", .magic = {"\0\0\1\0"sv}},
    {.id = FileFormat::unknown, .key = "", .name = "unknown"},
};

bool fits(const Format& format, std::string_view head) {
  const auto begins = [&](std::string_view magic) { return !magic.empty() && head.starts_with(magic); };
  return std::ranges::any_of(format.magic, begins) || (format.recognise != nullptr && format.recognise(head));
}

Error not_supported() { return {ErrorCode::unsupported, "this output format is not supported", {}, "encode"}; }

}  // namespace

FileFormat sniff(std::span<const std::byte> bytes) {
  const auto used = bytes.first(std::min(bytes.size(), k_sniffed_bytes));
  const std::string_view head(reinterpret_cast<const char*>(used.data()), used.size());
  const auto* row = std::ranges::find_if(k_formats, [&](const Format& format) { return fits(format, head); });
  return row != std::end(k_formats) ? row->id : FileFormat::unknown;
}

const Format& format_of(FileFormat id) {
  return *std::ranges::find_if(k_formats, [&](const Format& format) { return format.id == id; });
}

const Format& format_of(PictureFormat format) {
  const auto* row =
      std::ranges::find_if(k_formats, [&](const Format& f) { return f.output && f.output->format == format; });
  if (row == std::end(k_formats)) throw not_supported();
  return *row;
}

const OutputCodec& codec_of(PictureFormat format) {
  const Format& row = format_of(format);
  if (row.left_out()) throw not_supported();
  return *row.output;
}

std::string_view key(FileFormat format) { return format_of(format).key; }
std::string_view name(FileFormat format) { return format_of(format).name; }
bool readable(FileFormat format) { return format_of(format).open != nullptr; }

std::vector<std::string> format_libraries() {
  std::vector<std::string> libraries;
  const auto add = [&](std::string (*library)()) {
    std::string text = library != nullptr ? library() : std::string();
    if (!text.empty()) libraries.push_back(std::move(text));
  };
  for (const Format& format : k_formats) {
    if (format.left_out()) continue;
    add(format.library);
    if (format.output) add(format.output->library);
  }
  return libraries;
}

std::string decoder_libraries(FileFormat format) {
  const Format& row = format_of(format);
  if (row.left_out()) return {};
  const std::string own = row.library != nullptr ? row.library() : std::string();
  const std::string shared = row.output ? row.output->library() : std::string();
  return own.empty() || shared.empty() ? own + shared : own + "; " + shared;
}

std::string encoder_library(PictureFormat format) {
  const Format& row = format_of(format);
  return row.left_out() ? std::string() : row.output->library();
}

}  // namespace thumbs::image
