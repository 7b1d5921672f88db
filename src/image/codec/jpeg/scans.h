// Finds a JPEG's scans by its markers alone: a file with thousands of them is refused before it costs anything, and
// scans that a decode does not need are skipped without reading their entropy-coded data.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

/// Files with more scans are refused. Encoders write about ten.
inline constexpr int k_max_scans = 500;

struct JpegScan {
  std::uint64_t begin = 0;  ///< of its SOS marker
  std::uint64_t end = 0;    ///< of the next marker that is not RST
  int components = 0;
  int first_id = 0;        ///< the first component's identifier
  int spectral_start = 0;  ///< Ss
};

struct JpegScans {
  /// SOS markers before the first EOI, or k_max_scans + 1 if there are more.
  int count = 0;
  /// There is an EOI, and from the first scan to it only DHT, DRI, COM, APPn and scans with headers that a progressive
  /// JPEG may have. Otherwise do not use `list`.
  bool regular = false;
  std::vector<JpegScan> list;
};

/// Reads `source` from its start; a broken marker ends the list without an error.
JpegScans list_scans(ByteSource& source);

/// Whether a DNL marker after the first scan gives the height, instead of the frame (T.81, B.2.5). Reads `source`
/// from its start.
bool has_late_height(ByteSource& source);

/// A JPEG without some of its scans.
class ScanFilter final : public ByteSource {
 public:
  /// `dropped` is in the file's order; it and `source` must outlive the filter.
  ScanFilter(ByteSource& source, std::span<const JpegScan> dropped) : source_(source), dropped_(dropped) {}
  std::span<const std::byte> next() override;
  void rewind() override;
  std::uint64_t size() const override { return source_.size(); }  ///< with what is dropped

 private:
  ByteSource& source_;
  std::span<const JpegScan> dropped_;
  std::span<const std::byte> piece_;
  std::uint64_t at_ = 0;  ///< of piece_'s first byte, in the file
  std::size_t passed_ = 0;
};

}  // namespace thumbs::image
