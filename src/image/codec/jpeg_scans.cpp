// A walk from marker to marker (ITU-T T.81, annex B): segments are skipped by their length, entropy-coded data by
// memchr.
#include "image/codec/jpeg_scans.h"

#include <algorithm>
#include <cstring>

namespace thumbs {
namespace {

constexpr int k_end = -1;
constexpr int k_soi = 0xD8;
constexpr int k_eoi = 0xD9;
constexpr int k_sos = 0xDA;
constexpr int k_last_coefficient = 63;
constexpr int k_most_shift = 13;  // of successive approximation; libjpeg's limit

/// The source as one run of bytes.
class Bytes {
 public:
  explicit Bytes(ByteSource& source) : source_(source) {}

  int next() {
    if (piece_.empty()) piece_ = source_.next();
    if (piece_.empty()) return k_end;
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

  /// To behind the next 0xFF; false where there is none.
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

 private:
  void take(std::size_t count) {
    piece_ = piece_.subspan(count);
    position_ += count;
  }

  ByteSource& source_;
  std::span<const std::byte> piece_;
  std::uint64_t position_ = 0;
};

/// The next marker's code, or k_end. Stuffed zeros, fill bytes and garbage are passed over.
int next_marker(Bytes& bytes) {
  while (bytes.skip_past_ff()) {
    int code = bytes.next();
    while (code == 0xFF) code = bytes.next();
    if (code != 0) return code;
  }
  return k_end;
}

bool is_restart(int marker) { return marker >= 0xD0 && marker <= 0xD7; }

bool has_segment(int marker) { return !is_restart(marker) && marker != k_soi && marker != 0x01; }

/// DHT, DRI, COM and APPn: what may stand between scans and leaves pixels that are already there alone.
bool may_follow_scan(int marker) {
  return marker == 0xC4 || marker == 0xDD || marker == 0xFE || (marker >= 0xE0 && marker <= 0xEF);
}

/// The bytes of a segment that are still to come; below 0 where there is none.
int segment_length(Bytes& bytes) {
  const int high = bytes.next();
  const int low = bytes.next();
  if (high == k_end || low == k_end) return -1;
  return (high << 8 | low) - 2;
}

/// Whether a scan of a progressive JPEG may look like this (T.81, G.1.1.1).
bool is_legal(int components, int start, int end, int high, int low) {
  const bool band = start == 0 ? end == 0 : start <= end && end <= k_last_coefficient && components == 1;
  return band && (high == 0 || low == high - 1) && low <= k_most_shift;
}

/// Reads a scan's header; false where no progressive JPEG has such a one. What was read is of no use then.
bool read_scan_header(Bytes& bytes, int length, JpegScan& scan) {
  scan.components = bytes.next();
  if (scan.components < 1 || scan.components > 4 || length != 4 + 2 * scan.components) return false;
  scan.first_id = bytes.next();
  if (!bytes.skip(static_cast<std::size_t>(2 * scan.components - 1))) return false;
  scan.spectral_start = bytes.next();
  const int end = bytes.next();
  const int shifts = bytes.next();
  return shifts != k_end && is_legal(scan.components, scan.spectral_start, end, shifts >> 4, shifts & 15);
}

}  // namespace

JpegScans list_scans(ByteSource& source) {
  source.rewind();
  Bytes bytes(source);
  JpegScans scans;
  bool regular = true;
  for (;;) {
    const int marker = next_marker(bytes);
    const std::uint64_t begin = bytes.position() - 2;  // fill bytes before a marker belong to what is before it
    if (scans.count > 0 && !is_restart(marker) && scans.list.back().end == 0) scans.list.back().end = begin;
    if (marker == k_end || marker == k_eoi) {
      scans.regular = regular && marker == k_eoi && scans.count > 0;
      return scans;
    }
    if (marker == k_sos && ++scans.count > k_max_scans) return scans;
    if (marker == k_sos) scans.list.push_back({.begin = begin});
    if (scans.count > 0 && marker != k_sos && !may_follow_scan(marker) && !is_restart(marker)) regular = false;
    if (!has_segment(marker)) continue;
    const int length = segment_length(bytes);
    if (length < 0) return scans;
    const std::uint64_t segment = bytes.position();
    if (marker == k_sos) regular = regular && length > 0 && read_scan_header(bytes, length, scans.list.back());
    const std::uint64_t read = bytes.position() - segment;
    const auto whole = static_cast<std::uint64_t>(length);
    if (read > whole || !bytes.skip(static_cast<std::size_t>(whole - read))) return scans;
  }
}

std::span<const std::byte> ScanFilter::next() {
  for (;;) {
    if (piece_.empty()) piece_ = source_.next();
    if (piece_.empty()) return {};
    while (passed_ < dropped_.size() && dropped_[passed_].end <= at_) ++passed_;
    const bool any = passed_ < dropped_.size();
    const bool inside = any && dropped_[passed_].begin <= at_;
    const std::uint64_t until = !any ? at_ + piece_.size() : inside ? dropped_[passed_].end : dropped_[passed_].begin;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(until - at_, piece_.size()));
    const std::span<const std::byte> taken = piece_.first(count);
    piece_ = piece_.subspan(count);
    at_ += count;
    if (!inside) return taken;
  }
}

void ScanFilter::rewind() {
  source_.rewind();
  piece_ = {};
  at_ = 0;
  passed_ = 0;
}

}  // namespace thumbs
