// JPEG → planes at 1, 1/2, 1/4 or 1/8: raw planes as stored, scaled by the DCT; CMYK by rows.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "image/codec/jpeg/fast/fast.h"
#include "image/codec/jpeg/jpeg.h"
#include "image/codec/jpeg/metadata.h"
#include "image/codec/jpeg/pixels.h"
#include "image/codec/jpeg/planes.h"
#include "image/codec/jpeg/scans.h"
#include "image/codec/jpeg/session.h"
#include "image/codec/pixel_limit.h"

namespace thumbs::image {
namespace {

constexpr std::array k_factors = {1, 2, 4, 8};
constexpr const char* k_no_end_marker = "all pixels are there, but the end marker is missing";

ColourModel model_of(const jpeg_decompress_struct& jpeg) {
  const int components = jpeg.num_components;
  switch (jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE: return ColourModel::grey;
    case JCS_YCbCr: return ColourModel::ycbcr;
    case JCS_RGB: return ColourModel::rgb;
    case JCS_CMYK:
    case JCS_YCCK: return ColourModel::cmyk;
    default:
      throw Error(ErrorCode::unsupported, "JPEG with " + std::to_string(components) + " components is not supported");
  }
}

void request(jpeg_decompress_struct& jpeg, ColourModel model, int shrink) {
  jpeg.scale_num = 1;
  jpeg.scale_denom = static_cast<unsigned>(shrink);
  jpeg.dct_method = JDCT_ISLOW;
  jpeg.do_block_smoothing = FALSE;
  jpeg.do_fancy_upsampling = FALSE;
  jpeg.raw_data_out = model != ColourModel::cmyk;
  jpeg.out_color_space = model == ColourModel::cmyk ? JCS_CMYK : jpeg.jpeg_color_space;
}

class JpegDecoder final : public Decoder {
 public:
  JpegDecoder(ByteSource& source, const Limits& limits) : source_(source), seconds_(limits.seconds) {
    session_ = std::make_unique<JpegSession>(source_, warnings_);
    session_->read_header();
    read_header(session_->handle());
    require_few_pixels(header_.width, header_.height, limits);
    plan(session_->handle());
    if (header_.progressive) look_at_scans();
  }

  const Header& header() const override { return header_; }
  const std::vector<std::string>& warnings() const override { return warnings_.texts(); }

  int shrink_for(double allowed) const override {
    int best = 1;
    for (const int factor : k_factors)
      if (factor <= allowed) best = factor;
    return best;
  }

  std::uint64_t memory_needed(Scale scale, FailOn fail_on) const override {
    if (dc_will_do(scale, fail_on)) return dc_bytes_needed_;
    return bytes_needed_[factor_index(scale.shrink)];
  }
  Picture decode(Scale scale, FailOn fail_on, std::uint64_t memory) override;
  bool gives_rows() const override { return !header_.progressive; }
  std::uint64_t rows_memory(Scale scale) const override { return rows_bytes_needed_[factor_index(scale.shrink)]; }
  void decode_to(Scale scale, FailOn fail_on, RowSink& sink) override {
    factor_index(scale.shrink);
    decode_all_scans(scale, fail_on, CpuLimit(seconds_), &sink);
  }
  bool decodes_together(FailOn /*fail_on*/) const override { return baseline_decoder_does_; }
  std::vector<Picture> decode_together(std::span<const Scale> scales, FailOn fail_on) override;
  MetadataBlocks metadata() override {
    session_.reset();  // its position is after the header, and a second reader moves it
    return jpeg_metadata(source_);
  }

 private:
  static std::size_t factor_index(int shrink) {
    for (std::size_t i = 0; i < k_factors.size(); ++i)
      if (k_factors[i] == shrink) return i;
    throw Error(ErrorCode::internal, "a JPEG cannot be shrunk by " + std::to_string(shrink));
  }

