// GIF → rows of grey or RGB, with alpha where the first frame is transparent or does not cover its canvas.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "image/codec/gif/gif.h"
#include "image/codec/gif/session.h"
#include "image/codec/pixel_limit.h"
#include "image/codec/row_decoder.h"
#include "support/buffer.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

class GifDecoder final : public RowDecoder {
 public:
  GifDecoder(ByteSource& source, const Limits& limits) : RowDecoder(source, limits) {
    frame_ = GifSession(source_).read_frame();
    require_few_pixels(frame_.width, frame_.height, limits);
    header_.format = FileFormat::gif;
    header_.width = frame_.width;
    header_.height = frame_.height;
    header_.alpha = frame_.transparent >= 0 || !frame_.covers_canvas();
    header_.bits = header_.alpha ? 16 : 8;
    header_.progressive = frame_.interlaced;
    header_.colours.profile = std::move(frame_.profile);
    read_palette();
  }

  MetadataBlocks metadata() override { return frame_.metadata; }

 private:
  void read_palette();
  void read_rows(const RowFormat& format, FailOn fail_on, RowFeed& feed) override;
  double reader_memory(const RowFormat& format) const override;
  /// Reads the frame's rows in their order in the file; false with FailOn::none if the rest is missing.
  template <class Put>
  bool read_frame(GifSession& session, FailOn fail_on, const Put& put);
  bool read_last(GifSession& session, GifPixelType* row, FailOn fail_on);
  bool read_interlaced(GifSession& session, FailOn fail_on, RowFeed& feed, GifPixelType* pixels);
  void judge_end(GifSession& session, FailOn fail_on);
  [[noreturn]] static void fail(ErrorCode code);
  void convert(const GifPixelType* indices, std::uint8_t* out) const;

  GifFrame frame_;
  std::array<std::uint32_t, 256> colours_{};  ///< by index, alpha included
};

/// A file without colours gets greys. What is invisible has no colour.
void GifDecoder::read_palette() {
  std::vector<std::uint32_t> palette = frame_.palette;
  for (std::uint32_t i = 0; palette.size() < 256 && frame_.palette.empty(); ++i)
    palette.push_back(i * 0x01010100 | 0xFF);
  const bool grey = header_.colours.profile.empty() && std::ranges::all_of(palette, [](std::uint32_t c) {
                      return (c >> 24) == (c >> 16 & 255) && (c >> 24) == (c >> 8 & 255);
                    });
  header_.model = grey ? ColourModel::grey : ColourModel::rgb;
  if (frame_.transparent >= 0 && static_cast<std::size_t>(frame_.transparent) < palette.size())
    palette[static_cast<std::size_t>(frame_.transparent)] = 0;
  colours_.fill(0xFF);
  std::ranges::copy(palette, colours_.begin());
  if (frame_.transparent >= 0) colours_[static_cast<std::size_t>(frame_.transparent) % 256] = 0;
  if (!grey) header_.palette = std::move(palette);
}

double GifDecoder::reader_memory(const RowFormat& format) const {
  constexpr double k_library = 128 << 10;  // the tables of codes
  const double frame = static_cast<double>(frame_.frame_width) * (frame_.interlaced ? frame_.frame_height : 1);
  return k_library + frame + static_cast<double>(format.bytes()) + static_cast<double>(frame_.metadata.xmp.size());
}

void GifDecoder::fail(ErrorCode code) {
  throw Error(code, code == ErrorCode::truncated ? "premature end of file" : "corrupt picture data");
}

/// Behind its last pixel giflib reads on to the end of the data: a fault there is none of the pixels'.
bool GifDecoder::read_last(GifSession& session, GifPixelType* row, FailOn fail_on) {
  // One that the palette lacks, where it lacks any.
  const auto none = static_cast<GifPixelType>(std::min<std::size_t>(frame_.palette.size(), 0xA5));
  const int rest = frame_.frame_width - 1;
  if (rest > 0)
    if (const auto fault = session.read_row(row, rest)) fail(*fault);
  row[rest] = none;
  const auto fault = session.read_row(row + rest, 1);
  if (!fault) return true;
  if (row[rest] == none) fail(*fault);
  fault_behind_pixels(fail_on, "no end of the picture's data");
  return false;
}

