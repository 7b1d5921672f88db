// libjpeg's source manager, progress monitor, APP1 and APP2 readers and warning policy.
#include "image/codec/jpeg/session.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "image/codec/jpeg/markers.h"
#include "image/codec/jpeg/scans.h"
#include "image/metadata/orientation.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_segment_bytes = 65533;
constexpr JOCTET k_fake_eoi[] = {0xFF, JPEG_EOI};
/// An arithmetic coder leaves out the zeros at a scan's end, and a decoder reads up to three of them.
constexpr JOCTET k_fake_arithmetic_end[] = {0, 0, 0, 0, 0xFF, JPEG_EOI};
/// Data may end in one zero. More zeros and no EOI mean that the file was never written to its end.
constexpr std::uint64_t k_most_zeros_of_data = 1;

/// Whether a warning is about entropy-coded data, for FailOn::error. Stray bytes between headers are not.
bool is_corrupt_data(int code, bool in_data) {
  switch (code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION: return true;
    case JWRN_EXTRANEOUS_DATA: return in_data;
    default: return false;
  }
}

bool is_exif(std::span<const std::byte> segment) {
  return segment.size() >= k_jpeg_exif_prefix.size() &&
         std::memcmp(segment.data(), k_jpeg_exif_prefix.data(), k_jpeg_exif_prefix.size()) == 0;
}

}  // namespace

JpegSession::JpegSession(ByteSource& source, Warnings& warnings, JpegEnd end)
    : source_(source),
      warnings_(warnings),
      end_(end),
      segment_(std::make_unique_for_overwrite<std::byte[]>(k_segment_bytes)) {
  handle_.err = manager();
  handle_.client_data = static_cast<JpegCalls*>(this);
  input_.init_source = init_source;
  input_.fill_input_buffer = fill;
  input_.skip_input_data = skip;
  input_.resync_to_restart = jpeg_resync_to_restart;
  input_.term_source = end_source;
  progress_.progress_monitor = progress;
  source_.rewind();
}

JpegSession::~JpegSession() { jpeg_destroy_decompress(&handle_); }

JpegSession& JpegSession::of(j_decompress_ptr cinfo) {
  return static_cast<JpegSession&>(*static_cast<JpegCalls*>(cinfo->client_data));
}

void JpegSession::read_header() {
  const bool done = run([this] {
    jpeg_create_decompress(&handle_);
    handle_.src = &input_;
    jpeg_set_marker_processor(&handle_, JPEG_APP0 + 1, read_app1);
    jpeg_set_marker_processor(&handle_, JPEG_APP0 + 2, read_app2);
    jpeg_read_header(&handle_, TRUE);
  });
  if (done) return;
  if (handle_.err->msg_code == JERR_EMPTY_IMAGE && has_late_height(source_))
    throw Error(ErrorCode::unsupported,
                "JPEG with its height after its data (DNL) is not supported; convert it to a baseline JPEG");
  raise();
}

void JpegSession::begin(FailOn fail_on, const CpuLimit& limit) {
  if (fail_on == FailOn::warning && warned_) throw Error(ErrorCode::corrupt, warnings_.texts().front());
  fail_on_ = fail_on;
  limit_ = limit;
  in_data_ = true;
  handle_.progress = &progress_;
}

std::span<const std::byte> JpegSession::rest() const {
  if (fed_ != source_.size() || handle_.unread_marker != 0) return {};
  return {reinterpret_cast<const std::byte*>(input_.next_input_byte), input_.bytes_in_buffer};
}

/// jpeg_start_decompress chooses each component's IDCT size and at once goes on to lay out its buffers by it. Its
/// only call between the two that we may replace is the one that allocates coefficient arrays.
void JpegSession::start(bool coarse) {
  if (coarse && realize_virt_arrays_ == nullptr) {
    realize_virt_arrays_ = handle_.mem->realize_virt_arrays;
    handle_.mem->realize_virt_arrays = realize;
  }
  jpeg_start_decompress(&handle_);
}

void JpegSession::realize(j_common_ptr cinfo) {
  JpegSession& self = of(reinterpret_cast<j_decompress_ptr>(cinfo));
  coarsen(self.handle_);
  self.realize_virt_arrays_(cinfo);
}

