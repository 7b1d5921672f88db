// RIFF chunks (RFC 9649, section 2); the frame's own header is read by libwebp.
#include "image/codec/webp/container.h"

#include <webp/decode.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "image/codec/source_reader.h"
#include "image/metadata/orientation.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_riff_head = 12;
constexpr std::size_t k_chunk_head = 8;
constexpr std::size_t k_frame_head = 16;      // of ANMF's data
constexpr std::size_t k_bitstream_head = 40;  // what libwebp needs to know a frame's size

using Data = std::vector<std::byte>;

std::uint32_t little_endian(std::span<const std::byte> bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | std::to_integer<std::uint32_t>(bytes[i]);
  return value;
}

[[noreturn]] void fail_truncated() { throw Error(ErrorCode::truncated, "premature end of file"); }
[[noreturn]] void fail_corrupt(const char* what) { throw Error(ErrorCode::corrupt, what); }

struct Chunk {
  std::array<char, 4> name{};
  std::uint64_t at = 0;     ///< of its head
  std::uint32_t bytes = 0;  ///< of its data, without padding

  bool is(std::string_view other) const { return std::string_view(name.data(), name.size()) == other; }
  std::uint64_t data_at() const { return at + k_chunk_head; }
  std::uint64_t end() const { return data_at() + bytes + bytes % 2; }
};

/// Walks the chunks between two places.
class Chunks {
 public:
  Chunks(SourceReader& reader, std::uint64_t begin, std::uint64_t end) : reader_(reader), at_(begin), end_(end) {}

  /// Empty at the end, or if no whole chunk header is left.
  std::optional<Chunk> next() {
    std::array<std::byte, k_chunk_head> head;
    if (at_ + head.size() > end_ || !reader_.seek(at_) || reader_.read(head) != head.size()) return std::nullopt;
    Chunk chunk;
    std::transform(head.begin(), head.begin() + 4, chunk.name.begin(),
                   [](std::byte b) { return static_cast<char>(b); });
    chunk.at = at_;
    chunk.bytes = little_endian(std::span(head).subspan(4));
    at_ = chunk.end();
    return chunk;
  }

 private:
  SourceReader& reader_;
  std::uint64_t at_;
  std::uint64_t end_;
};

/// As much of a chunk's data as there is, `most` at most.
Data read_data(SourceReader& reader, const Chunk& chunk, std::size_t most) {
  Data data(std::min<std::size_t>(chunk.bytes, most));
  reader.seek(chunk.data_at());
  data.resize(reader.read(data));
  return data;
}

class Parser {
 public:
  explicit Parser(ByteSource& source) : size_(source.size()), reader_(source) {}

  WebpFile parse() {
    std::array<std::byte, k_riff_head> head;
    if (reader_.read(head) != head.size()) fail_truncated();
    const std::uint64_t riff_end = std::uint64_t{little_endian(std::span(head).subspan(4, 4))} + k_chunk_head;
    if (riff_end < k_riff_head + k_chunk_head) fail_corrupt("a WebP file without chunks");
    Chunks chunks(reader_, k_riff_head, riff_end);
    for (auto chunk = chunks.next(); chunk; chunk = chunks.next()) {
      take(*chunk);
      if (found_ && !extended_) break;  // a simple file has nothing else to say
    }
    if (!found_ && riff_end > size_) fail_truncated();
    if (!found_) fail_corrupt("no picture in a WebP file");
    finish();
    file_.ends_early = riff_end > size_ + 1;
    return std::move(file_);
  }

 private:
  void take(const Chunk& chunk) {
    if (chunk.is("VP8X") && !extended_ && !found_) {
      take_canvas(read_data(reader_, chunk, 10));
    } else if (chunk.is("ICCP") && file_.profile.empty() && chunk.bytes <= k_most_profile_bytes) {
      file_.profile = read_data(reader_, chunk, chunk.bytes);
      if (file_.profile.size() != chunk.bytes) file_.profile.clear();
    } else if (chunk.is("EXIF") || chunk.is("XMP ")) {
      take_metadata(chunk);
    } else if (chunk.is("ANMF") && !found_) {
      take_frame(chunk);
    } else if (!found_) {
      take_bitstream(chunk);
    }
  }

