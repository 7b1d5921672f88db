// Tells formats from their first bytes and opens what this build can read.
#include "image/codec/codec.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "image/codec/recognise.h"
#include "support/built_formats.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t k_head_bytes = 64;

struct Signature {
  FileFormat format;
  std::string_view bytes;
};

constexpr Signature k_signatures[] = {
    {FileFormat::jpeg, "\xFF\xD8"sv},
    {FileFormat::png, "\x89PNG\r\n\x1A\n"sv},
    {FileFormat::gif, "GIF87a"sv},
    {FileFormat::gif, "GIF89a"sv},
    {FileFormat::tiff, "II*\0"sv},
    {FileFormat::tiff, "MM\0*"sv},
    {FileFormat::tiff, "II+\0"sv},  // BigTIFF
    {FileFormat::tiff, "MM\0+"sv},
    {FileFormat::jxl, "\xFF\x0A"sv},
    {FileFormat::jxl, "\0\0\0\x0CJXL \r\n\x87\n"sv},
    {FileFormat::pdf, "%PDF-"sv},
    {FileFormat::psd, "8BPS"sv},
    {FileFormat::ico, "\0\0\1\0"sv},
};

/// ISO base media files name their brand: the major one at 8, compatible ones from 16 to the box's end.
FileFormat sniff_brands(std::string_view head) {
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(head[i])); };
  const std::size_t box = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
  const std::string_view brands = head.substr(0, box);
  bool heif = false;
  for (std::size_t at = 8; at + 4 <= brands.size(); at += at == 8 ? 8 : 4) {
    const std::string_view brand = brands.substr(at, 4);
    if (brand == "avif" || brand == "avis") return FileFormat::avif;
    heif = heif || brand.starts_with("hei") || brand.starts_with("hev") || brand == "mif1" || brand == "msf1";
  }
  return heif ? FileFormat::heic : FileFormat::unknown;
}

/// A BMP's "BM" alone is too little to go by: the size of its second header, too, is one of few.
bool is_bmp(std::string_view head) {
  if (!head.starts_with("BM") || head.size() < 18) return false;
  constexpr std::array sizes = {12, 16, 40, 52, 56, 64, 108, 124};
  const int size = static_cast<unsigned char>(head[14]);
  return std::ranges::find(sizes, size) != sizes.end() && head.substr(15, 3) == "\0\0\0"sv;
}

bool is_svg(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  if (!head.starts_with('<')) return false;
  return head.find("<svg") != head.npos || head.find("<!DOCTYPE svg") != head.npos;
}

/// The first bytes of `source`, which is rewound afterwards.
std::vector<std::byte> read_head(ByteSource& source) {
  std::vector<std::byte> head;
  source.rewind();
  while (head.size() < k_head_bytes) {
    const auto piece = source.next();
    if (piece.empty()) break;
    const auto taken = piece.first(std::min(piece.size(), k_head_bytes - head.size()));
    head.insert(head.end(), taken.begin(), taken.end());
  }
  source.rewind();
  return head;
}

/// What a build may leave out.
std::unique_ptr<Decoder> open_optional(FileFormat format, [[maybe_unused]] ByteSource& source,
                                       [[maybe_unused]] const Limits& limits) {
#if THUMBS_WEBP
  if (format == FileFormat::webp) return open_webp(source, limits);
#endif
#if THUMBS_AVIF
  if (format == FileFormat::avif) return open_avif(source, limits);
#endif
  throw Error(ErrorCode::unsupported, built_without(name(format)));
}

}  // namespace

FileFormat sniff(std::span<const std::byte> bytes) {
  const auto used = bytes.first(std::min(bytes.size(), k_head_bytes));
  const std::string_view head(reinterpret_cast<const char*>(used.data()), used.size());
  for (const auto& [format, signature] : k_signatures)
    if (head.starts_with(signature)) return format;
  if (head.starts_with("RIFF") && head.substr(std::min<std::size_t>(8, head.size())).starts_with("WEBP"))
    return FileFormat::webp;
  if (head.size() >= 12 && head.substr(4, 4) == "ftyp") return sniff_brands(head);
  if (is_bmp(head)) return FileFormat::bmp;
  return is_svg(head) ? FileFormat::svg : FileFormat::unknown;
}

std::string_view name(FileFormat format) {
  switch (format) {
    case FileFormat::unknown: return "unknown";
    case FileFormat::jpeg: return "JPEG";
    case FileFormat::png: return "PNG";
    case FileFormat::webp: return "WebP";
    case FileFormat::avif: return "AVIF";
    case FileFormat::gif: return "GIF";
    case FileFormat::tiff: return "TIFF";
    case FileFormat::bmp: return "BMP";
    case FileFormat::heic: return "HEIC";
    case FileFormat::jxl: return "JPEG XL";
    case FileFormat::svg: return "SVG";
    case FileFormat::pdf: return "PDF";
    case FileFormat::psd: return "PSD";
    case FileFormat::ico: return "ICO";
  }
  return "unknown";
}

bool readable(FileFormat format) {
  switch (format) {
    case FileFormat::jpeg:
    case FileFormat::png: return true;
    case FileFormat::webp: return built_formats().webp;
    case FileFormat::avif: return built_formats().avif;
    default: return false;
  }
}

std::span<const std::byte> MemorySource::next() {
  if (done_) return {};
  done_ = true;
  return bytes_;
}

std::string encoder_library(PictureFormat format) {
  switch (format) {
    case PictureFormat::jpeg: return jpeg_library();
    case PictureFormat::png: return png_library();
#if THUMBS_WEBP
    case PictureFormat::webp: return webp_library();
#endif
#if THUMBS_AVIF
    case PictureFormat::avif: return avif_library();
#endif
    default: return {};
  }
}

bool Decoder::decodes_together(FailOn /*fail_on*/) const { return false; }

std::vector<Picture> Decoder::decode_together(std::span<const Scale> /*scales*/, FailOn /*fail_on*/) { return {}; }

std::uint64_t Decoder::rows_memory(Scale /*scale*/) const {
  throw Error(ErrorCode::internal, "this decoder does not give rows");
}

void Decoder::decode_to(Scale scale, FailOn /*fail_on*/, RowSink& /*sink*/) { rows_memory(scale); }

std::unique_ptr<Decoder> open_picture(ByteSource& source, const Limits& limits) {
  const std::vector<std::byte> head = read_head(source);
  const FileFormat format = sniff(head);
  switch (format) {
    case FileFormat::jpeg: return open_jpeg(source, limits);
    case FileFormat::png: return open_png(source, limits);
    case FileFormat::webp:
    case FileFormat::avif: return open_optional(format, source, limits);
    default: throw unreadable_file(format, source);
  }
}

}  // namespace thumbs