void JpegSession::coarsen(jpeg_decompress_struct& jpeg) {
  const auto divide = [](std::uint64_t a, std::uint64_t b) { return static_cast<JDIMENSION>((a + b - 1) / b); };
  for (int c = 0; c < jpeg.num_components; ++c) {
    jpeg_component_info& info = jpeg.comp_info[c];
    const auto size = static_cast<unsigned>(jpeg.min_DCT_scaled_size);
    const auto h = static_cast<unsigned>(info.h_samp_factor), most_h = static_cast<unsigned>(jpeg.max_h_samp_factor);
    const auto v = static_cast<unsigned>(info.v_samp_factor), most_v = static_cast<unsigned>(jpeg.max_v_samp_factor);
    info.DCT_scaled_size = jpeg.min_DCT_scaled_size;
    info.downsampled_width = divide(std::uint64_t{jpeg.image_width} * h * size, std::uint64_t{most_h} * DCTSIZE);
    info.downsampled_height = divide(std::uint64_t{jpeg.image_height} * v * size, std::uint64_t{most_v} * DCTSIZE);
  }
}

/// Takes the source's next piece; false at the end, or where the source threw (then caught_ is set).
bool JpegSession::next_piece() noexcept {
  std::span<const std::byte> piece;
  try {
    if (fed_ < end_.bytes) piece = source_.next();
  } catch (...) {
    caught_ = std::current_exception();
  }
  piece = piece.first(
      static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), end_.bytes - std::min(fed_, end_.bytes))));
  input_.next_input_byte = reinterpret_cast<const JOCTET*>(piece.data());
  input_.bytes_in_buffer = piece.size();
  fed_ += piece.size();
  const auto zeros = static_cast<std::uint64_t>(
      std::ranges::find_if(piece.rbegin(), piece.rend(), [](std::byte b) { return b != std::byte{0}; }) -
      piece.rbegin());
  zeros_ = zeros == piece.size() ? zeros_ + zeros : zeros;
  return !piece.empty();
}

boolean JpegSession::fill(j_decompress_ptr cinfo) {
  JpegSession& self = of(cinfo);
  if (self.next_piece()) return TRUE;
  if (self.caught_) self.fail(self.caught_);
  self.at_end();
  return TRUE;
}

void JpegSession::feed(std::span<const JOCTET> made_up) {
  input_.next_input_byte = made_up.data();
  input_.bytes_in_buffer = made_up.size();
  fed_ += made_up.size();
}

/// The data ends before EOI, so make one up. Whether all data was there shows when libjpeg meets that EOI: within a
/// scan's data (warned_behind_end()), or after it. For FailOn::none it is repeated as often as libjpeg asks.
void JpegSession::at_end() {
  if (!in_data_) fail(ErrorCode::truncated, k_jpeg_early_end);
  if (fail_on_ == FailOn::none) {
    warned_ = true;
    warnings_.add(k_jpeg_early_end);
    return feed(k_fake_eoi);
  }
  if (end_.one_more && !one_more_is_fed_) {
    one_more_is_fed_ = true;
    return feed({&*end_.one_more, 1});
  }
  if (zeros_ > k_most_zeros_of_data && end_.is_the_files()) zeros_from_ = fed_ - zeros_;
  if (ended_) fail(ErrorCode::truncated, k_jpeg_early_end);
  ended_ = true;
  handle_.arith_code ? feed(k_fake_arithmetic_end) : feed(k_fake_eoi);
}

bool JpegSession::all_scans_came() const {
  const std::span components(handle_.comp_info, static_cast<std::size_t>(handle_.num_components));
  const auto scanned = [](const jpeg_component_info& info) { return info.quant_table != nullptr; };
  if (!std::ranges::all_of(components, scanned)) return false;
  if (!handle_.progressive_mode) return true;
  if (handle_.coef_bits == nullptr) return false;
  for (int c = 0; c < handle_.num_components; ++c)
    if (std::ranges::any_of(handle_.coef_bits[c], [](int bits_to_come) { return bits_to_come != 0; })) return false;
  return true;
}

