// Planes → PNG: grey, RGB or a palette, whichever is smallest without loss. The chunks are written here: libpng could
// not deflate all rows at once.
#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "image/bytes.h"
#include "image/codec/encodable.h"
#include "image/codec/png/attachments.h"
#include "image/codec/png/deflate.h"
#include "image/codec/png/filter.h"
#include "image/codec/png/png.h"
#include "image/codec/png/reduce.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

using Data = std::vector<std::byte>;

Data big_endian_bytes(std::size_t value) {
  Data out;
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::byte>(value >> shift & 255));
  return out;
}

/// Length, name, data, CRC.
void append_chunk(Data& to, std::string_view name, std::span<const std::byte> data) {
  append(to, big_endian_bytes(data.size()));
  const std::size_t begin = to.size();
  append(to, name);
  append(to, data);
  append(to, big_endian_bytes(libdeflate_crc32(0, to.data() + begin, to.size() - begin)));
}

/// As IDAT, in chunks of at most 2^30 bytes.
void append_stream(Data& to, std::span<const std::byte> stream) {
  constexpr std::size_t k_most_bytes = std::size_t{1} << 30;
  for (; !stream.empty(); stream = stream.subspan(std::min(stream.size(), k_most_bytes)))
    append_chunk(to, "IDAT", stream.first(std::min(stream.size(), k_most_bytes)));
}

Data header(const Picture& picture, const PngForm& form) {
  Data data = big_endian_bytes(static_cast<std::size_t>(picture.width));
  append(data, big_endian_bytes(static_cast<std::size_t>(picture.height)));
  // Deflate, adaptive filters, no interlace.
  for (const int value : {form.depth, form.type, 0, 0, 0}) data.push_back(static_cast<std::byte>(value));
  return data;
}

/// PLTE, and tRNS as far as colours are not opaque.
void append_palette(Data& to, const std::vector<std::uint32_t>& colours) {
  Data palette, alphas;
  std::size_t translucent = 0;
  for (const std::uint32_t colour : colours) {
    for (const int shift : {24, 16, 8}) palette.push_back(static_cast<std::byte>(colour >> shift & 255));
    alphas.push_back(static_cast<std::byte>(colour & 255));
    if (alphas.back() != std::byte{255}) translucent = alphas.size();
  }
  append_chunk(to, "PLTE", palette);
  if (translucent > 0) append_chunk(to, "tRNS", std::span(alphas).first(translucent));
}

/// Samples of less than 8 bits, in place, the first in the highest bits.
void pack(std::span<png_byte> row, int depth) {
  if (depth == 8) return;
  const std::size_t per_byte = 8 / static_cast<std::size_t>(depth);
  for (std::size_t begin = 0; begin < row.size(); begin += per_byte) {
    unsigned byte = 0;
    for (std::size_t i = 0; i < per_byte; ++i) byte = byte << depth | (begin + i < row.size() ? row[begin + i] : 0U);
    row[begin / per_byte] = static_cast<png_byte>(byte);
  }
}

bool is_filtered(const PngForm& form) { return !form.colours && form.depth == 8; }

/// A filter's number and the bytes of each row.
Data filtered_rows_of(const Picture& picture, const PngForm& form) {
  const auto channels = static_cast<std::size_t>(form.channels());
  const std::size_t samples = static_cast<std::size_t>(picture.width) * channels;
  const std::size_t row_bytes = (samples * static_cast<std::size_t>(form.depth) + 7) / 8;
  Data rows(static_cast<std::size_t>(picture.height) * (row_bytes + 1));
  std::vector<png_byte> row(samples);
  PngFilter filter(row_bytes, channels, is_filtered(form));
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(samples);
    form_row(picture, y, form, row.data());
    pack(row, form.depth);
    filter.add({row.data(), row_bytes},
               reinterpret_cast<std::uint8_t*>(rows.data()) + static_cast<std::size_t>(y) * (row_bytes + 1));
  }
  return rows;
}

/// Where a pixel is a byte or less of what it was, the time that this saves goes into a better search.
int level_of(const PngForm& form, const ResolvedVariant& settings) {
  constexpr int k_thorough = 6, k_search = 7;
  const bool small = form.colours || form.depth < 8;
  return small && settings.compression_level == k_thorough ? k_search : settings.compression_level;
}

Data encode_as(const PngForm& form, const Picture& picture, const ResolvedVariant& settings,
               const std::vector<PngChunk>& chunks) {
  using std::string_view_literals::operator""sv;
  Data out;
  append(out, "\x89PNG\r\n\x1A\n"sv);
  append_chunk(out, "IHDR", header(picture, form));
  // iCCP comes before PLTE, and tRNS behind it (PNG 3, 5.6).
  for (const PngChunk& chunk : chunks) append_chunk(out, chunk.name, chunk.data);
  if (form.colours) append_palette(out, form.colours->list());
  const Data rows = filtered_rows_of(picture, form);
  keep_within_limits();
  append_stream(out, deflate_rows(rows, level_of(form, settings), is_filtered(form)));
  append_chunk(out, "IEND", {});
  return out;
}

}  // namespace

double png_encode_memory(double pixels, const ResolvedVariant& settings, bool /*alpha*/) {
  constexpr double k_most_pixel = 4, k_form = 2;  // rows, their stream, and the file; the smallest so far
  constexpr double k_fixed = 1 << 20;
  return pixels * k_most_pixel * (1 + k_form) + deflate_memory(pixels * k_most_pixel, settings.compression_level) +
         k_fixed;
}

std::vector<std::byte> encode_png(const Picture& picture, const ResolvedVariant& settings,
                                  const Attachments& attachments) {
  require_encodable(picture, k_png_most_side, "PNG");
  const std::vector<PngChunk> chunks = attachment_chunks(attachments, settings.compression_level);
  std::vector<std::byte> smallest;
  for (const PngForm& form : lossless_forms(picture, attachments.palette, !attachments.profile.empty())) {
    std::vector<std::byte> bytes = encode_as(form, picture, settings, chunks);
    if (smallest.empty() || bytes.size() <= smallest.size()) smallest = std::move(bytes);
  }
  return smallest;
}

}  // namespace thumbs::image
