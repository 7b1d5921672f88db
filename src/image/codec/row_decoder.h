// What decoders have in common whose pictures come by rows of interleaved samples, top to bottom: BMP, GIF, TIFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/cpu_limit.h"
#include "image/codec/sample_rows.h"
#include "image/codec/warnings.h"

namespace thumbs::image {

/// Takes rows, and looks at the limits from time to time.
class RowFeed {
 public:
  RowFeed(std::size_t row_bytes, double seconds, std::function<void(const std::byte*)> take)
      : row_bytes_(row_bytes), limit_(seconds), take_(std::move(take)) {}

  /// The next row, readable up to RowFormat::bytes(). Throws Error too_slow or interrupted.
  void add(const std::byte* row);
  int rows() const { return rows_; }
  /// To be called for work of so many bytes that gives no row.
  void spend(std::size_t bytes);

 private:
  static constexpr std::size_t k_bytes_between_looks = 64 << 10;

  std::size_t row_bytes_;
  CpuLimit limit_;
  std::function<void(const std::byte*)> take_;
  int rows_ = 0;
  std::size_t bytes_since_look_ = 0;
};

/// A format says what its rows are and reads them; this makes pictures of them.
class RowDecoder : public Decoder {
 public:
  const Header& header() const final { return header_; }
  const std::vector<std::string>& warnings() const final { return warnings_.texts(); }
  int shrink_for(double allowed) const final;
  std::uint64_t memory_needed(Scale scale, FailOn fail_on) const final;
  Picture decode(Scale scale, FailOn fail_on, std::uint64_t memory) final;
  bool decodes_together(FailOn /*fail_on*/) const final { return true; }
  std::vector<Picture> decode_together(std::span<const Scale> scales, FailOn fail_on) final;
  bool gives_rows() const final { return true; }
  std::uint64_t rows_memory(Scale scale) const final;
  void decode_to(Scale scale, FailOn fail_on, RowSink& sink) final;

 protected:
  RowDecoder(ByteSource& source, const Limits& limits) : source_(source), seconds_(limits.seconds) {}

  /// Feeds all rows, as `format` says. Throws Error; with FailOn::none what came before `corrupt` or `truncated` is
  /// used.
  virtual void read_rows(const RowFormat& format, FailOn fail_on, RowFeed& feed) = 0;
  /// An upper estimate of the bytes that read_rows() needs.
  virtual double reader_memory(const RowFormat& format) const = 0;

  /// The rest of the file is missing or broken, behind the last pixel: a warning, unless that is a fault.
  void fault_behind_pixels(FailOn fail_on, const std::string& text);

  ByteSource& source_;
  Header header_;
  Warnings warnings_;
  bool premultiplied_ = false;  ///< as stored

 private:
  RowFormat row_format(Scale scale) const;
  std::uint64_t bytes_needed(Scale scale, double plane_rows) const;
  void read(const RowFormat& format, FailOn fail_on, const std::function<void(const std::byte*)>& take);

  double seconds_;
};

}  // namespace thumbs::image
