// One run of libpng's reader over a ByteSource: its handles, its input, its warnings and its limits.
#pragma once

#include <cstdint>
#include <limits>

#include "image/codec/codec.h"
#include "image/codec/cpu_limit.h"
#include "image/codec/png/support.h"
#include "image/codec/warnings.h"

namespace thumbs::image {

/// Reads one PNG once, from the source's start. One thread at a time; not to be moved: libpng keeps its address.
class PngSession final : public PngCalls {
 public:
  /// `source` and `warnings` must outlive the session.
  PngSession(ByteSource& source, Warnings& warnings);
  ~PngSession();

  /// All chunks before the first IDAT. Throws Error. A wrong CRC is remembered; begin() decides whether that is an
  /// error.
  void read_header();

  /// From here on `fail_on` and the CPU limit apply. Throws Error if the header's faults are already too many.
  void begin(FailOn fail_on, const CpuLimit& limit);

  /// To be called after each row of `bytes` bytes, within run(); fails if the CPU limit is reached.
  void tick(std::size_t bytes);

  /// Whether the last row of the last pass came, even if libpng failed after it.
  bool all_rows_came() const;
  /// After run() gave false: whether a chunk that the picture needs has a wrong checksum.
  bool critical_crc_is_wrong() const;

  png_structp png() const { return png_; }
  png_infop info() const { return info_; }

 private:
  static constexpr std::size_t k_bytes_between_looks = 64 << 10;
  static constexpr std::size_t k_library_buffer_bytes = 8192;

  static void read(png_structp png, png_bytep out, std::size_t count);
  void create();
  bool next_piece() noexcept;
  void ask_for_no_more_than_there_is();
  void warned(const char* text) override;

  ByteSource& source_;
  Warnings& warnings_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::span<const std::byte> piece_;
  std::exception_ptr caught_;
  std::uint64_t left_;                                 ///< bytes of the source that libpng has not had
  std::size_t buffer_bytes_ = k_library_buffer_bytes;  ///< that libpng inflates at once
  CpuLimit limit_{0};
  std::size_t bytes_since_look_ = 0;
  FailOn fail_on_ = FailOn::none;
  bool begun_ = false;
  bool warned_ = false;
  bool critical_crc_wrong_ = false;
};

}  // namespace thumbs::image