template <class Put>
bool GifDecoder::read_frame(GifSession& session, FailOn fail_on, const Put& put) {
  std::vector<GifPixelType> row(static_cast<std::size_t>(frame_.frame_width));
  for (int y = 0; y + 1 < frame_.frame_height; ++y) {
    if (const auto fault = session.read_row(row.data(), frame_.frame_width)) fail(*fault);
    put(row);
  }
  const bool ended = read_last(session, row.data(), fail_on);
  put(row);
  return ended;
}

void GifDecoder::convert(const GifPixelType* indices, std::uint8_t* out) const {
  const bool grey = header_.model == ColourModel::grey, alpha = header_.alpha;
  for (int x = 0; x < frame_.frame_width; ++x) {
    const std::uint32_t colour = colours_[indices[x]];
    *out++ = static_cast<std::uint8_t>(colour >> 24);
    if (!grey) *out++ = static_cast<std::uint8_t>(colour >> 16), *out++ = static_cast<std::uint8_t>(colour >> 8);
    if (alpha) *out++ = static_cast<std::uint8_t>(colour);
  }
}

void GifDecoder::judge_end(GifSession& session, FailOn fail_on) {
  switch (session.look_behind()) {
    case GifSession::Behind::end: return;
    case GifSession::Behind::frame: return warnings_.add("an animation: its first frame is used");
    case GifSession::Behind::broken: return fault_behind_pixels(fail_on, "no end mark");
  }
}

/// The rows of an interlaced frame in their places.
bool GifDecoder::read_interlaced(GifSession& session, FailOn fail_on, RowFeed& feed, GifPixelType* pixels) {
  constexpr int k_begin[] = {0, 4, 2, 1}, k_step[] = {8, 8, 4, 2};
  const auto width = static_cast<std::size_t>(frame_.frame_width);
  int pass = 0, y = 0;
  bool any = false;
  try {
    return read_frame(session, fail_on, [&](const std::vector<GifPixelType>& row) {
      while (y >= frame_.frame_height) y = k_begin[++pass];
      std::ranges::copy(row, pixels + static_cast<std::size_t>(y) * width);
      y += k_step[pass];
      any = true;
      feed.spend(width);
    });
  } catch (const Error& error) {
    const bool bearable = error.code() == ErrorCode::corrupt || error.code() == ErrorCode::truncated;
    if (fail_on != FailOn::none || !any || !bearable) throw;
    warnings_.add(error.message());
    return false;
  }
}

void GifDecoder::read_rows(const RowFormat& format, FailOn fail_on, RowFeed& feed) {
  GifSession session(source_);
  session.read_frame();
  std::vector<std::byte> out(format.bytes());
  const auto width = static_cast<std::size_t>(frame_.frame_width);
  const auto feed_row = [&](const GifPixelType* row) {
    convert(row, reinterpret_cast<std::uint8_t*>(out.data()) + static_cast<std::size_t>(frame_.left) * format.channels);
    feed.add(out.data());
  };
  for (int y = 0; y < frame_.top; ++y) feed.add(out.data());
  bool ended = false;
  if (frame_.interlaced) {
    const Buffer frame(width * static_cast<std::size_t>(frame_.frame_height));
    auto* const pixels = reinterpret_cast<GifPixelType*>(frame.data());
    std::fill_n(pixels, frame.size(), static_cast<GifPixelType>(std::max(frame_.transparent, 0)));
    ended = read_interlaced(session, fail_on, feed, pixels);
    for (int y = 0; y < frame_.frame_height; ++y) feed_row(pixels + static_cast<std::size_t>(y) * width);
  } else {
    ended = read_frame(session, fail_on, [&](const std::vector<GifPixelType>& row) { feed_row(row.data()); });
  }
  std::ranges::fill(out, std::byte{0});
  for (int y = frame_.top + frame_.frame_height; y < frame_.height; ++y) feed.add(out.data());
  if (ended) judge_end(session, fail_on);
}

}  // namespace

std::unique_ptr<Decoder> open_gif(ByteSource& source, const Limits& limits) {
  return std::make_unique<GifDecoder>(source, limits);
}

}  // namespace thumbs::image
