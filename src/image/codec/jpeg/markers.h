// A JPEG's bytes and markers without libjpeg (ITU-T T.81, annex B), for what libjpeg does not report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

inline constexpr int k_jpeg_end = -1;  ///< instead of a byte or a marker: the source ended
inline constexpr int k_jpeg_soi = 0xD8;
inline constexpr int k_jpeg_eoi = 0xD9;
inline constexpr int k_jpeg_sos = 0xDA;

inline constexpr std::string_view k_jpeg_exif_prefix("Exif\0\0", 6);

inline bool is_jpeg_restart(int marker) { return marker >= 0xD0 && marker <= 0xD7; }
inline bool has_jpeg_segment(int marker) {
  return !is_jpeg_restart(marker) && marker != k_jpeg_soi && marker != k_jpeg_eoi && marker != 0x01;
}

/// A source, from its start, as one run of bytes.
class JpegMarkers {
 public:
  explicit JpegMarkers(ByteSource& source) : source_(source) { source_.rewind(); }

  int next() {
    if (piece_.empty()) piece_ = source_.next();
    if (piece_.empty()) return k_jpeg_end;
    const int byte = std::to_integer<int>(piece_.front());
    take(1);
    return byte;
  }

  std::uint64_t position() const { return position_; }

  /// False where the source ends before.
  bool skip(std::size_t count) {
    while (count > piece_.size()) {
      count -= piece_.size();
      take(piece_.size());
      piece_ = source_.next();
      if (piece_.empty()) return count == 0;
    }
    take(count);
    return true;
  }

  /// So many bytes; empty where the source ends before.
  std::optional<std::vector<std::byte>> read(std::size_t count) {
    std::vector<std::byte> bytes;
    while (bytes.size() < count) {
      if (piece_.empty()) piece_ = source_.next();
      if (piece_.empty()) return std::nullopt;
      const std::size_t taken = count - bytes.size() < piece_.size() ? count - bytes.size() : piece_.size();
      bytes.insert(bytes.end(), piece_.begin(), piece_.begin() + static_cast<std::ptrdiff_t>(taken));
      take(taken);
    }
    return bytes;
  }

  /// The next marker's code, or k_jpeg_end. Skips stuffed zeros, fill bytes and garbage.
  int next_marker() {
    while (skip_past_ff()) {
      int code = next();
      while (code == 0xFF) code = next();
      if (code != 0) return code;
    }
    return k_jpeg_end;
  }

  /// The number of bytes in the rest of the segment; below 0 if its length is wrong.
  int segment_length() {
    const int high = next();
    const int low = next();
    if (high == k_jpeg_end || low == k_jpeg_end) return -1;
    return (high << 8 | low) - 2;
  }

 private:
  /// Moves behind the next 0xFF; false if there is none.
  bool skip_past_ff() {
    for (;;) {
      const void* found = piece_.empty() ? nullptr : std::memchr(piece_.data(), 0xFF, piece_.size());
      if (found != nullptr) {
        take(static_cast<std::size_t>(static_cast<const std::byte*>(found) - piece_.data()) + 1);
        return true;
      }
      take(piece_.size());
      piece_ = source_.next();
      if (piece_.empty()) return false;
    }
  }
  void take(std::size_t count) {
    piece_ = piece_.subspan(count);
    position_ += count;
  }

  ByteSource& source_;
  std::span<const std::byte> piece_;
  std::uint64_t position_ = 0;
};

}  // namespace thumbs::image
