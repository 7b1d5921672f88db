// Finds a JPEG's scans by its markers alone: a file with thousands of them is refused before it costs anything, and
// what a decode does not need is passed over without a look at its entropy-coded data.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs {

/// More scans than this are refused (the contract's number; encoders write about ten).
inline constexpr int k_max_scans = 500;

struct JpegScan {
  std::uint64_t begin = 0;  ///< of its SOS marker
  std::uint64_t end = 0;    ///< of the next marker that is no RST
  int components = 0;
  int first_id = 0;        ///< the first component's identifier
  int spectral_start = 0;  ///< Ss
};

struct JpegScans {
  /// SOS markers before the first EOI, or k_max_scans + 1 where there are more.
  int count = 0;
  /// There is an EOI, and from the first scan to it nothing but DHT, DRI, COM, APPn and scans, whose headers a
  /// progressive JPEG may have. Only then is `list` of use.
  bool regular = false;
  std::vector<JpegScan> list;
};

/// Reads `source` from its start; no judgement on broken files: what cannot be followed ends the list.
JpegScans list_scans(ByteSource& source);

/// Whether the first frame gives no height, and a DNL marker behind its first scan does (T.81, B.2.5). Reads `source`
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

}  // namespace thumbs