  void take_canvas(const Data& data) {
    if (data.size() < 10) fail_truncated();
    extended_ = true;
    file_.width = static_cast<int>(little_endian(std::span(data).subspan(4, 3))) + 1;
    file_.height = static_cast<int>(little_endian(std::span(data).subspan(7, 3))) + 1;
  }

  void take_metadata(const Chunk& chunk) {
    MetadataBlocks& blocks = file_.metadata;
    const bool exif = chunk.is("EXIF");
    if (!(exif ? blocks.exif : blocks.xmp).empty()) return;
    if (chunk.bytes > k_most_metadata_bytes) return blocks.note(too_large_note(exif ? "EXIF" : "XMP", chunk.bytes));
    Data data = read_data(reader_, chunk, chunk.bytes);
    const auto tiff = without_exif_prefix(data);
    if (!exif)
      blocks.xmp = std::move(data);
    else if (exif_readable(tiff))
      blocks.exif.assign(tiff.begin(), tiff.end());
    else
      blocks.note(broken_note("EXIF", data.size()));
  }

  void take_frame(const Chunk& chunk) {
    const Data head = read_data(reader_, chunk, k_frame_head);
    if (head.size() < k_frame_head) fail_truncated();
    const auto number = [&](std::size_t at) { return static_cast<int>(little_endian(std::span(head).subspan(at, 3))); };
    file_.frame_x = 2 * number(0);
    file_.frame_y = 2 * number(3);
    const int width = number(6) + 1, height = number(9) + 1;
    animated_ = true;
    Chunks inner(reader_, chunk.data_at() + k_frame_head, chunk.end());
    for (auto part = inner.next(); part && !found_; part = inner.next()) take_bitstream(*part);
    if (!found_ && chunk.end() > size_) fail_truncated();
    if (!found_) fail_corrupt("a frame without a picture");
    if (!extended_ || width != file_.frame_width || height != file_.frame_height)
      fail_corrupt("a frame whose size does not match its header");
  }

  /// ALPH is remembered until its VP8 comes; the two go to libwebp together.
  void take_bitstream(const Chunk& chunk) {
    if (chunk.is("ALPH") && !alpha_at_) alpha_at_ = chunk.at;
    if (!chunk.is("VP8 ") && !chunk.is("VP8L")) return;
    std::array<std::byte, k_bitstream_head> head;
    reader_.seek(chunk.at);
    const std::size_t size = reader_.read(head);
    WebPBitstreamFeatures features;
    const auto status = WebPGetFeatures(reinterpret_cast<const std::uint8_t*>(head.data()), size, &features);
    if (status == VP8_STATUS_NOT_ENOUGH_DATA) fail_truncated();
    if (status == VP8_STATUS_UNSUPPORTED_FEATURE)
      throw Error(ErrorCode::unsupported, "a WebP feature that libwebp does not know");
    if (status != VP8_STATUS_OK) fail_corrupt("a broken picture header");
    found_ = true;
    file_.lossless = chunk.is("VP8L");
    file_.frame_alpha = file_.lossless ? features.has_alpha != 0 : alpha_at_.has_value();
    file_.frame_width = features.width;
    file_.frame_height = features.height;
    file_.data_at = file_.lossless ? chunk.at : alpha_at_.value_or(chunk.at);
    file_.data_bytes = std::min(chunk.end(), size_) - file_.data_at;
  }

  void finish() {
    if (!extended_) {
      file_.width = file_.frame_width;
      file_.height = file_.frame_height;
    }
    if (file_.frame_x + file_.frame_width > file_.width || file_.frame_y + file_.frame_height > file_.height)
      fail_corrupt("a frame that reaches beyond its canvas");
    if (!animated_ && !file_.covers_canvas()) fail_corrupt("a picture whose size does not match its canvas");
  }

  std::uint64_t size_;
  SourceReader reader_;
  WebpFile file_;
  bool extended_ = false;  ///< a VP8X chunk was there
  bool animated_ = false;  ///< the frame is in an ANMF chunk
  bool found_ = false;
  std::optional<std::uint64_t> alpha_at_;
};

}  // namespace

WebpFile read_webp(ByteSource& source) { return Parser(source).parse(); }

}  // namespace thumbs::image