  void read_header(const jpeg_decompress_struct& jpeg) {
    header_.format = FileFormat::jpeg;
    header_.width = static_cast<int>(jpeg.image_width);
    header_.height = static_cast<int>(jpeg.image_height);
    header_.orientation = session_->orientation();
    header_.model = model_of(jpeg);
    header_.colours.profile = session_->profile().assembled(warnings_);
    header_.progressive = jpeg_has_multiple_scans(const_cast<j_decompress_ptr>(&jpeg)) != 0;
  }

  void plan(jpeg_decompress_struct& jpeg);
  void look_at_scans();
  bool dc_is_all(Scale scale) const { return scale.shrink == 8 && (is_coarse(scale) || chroma_is_even_); }
  bool dc_will_do(Scale scale, FailOn fail_on) const;
  bool is_coarse(Scale scale) const { return scale.coarse_chroma && header_.model != ColourModel::cmyk; }
  std::unique_ptr<JpegSession> new_session(ByteSource& source, Warnings& warnings, JpegEnd end = {});
  std::optional<Picture> try_dc(const CpuLimit& limit);
  std::vector<Picture> try_baseline(std::span<const Scale> scales, FailOn fail_on, const CpuLimit& limit);
  std::optional<Picture> empty_planes(Scale scale);
  std::optional<Picture> try_fewer_scans(Scale scale, const CpuLimit& limit);
  Picture decode_all_scans(Scale scale, FailOn fail_on, const CpuLimit& limit, RowSink* sink = nullptr);
  std::optional<Picture> attempt(JpegSession& session, Scale scale, FailOn fail_on, const CpuLimit& limit,
                                 RowSink* sink = nullptr);
  using Session = std::unique_ptr<JpegSession>;
  std::optional<Picture> without_zeros(Session& session, Scale scale, FailOn fail_on, const CpuLimit& limit,
                                       RowSink* sink);
  std::uint64_t end_of_pixels(const JpegSession& session, FailOn fail_on);
  bool finish(JpegSession& session, FailOn fail_on);

