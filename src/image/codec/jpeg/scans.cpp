// A walk from marker to marker (ITU-T T.81, annex B): segments are skipped by their length, entropy-coded data by
// memchr.
#include "image/codec/jpeg/scans.h"

#include <algorithm>

#include "image/codec/jpeg/markers.h"

namespace thumbs::image {
namespace {

constexpr int k_last_coefficient = 63;
constexpr int k_most_shift = 13;  // of successive approximation; libjpeg's limit

/// DHT, DRI, COM and APPn: segments that may be between scans and do not change pixels decoded before.
bool may_follow_scan(int marker) {
  return marker == 0xC4 || marker == 0xDD || marker == 0xFE || (marker >= 0xE0 && marker <= 0xEF);
}

/// Whether a scan of a progressive JPEG may look like this (T.81, G.1.1.1).
bool is_legal(int components, int start, int end, int high, int low) {
  const bool band = start == 0 ? end == 0 : start <= end && end <= k_last_coefficient && components == 1;
  return band && (high == 0 || low == high - 1) && low <= k_most_shift;
}

/// Reads a scan's header; false where no progressive JPEG has such a one. What was read is of no use then.
bool read_scan_header(JpegMarkers& bytes, int length, JpegScan& scan) {
  scan.components = bytes.next();
  if (scan.components < 1 || scan.components > 4 || length != 4 + 2 * scan.components) return false;
  scan.first_id = bytes.next();
  if (!bytes.skip(static_cast<std::size_t>(2 * scan.components - 1))) return false;
  scan.spectral_start = bytes.next();
  const int end = bytes.next();
  const int shifts = bytes.next();
  return shifts != k_jpeg_end && is_legal(scan.components, scan.spectral_start, end, shifts >> 4, shifts & 15);
}

}  // namespace

JpegScans list_scans(ByteSource& source) {
  JpegMarkers bytes(source);
  JpegScans scans;
  bool regular = true;
  for (;;) {
    const int marker = bytes.next_marker();
    const std::uint64_t begin = bytes.position() - 2;  // fill bytes before a marker belong to what is before it
    if (scans.count > 0 && !is_jpeg_restart(marker) && scans.list.back().end == 0) scans.list.back().end = begin;
    if (marker == k_jpeg_end || marker == k_jpeg_eoi) {
      scans.regular = regular && marker == k_jpeg_eoi && scans.count > 0;
      return scans;
    }
    if (marker == k_jpeg_sos && ++scans.count > k_max_scans) return scans;
    if (marker == k_jpeg_sos) scans.list.push_back({.begin = begin});
    if (scans.count > 0 && marker != k_jpeg_sos && !may_follow_scan(marker) && !is_jpeg_restart(marker))
      regular = false;
    if (!has_jpeg_segment(marker)) continue;
    const int length = bytes.segment_length();
    if (length < 0) return scans;
    const std::uint64_t segment = bytes.position();
    if (marker == k_jpeg_sos) regular = regular && length > 0 && read_scan_header(bytes, length, scans.list.back());
    const std::uint64_t read = bytes.position() - segment;
    const auto whole = static_cast<std::uint64_t>(length);
    if (read > whole || !bytes.skip(static_cast<std::size_t>(whole - read))) return scans;
  }
}

bool has_late_height(ByteSource& source) {
  constexpr int k_dnl = 0xDC, k_dht = 0xC4, k_jpg = 0xC8, k_dac = 0xCC;
  JpegMarkers bytes(source);
  bool no_height = false, scanned = false;
  for (;;) {
    const int marker = bytes.next_marker();
    if (marker == k_jpeg_end || marker == k_jpeg_eoi) return false;
    if (marker == k_dnl) return no_height && scanned;
    if (!has_jpeg_segment(marker)) continue;
    int length = bytes.segment_length();
    if (length < 0) return false;
    const bool is_frame = marker >= 0xC0 && marker <= 0xCF && marker != k_dht && marker != k_jpg && marker != k_dac;
    if (is_frame && length >= 3) {
      bytes.next();  // the precision
      no_height = (bytes.next() | bytes.next()) == 0;
      length -= 3;
    }
    scanned = scanned || marker == k_jpeg_sos;
    if (!bytes.skip(static_cast<std::size_t>(length))) return false;
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

}  // namespace thumbs::image