void JpegSession::skip(j_decompress_ptr cinfo, long count) {
  jpeg_source_mgr& input = *cinfo->src;
  auto left = static_cast<std::size_t>(std::max(count, 0L));
  while (left > input.bytes_in_buffer) {
    left -= input.bytes_in_buffer;
    fill(cinfo);
  }
  input.next_input_byte += left;
  input.bytes_in_buffer -= left;
}

int JpegSession::next_byte() {
  if (input_.bytes_in_buffer == 0) fill(&handle_);
  --input_.bytes_in_buffer;
  return *input_.next_input_byte++;
}

/// The length of the next marker segment, without the length's own bytes. A length too short for these counts as an
/// empty segment, as in libjpeg for application data.
std::size_t JpegSession::segment_length() {
  const int high = next_byte();
  const int length = (high << 8 | next_byte()) - 2;
  return static_cast<std::size_t>(std::max(length, 0));
}

std::span<const std::byte> JpegSession::read_segment(std::size_t size) {
  for (std::size_t have = 0; have < size;) {
    if (input_.bytes_in_buffer == 0) fill(&handle_);
    const std::size_t taken = std::min(size - have, input_.bytes_in_buffer);
    std::memcpy(segment_.get() + have, input_.next_input_byte, taken);
    input_.next_input_byte += taken;
    input_.bytes_in_buffer -= taken;
    have += taken;
  }
  return {segment_.get(), size};
}

/// Takes the orientation from the first readable EXIF block; other APP1 segments (XMP) are skipped.
boolean JpegSession::read_app1(j_decompress_ptr cinfo) {
  JpegSession& self = of(cinfo);
  const std::size_t size = self.segment_length();
  if (self.orientation_found_) {
    skip(cinfo, static_cast<long>(size));
    return TRUE;
  }
  const std::span<const std::byte> segment = self.read_segment(size);
  if (!is_exif(segment) || !exif_readable(segment.subspan(k_jpeg_exif_prefix.size()))) return TRUE;
  self.orientation_found_ = true;
  self.orientation_ = exif_orientation(segment.subspan(k_jpeg_exif_prefix.size()));
  return TRUE;
}

/// False if out of memory.
bool JpegSession::add_to_profile(std::span<const std::byte> segment) noexcept {
  try {
    profile_.add(segment);
    return true;
  } catch (...) {
    return false;
  }
}

/// Collects parts of the colour profile; skips other APP2 segments (MPF).
boolean JpegSession::read_app2(j_decompress_ptr cinfo) {
  JpegSession& self = of(cinfo);
  const std::span<const std::byte> segment = self.read_segment(self.segment_length());
  if (!self.add_to_profile(segment)) self.fail(ErrorCode::memory, "out of memory");
  return TRUE;
}

/// Called for each row of MCUs that is read or written.
void JpegSession::progress(j_common_ptr cinfo) {
  JpegSession& self = of(reinterpret_cast<j_decompress_ptr>(cinfo));
  if (self.handle_.input_scan_number > k_max_scans) self.fail(ErrorCode::too_slow, "the JPEG has more than 500 scans");
  if (const GivenUp* reason = self.limit_.reached()) self.fail(reason->code, reason->text);
  // The entropy decoder stops at a marker that it has read already; whether what follows is good is unknown.
  const std::uint64_t marker_bytes = self.handle_.unread_marker != 0 ? 2 : 0;
  self.good_bytes_ = self.consumed() - marker_bytes;
}

/// libjpeg's message about the end that at_end() made up is not a warning: it is an error, or nothing.
void JpegSession::warned_behind_end(int code) {
  if (code == JWRN_EXTRANEOUS_DATA) spare_zeros_ = true;
  if (code == JWRN_EXTRANEOUS_DATA || !is_corrupt_data(code, in_data_)) return;
  data_is_missing_ = true;
  fail(ErrorCode::truncated, k_jpeg_early_end);
}

void JpegSession::warned(int code, const char* text) {
  if (ended_) return warned_behind_end(code);
  warned_ = true;
  warnings_.add(text);
  const bool too_much = fail_on_ == FailOn::warning || (fail_on_ == FailOn::error && is_corrupt_data(code, in_data_));
  if (too_much) fail(ErrorCode::corrupt, text);
}

}  // namespace thumbs::image
