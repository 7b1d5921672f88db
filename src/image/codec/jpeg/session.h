// One run of libjpeg over a ByteSource: its handle, its input, its warnings and its limits.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "image/codec/codec.h"
#include "image/codec/cpu_limit.h"
#include "image/codec/jpeg/profile.h"
#include "image/codec/jpeg/support.h"
#include "image/codec/warnings.h"

namespace thumbs::image {

inline constexpr const char* k_jpeg_early_end = "premature end of file";

/// Where a file is taken to end: behind `bytes` of it, and a byte that is made up.
struct JpegEnd {
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
  std::optional<JOCTET> one_more = {};

  bool is_the_files() const { return bytes == JpegEnd().bytes; }
};

/// Reads one JPEG once, from the source's start. One thread at a time; not to be moved: libjpeg keeps its address.
class JpegSession final : public JpegCalls {
 public:
  /// `source` and `warnings` must outlive the session.
  JpegSession(ByteSource& source, Warnings& warnings, JpegEnd end = {});
  ~JpegSession();

  /// Everything up to the first scan's data. Throws Error.
  void read_header();

  /// From here on `fail_on` and the CPU limit apply. Throws Error where the header's warnings are already too much.
  void begin(FailOn fail_on, const CpuLimit& limit);

  /// jpeg_start_decompress, within run(). With `coarse` libjpeg shrinks all components alike, where it would make up
  /// for subsampling by larger IDCTs.
  void start(bool coarse);
  /// What jpeg_calc_output_dimensions gave, as start(true) will have it.
  static void coarsen(jpeg_decompress_struct& jpeg);

  jpeg_decompress_struct& handle() { return handle_; }
  /// What follows the header; empty where the source did not give all of the file as one piece.
  std::span<const std::byte> rest() const;
  int orientation() const { return orientation_; }
  const JpegProfile& profile() const { return profile_; }
  /// How many bytes were read when libjpeg last reported progress, since begin(); 0: never.
  std::uint64_t good_bytes() const { return good_bytes_; }

  /// The input ended before EOI, which was then made up once (but for FailOn::none).
  bool ended() const { return ended_; }
  /// Whether entropy-coded data was missing behind that end. Known after jpeg_finish_decompress.
  bool data_is_missing() const { return data_is_missing_ || (ended_ && handle_.arith_code && !spare_zeros_); }
  /// Whether each component has had its scan, and a progressive one all of its bits. Not after jpeg_finish_decompress.
  bool all_scans_came() const;
  /// Where the zeros begin of a file that ends in several of them instead of EOI; empty for others.
  std::optional<std::uint64_t> zeros_from() const { return zeros_from_; }

 private:
  static JpegSession& of(j_decompress_ptr cinfo);
  static void init_source(j_decompress_ptr) {}
  static boolean fill(j_decompress_ptr cinfo);
  static void skip(j_decompress_ptr cinfo, long count);
  static void end_source(j_decompress_ptr) {}
  static boolean read_app1(j_decompress_ptr cinfo);
  static boolean read_app2(j_decompress_ptr cinfo);
  static void progress(j_common_ptr cinfo);
  static void realize(j_common_ptr cinfo);

  bool next_piece() noexcept;
  void at_end();
  void feed(std::span<const JOCTET> made_up);
  void warned_behind_end(int code);
  int next_byte();
  std::size_t segment_length();
  std::span<const std::byte> read_segment(std::size_t size);
  bool add_to_profile(std::span<const std::byte> segment) noexcept;
  void warned(int code, const char* text) override;
  std::uint64_t consumed() const { return fed_ - input_.bytes_in_buffer; }

  ByteSource& source_;
  Warnings& warnings_;
  jpeg_decompress_struct handle_{};
  jpeg_source_mgr input_{};
  jpeg_progress_mgr progress_{};
  void (*realize_virt_arrays_)(j_common_ptr) = nullptr;  ///< libjpeg's own
  std::exception_ptr caught_;
  JpegEnd end_;
  bool one_more_is_fed_ = false;
  std::uint64_t fed_ = 0;
  std::uint64_t good_bytes_ = 0;
  std::uint64_t zeros_ = 0;  ///< the last of the bytes that were fed
  std::optional<std::uint64_t> zeros_from_;
  CpuLimit limit_{0};
  FailOn fail_on_ = FailOn::truncated;
  bool in_data_ = false;
  bool warned_ = false;
  bool ended_ = false;
  bool data_is_missing_ = false;
  bool spare_zeros_ = false;  ///< not all of the zeros that were made up were read
  bool orientation_found_ = false;
  int orientation_ = 1;
  JpegProfile profile_;
  std::unique_ptr<std::byte[]> segment_;  ///< the data of an APP1 or APP2
};

}  // namespace thumbs::image
