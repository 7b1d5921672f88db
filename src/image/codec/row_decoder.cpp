// One pass over the rows for any number of scales.
#include "image/codec/row_decoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "thumbs/error.h"

namespace thumbs::image {

void RowFeed::add(const std::byte* row) {
  take_(row);
  ++rows_;
  spend(row_bytes_);
}

void RowFeed::spend(std::size_t bytes) {
  bytes_since_look_ += bytes;
  if (bytes_since_look_ < k_bytes_between_looks) return;
  bytes_since_look_ = 0;
  limit_.check();
}

int RowDecoder::shrink_for(double allowed) const {
  return static_cast<int>(std::clamp(std::floor(allowed), 1.0, double{BoxRows::k_max_shrink}));
}

RowFormat RowDecoder::row_format(Scale scale) const {
  return {.width = static_cast<std::size_t>(header_.width),
          .channels = static_cast<std::size_t>(colour_planes(header_.model) + (header_.alpha ? 1 : 0)),
          .deep = (header_.alpha || scale.deep) && header_.deep,
          .alpha = header_.alpha,
          .premultiplied = premultiplied_};
}

/// With planes of `plane_rows` rows.
std::uint64_t RowDecoder::bytes_needed(Scale scale, double plane_rows) const {
  // In floating point: with limits.input_pixels at 0 the product may exceed 64 bits.
  constexpr double k_fixed = 64 << 10;
  constexpr double k_grain = 64 << 10;     // what a Buffer adds, at most
  constexpr double k_plane_padding = 128;  // samples that a Plane adds to a row, at most
  const RowFormat format = row_format(scale);
  const double width = header_.width, channels = static_cast<double>(format.channels);
  const double planes =
      (std::ceil(width / scale.shrink) + k_plane_padding) * plane_rows * channels * format.sample_bytes();
  const double rows = static_cast<double>(format.padded()) * (2 + 4);  // premultiplied, and sums
  const double total = k_fixed + k_grain * channels + planes + rows + reader_memory(format) +
                       static_cast<double>(header_.colours.profile.size());
  return total < 1e18 ? static_cast<std::uint64_t>(total) : std::uint64_t{1} << 60;
}

std::uint64_t RowDecoder::memory_needed(Scale scale, FailOn /*fail_on*/) const {
  return bytes_needed(scale, std::ceil(static_cast<double>(header_.height) / scale.shrink));
}

std::uint64_t RowDecoder::rows_memory(Scale scale) const { return bytes_needed(scale, 1); }

void RowDecoder::read(const RowFormat& format, FailOn fail_on, const std::function<void(const std::byte*)>& take) {
  RowFeed feed(format.bytes(), seconds_, take);
  try {
    read_rows(format, fail_on, feed);
  } catch (const Error& error) {
    const bool bearable = error.code() == ErrorCode::corrupt || error.code() == ErrorCode::truncated;
    if (fail_on != FailOn::none || feed.rows() == 0 || !bearable) throw;
    warnings_.add(error.message());
  }
}

void RowDecoder::fault_behind_pixels(FailOn fail_on, const std::string& text) {
  const std::string message = "all pixels are there, but the file's end is missing or broken: " + text;
  if (fail_on == FailOn::warning) throw Error(ErrorCode::truncated, message);
  warnings_.add(message);
}

Picture RowDecoder::decode(Scale scale, FailOn fail_on, std::uint64_t /*memory*/) {
  return std::move(decode_together({&scale, 1}, fail_on).front());
}

/// Their rows have one format, or they cannot share a pass.
std::vector<Picture> RowDecoder::decode_together(std::span<const Scale> scales, FailOn fail_on) {
  const RowFormat format = row_format(scales.front());
  const auto fits = [&](const Scale& scale) { return row_format(scale).deep == format.deep; };
  if (!std::ranges::all_of(scales, fits)) return {};
  std::vector<Picture> pictures(scales.size());
  std::vector<RowTaker> takers;
  takers.reserve(scales.size());
  for (std::size_t i = 0; i < scales.size(); ++i) {
    if (scales[i].shrink < 1 || scales[i].shrink > BoxRows::k_max_shrink)
      throw Error(ErrorCode::internal, "a picture cannot be shrunk by " + std::to_string(scales[i].shrink));
    pictures[i] = empty_picture(header_);
    takers.emplace_back(pictures[i], format, scales[i].shrink);
  }
  read(format, fail_on, [&](const std::byte* row) {
    for (RowTaker& taker : takers) taker.add(row);
  });
  for (RowTaker& taker : takers) taker.finish();
  return pictures;
}

void RowDecoder::decode_to(Scale scale, FailOn fail_on, RowSink& sink) {
  const RowFormat format = row_format(scale);
  RowStrips strips(empty_picture(header_), format, scale.shrink, sink);
  read(format, fail_on, [&](const std::byte* row) { strips.add(row); });
  strips.finish();
}

}  // namespace thumbs::image