  ByteSource& source_;
  double seconds_;
  Warnings warnings_;
  Header header_;
  std::array<std::uint64_t, k_factors.size()> bytes_needed_{};
  std::array<std::uint64_t, k_factors.size()> rows_bytes_needed_{};
  std::uint64_t dc_bytes_needed_ = 0;
  JpegScans scans_;
  bool baseline_decoder_does_ = false;  ///< until it meets something that it does not know
  // Progressive files at 1/8. How one scale is decoded never depends on the result of another.
  bool dc_decoder_does_ = false;          ///< if all IDCTs are 1x1; until it meets something that it does not know
  bool few_scans_do_ = false;             ///< if some are larger; until the file without AC scans turns out broken
  bool chroma_is_even_ = false;           ///< all IDCTs are 1x1 even without coarse_chroma
  std::unique_ptr<JpegSession> session_;  ///< after the header; used up by the first decode
};

/// Asks libjpeg for the planes' sizes at every factor.
void JpegDecoder::plan(jpeg_decompress_struct& jpeg) {
  for (std::size_t i = 0; i < k_factors.size(); ++i) {
    request(jpeg, header_.model, k_factors[i]);
    if (!session_->run([&] { jpeg_calc_output_dimensions(&jpeg); })) session_->raise();
    bytes_needed_[i] = jpeg_memory(jpeg, header_.model, JpegRows::all) + 2 * header_.colours.profile.size();
    rows_bytes_needed_[i] = jpeg_memory(jpeg, header_.model, JpegRows::strip) + 2 * header_.colours.profile.size();
  }
  baseline_decoder_does_ = header_.model != ColourModel::cmyk && is_plain_baseline(jpeg);
  few_scans_do_ = jpeg.progressive_mode && !jpeg.arith_code;
  dc_decoder_does_ = few_scans_do_ && header_.model != ColourModel::cmyk;
  chroma_is_even_ = true;
  for (int c = 0; c < jpeg.num_components; ++c) chroma_is_even_ &= jpeg.comp_info[c].DCT_scaled_size == 1;
  dc_bytes_needed_ = dc_memory(jpeg);
}

void JpegDecoder::look_at_scans() {
  session_.reset();
  scans_ = list_scans(source_);
  if (scans_.count > k_max_scans) throw Error(ErrorCode::too_slow, "the JPEG has more than 500 scans");
  few_scans_do_ &= scans_.regular;
  dc_decoder_does_ &= scans_.regular;
}

/// All scans must be decoded if a fault in any of them counts.
bool needs_all_scans(FailOn fail_on) { return fail_on == FailOn::error || fail_on == FailOn::warning; }

bool JpegDecoder::dc_will_do(Scale scale, FailOn fail_on) const {
  return dc_decoder_does_ && dc_is_all(scale) && !needs_all_scans(fail_on);
}

std::unique_ptr<JpegSession> JpegDecoder::new_session(ByteSource& source, Warnings& warnings, JpegEnd end) {
  auto session = std::make_unique<JpegSession>(source, warnings, end);
  session->read_header();
  const jpeg_decompress_struct& jpeg = session->handle();
  const bool same = jpeg.image_width == static_cast<JDIMENSION>(header_.width) &&
                    jpeg.image_height == static_cast<JDIMENSION>(header_.height) && model_of(jpeg) == header_.model;
  if (!same) throw Error(ErrorCode::changed_while_read, "the file changed while it was read");
  return session;
}

Picture JpegDecoder::decode(Scale scale, FailOn fail_on, std::uint64_t memory) {
  factor_index(scale.shrink);
  const CpuLimit limit(seconds_);
  std::optional<Picture> picture;
  if (dc_will_do(scale, fail_on)) {
    picture = try_dc(limit);
    if (!picture && memory_needed(scale, fail_on) > memory)
      throw Error(ErrorCode::memory, "a damaged file: it needs more memory than its headers say");
  } else if (few_scans_do_ && scale.shrink == 8 && !dc_is_all(scale) && !needs_all_scans(fail_on)) {
    picture = try_fewer_scans(scale, limit);
  } else if (baseline_decoder_does_) {
    std::vector<Picture> pictures = try_baseline({&scale, 1}, fail_on, limit);
    if (!pictures.empty()) picture = std::move(pictures.front());
  }
  return picture ? std::move(*picture) : decode_all_scans(scale, fail_on, limit);
}

/// Empty if the DC scans are broken; then it is not tried again.
std::optional<Picture> JpegDecoder::try_dc(const CpuLimit& limit) {
  std::optional<std::vector<Plane>> planes;
  {
    Warnings warnings;
    const auto session = new_session(source_, warnings);
    if (warnings.texts().empty()) planes = decode_dc(session->handle(), scans_, source_, limit);
  }
  dc_decoder_does_ = planes.has_value();
  if (!planes) return std::nullopt;
  Picture picture = empty_picture(header_);
  picture.planes = std::move(*planes);
  return picture;
}

/// The picture with planes as libjpeg would fill them at this scale; empty if libjpeg fails. REQUIRES session_.
std::optional<Picture> JpegDecoder::empty_planes(Scale scale) {
  jpeg_decompress_struct& jpeg = session_->handle();
  request(jpeg, header_.model, scale.shrink);
  if (!session_->run([&] { jpeg_calc_output_dimensions(&jpeg); })) return std::nullopt;
  if (is_coarse(scale)) JpegSession::coarsen(jpeg);
  Picture picture = empty_picture(header_);
  picture.planes = jpeg_raw_planes(jpeg, JpegRows::all);
  return picture;
}

/// Empty if anything in the file is broken, or it is not in one piece; then it is not tried again.
std::vector<Picture> JpegDecoder::try_baseline(std::span<const Scale> scales, FailOn fail_on, const CpuLimit& limit) {
  baseline_decoder_does_ = false;
  if (fail_on == FailOn::warning && !warnings_.texts().empty()) return {};
  if (!session_) session_ = new_session(source_, warnings_);
  const std::span<const std::byte> data = session_->rest();
  if (data.empty()) return {};
  std::vector<Picture> pictures;
  for (const Scale scale : scales) {
    std::optional<Picture> picture = empty_planes(scale);
    if (!picture) return {};
    pictures.push_back(std::move(*picture));
  }
  baseline_decoder_does_ = decode_baseline(session_->handle(), data, pictures, limit);
  if (!baseline_decoder_does_) pictures.clear();
  return pictures;
}

std::vector<Picture> JpegDecoder::decode_together(std::span<const Scale> scales, FailOn fail_on) {
  if (!baseline_decoder_does_) return {};
  return try_baseline(scales, fail_on, CpuLimit(seconds_));
}

/// Leaves out the AC scans of components that are decoded at 1/8. Empty if the rest is broken; then it is not tried
/// again.
std::optional<Picture> JpegDecoder::try_fewer_scans(Scale scale, const CpuLimit& limit) {
  few_scans_do_ = false;
  Warnings warnings;
  std::vector<JpegScan> dropped;
  auto session = new_session(source_, warnings);
  jpeg_decompress_struct& header = session->handle();
  request(header, header_.model, scale.shrink);
  if (!session->run([&] { jpeg_calc_output_dimensions(&header); })) return std::nullopt;
  for (const JpegScan& scan : scans_.list) {
    if (scan.spectral_start == 0) continue;
    const std::span components(header.comp_info, static_cast<std::size_t>(header.num_components));
    const auto of_scan = std::ranges::find(components, scan.first_id, &jpeg_component_info::component_id);
    if (of_scan == components.end()) return std::nullopt;
    if (of_scan->DCT_scaled_size == 1) dropped.push_back(scan);
  }
  ScanFilter fewer(source_, dropped);
  session = new_session(fewer, warnings);
  if (!warnings.texts().empty()) return std::nullopt;
  std::optional<Picture> picture = attempt(*session, scale, FailOn::warning, limit);
  few_scans_do_ = picture.has_value() && warnings.texts().empty();
  return few_scans_do_ ? std::move(picture) : std::nullopt;
}

/// Decodes a file that ends in zeros instead of EOI without those zeros, which as data may be too much. Data may end in
/// zeros too; then they are needed to the last bit, since encoders fill up the last byte with ones. (In a progressive
/// file that bit cannot be checked, but what it refines is hardly visible.)
std::optional<Picture> JpegDecoder::without_zeros(Session& session, Scale scale, FailOn fail_on, const CpuLimit& limit,
                                                  RowSink* sink) {
  constexpr JOCTET k_seven_zeros = 0x01;
  const std::uint64_t zeros_from = *session->zeros_from(), size = source_.size();
  const auto try_to = [&](JpegEnd end) {
    session = new_session(source_, warnings_, end);
    return attempt(*session, scale, fail_on, limit, sink);
  };
  std::optional<Picture> picture = try_to({zeros_from});
  if (picture || !session->data_is_missing()) return picture;
  const bool refines = session->handle().progressive_mode != 0;
  const auto needs_last_byte = [&](std::uint64_t end) {
    if (refines && end == zeros_from + 1) return true;
    const bool enough = try_to(refines ? JpegEnd{end - 1} : JpegEnd{end - 1, k_seven_zeros}).has_value();
    if (!enough && !session->data_is_missing()) session->raise();
    return !enough;
  };
  for (const std::uint64_t end : {size, zeros_from + 1})
    if (needs_last_byte(end) && (picture = try_to({end}))) return picture;
  throw Error(ErrorCode::truncated, k_jpeg_early_end);
}

/// After attempt() failed: the offset up to which the file is a picture. 0 if it is not, or if `fail_on` forbids it.
std::uint64_t JpegDecoder::end_of_pixels(const JpegSession& session, FailOn fail_on) {
  const bool corrupt = session.fault() == ErrorCode::corrupt, truncated = session.fault() == ErrorCode::truncated;
  if (fail_on == FailOn::none) {
    if (corrupt && session.good_bytes() > 0) warnings_.add(session.fault_text());
    return corrupt ? session.good_bytes() : 0;
  }
  const bool bearable = truncated || (corrupt && fail_on == FailOn::truncated);
  return bearable && !session.data_is_missing() && session.all_scans_came() ? session.good_bytes() : 0;
}

/// Decodes with libjpeg.
Picture JpegDecoder::decode_all_scans(Scale scale, FailOn fail_on, const CpuLimit& limit, RowSink* sink) {
  Session session = session_ ? std::move(session_) : new_session(source_, warnings_);
  std::optional<Picture> picture = attempt(*session, scale, fail_on, limit, sink);
  if (!picture && session->zeros_from() && !session->data_is_missing())
    picture = without_zeros(session, scale, fail_on, limit, sink);
  if (const std::uint64_t end = picture ? 0 : end_of_pixels(*session, fail_on)) {
    session = new_session(source_, warnings_, {end});
    picture = attempt(*session, scale, fail_on, limit, sink);
  }
  // The fault is in the data that was made up.
  if (!picture && session->ended() && session->fault() == ErrorCode::corrupt)
    throw Error(ErrorCode::truncated, k_jpeg_early_end);
  if (!picture) session->raise();
  return std::move(*picture);
}

/// Empty if libjpeg failed. Without planes if a `sink` takes the rows.
std::optional<Picture> JpegDecoder::attempt(JpegSession& session, Scale scale, FailOn fail_on, const CpuLimit& limit,
                                            RowSink* sink) {
  jpeg_decompress_struct& jpeg = session.handle();
  session.begin(fail_on, limit);
  request(jpeg, header_.model, scale.shrink);
  const bool coarse = is_coarse(scale);
  if (!session.run([&] { session.start(coarse); })) return std::nullopt;

  Picture picture = empty_picture(header_);
  const bool done = sink != nullptr ? read_strips(session, picture, *sink) : read_all(session, picture);
  if (!done || !finish(session, fail_on)) return std::nullopt;
  return picture;
}

/// Reads on to EOI, to know that the file is whole. A fault after the last pixel only counts as corrupt data, and a
/// missing EOI there only as a warning. False for a file that ends in zeros.
bool JpegDecoder::finish(JpegSession& session, FailOn fail_on) {
  jpeg_decompress_struct& jpeg = session.handle();
  const bool all_scans = session.all_scans_came(), ended_in_data = session.ended();
  const bool done = session.run([&] { jpeg_finish_decompress(&jpeg); });
  const bool corrupt = session.fault() == ErrorCode::corrupt, truncated = session.fault() == ErrorCode::truncated;
  if (session.zeros_from() && (done || truncated || corrupt)) return false;
  if (!done && !(session.ended() ? corrupt || truncated : corrupt && !needs_all_scans(fail_on))) session.raise();
  if (!done && !session.ended()) {
    warnings_.add(session.fault_text());
    return true;
  }
  if (!session.ended()) return true;
  if (!all_scans || (ended_in_data && session.data_is_missing())) throw Error(ErrorCode::truncated, k_jpeg_early_end);
  if (fail_on == FailOn::warning) throw Error(ErrorCode::truncated, k_no_end_marker);
  warnings_.add(k_no_end_marker);
  return true;
}

}  // namespace

std::unique_ptr<Decoder> open_jpeg(ByteSource& source, const Limits& limits) {
  return std::make_unique<JpegDecoder>(source, limits);
}

}  // namespace thumbs::image
