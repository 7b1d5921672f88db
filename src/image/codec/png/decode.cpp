// PNG → planes at 1/shrink, by rows: 8 bits, or 16 bits premultiplied if there is alpha.
#include <algorithm>
#include <bit>
#include <cmath>
#include <new>
#include <string>
#include <utility>

#include "image/codec/cut_source.h"
#include "image/codec/pixel_limit.h"
#include "image/codec/png/colour.h"
#include "image/codec/png/exif.h"
#include "image/codec/png/metadata.h"
#include "image/codec/png/png.h"
#include "image/codec/png/session.h"
#include "image/codec/sample_rows.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

/// The memory for libpng's rows: one row for all, or the whole picture if it is interlaced.
struct Rows {
  Rows(const RowFormat& format, std::size_t rows, bool interlaced)
      : height(rows), passes(interlaced ? PNG_INTERLACE_ADAM7_PASSES : 1), samples16(format.bytes() / 2) {
    if (interlaced && height > store.max_size() / samples16) throw std::bad_alloc();
    store.resize(samples16 * (interlaced ? height : 1));
  }
  std::byte* row(std::size_t y) {
    return reinterpret_cast<std::byte*>(store.data() + (passes > 1 ? y : 0) * samples16);
  }

  std::size_t height;
  int passes;
  std::size_t samples16;  ///< of a row; its 8-bit samples go two to each
  std::vector<std::uint16_t> store;
  bool any = false;  ///< whether a row came
};

/// One for each scale of a pass.
struct RowTakers {
  void add(const std::byte* row) {
    for (RowTaker& taker : all) taker.add(row);
  }
  std::vector<RowTaker> all;
};

/// How the reading of the rows ended.
struct Ending {
  bool whole = false;  ///< libpng did not give up
  bool any = false;    ///< a row came
};

class PngDecoder final : public Decoder {
 public:
  PngDecoder(ByteSource& source, const Limits& limits) : source_(source), seconds_(limits.seconds) {
    header_.orientation = png_orientation(source_);
    Warnings colour_warnings;  // added after libpng's, which FailOn::warning quotes
    header_.colours = png_colours(source_, colour_warnings, broken_colours_);
    session_ = std::make_unique<PngSession>(source_, warnings_);
    session_->read_header();
    read_header(*session_);
    for (const std::string& text : colour_warnings.texts()) warnings_.add(text);
    require_few_pixels(header_.width, header_.height, limits);
  }

  const Header& header() const override { return header_; }
  const std::vector<std::string>& warnings() const override { return warnings_.texts(); }
  int shrink_for(double allowed) const override {
    return static_cast<int>(std::clamp(std::floor(allowed), 1.0, double{BoxRows::k_max_shrink}));
  }
  std::uint64_t memory_needed(Scale scale, FailOn /*fail_on*/) const override {
    return bytes_needed(scale, std::ceil(static_cast<double>(header_.height) / scale.shrink));
  }
  Picture decode(Scale scale, FailOn fail_on, std::uint64_t) override {
    return std::move(decode_together({&scale, 1}, fail_on).front());
  }
  bool decodes_together(FailOn) const override { return true; }
  std::vector<Picture> decode_together(std::span<const Scale> scales, FailOn fail_on) override;
  bool gives_rows() const override { return !header_.progressive; }
  std::uint64_t rows_memory(Scale scale) const override { return bytes_needed(scale, 1); }
  void decode_to(Scale scale, FailOn fail_on, RowSink& sink) override;
  MetadataBlocks metadata() override {
    session_.reset();  // its position is after the header, and a second reader moves it
    return png_metadata(source_);
  }

 private:
  void read_header(const PngSession& session);
  std::unique_ptr<PngSession> new_session(ByteSource& source);
  RowFormat row_format(Scale scale) const;
  std::uint64_t bytes_needed(Scale scale, double plane_rows) const;
  std::unique_ptr<PngSession> begin(ByteSource& source, const RowFormat& format, int shrink, FailOn fail_on,
                                    const CpuLimit& limit);
  bool is_complete(PngSession& session, Ending ending, FailOn fail_on);
  template <class Read>
  void read_to_end(const RowFormat& format, int shrink, FailOn fail_on, const Read& read);
  Picture empty_picture() const;

  ByteSource& source_;
  double seconds_;
  std::string broken_colours_;  ///< see png_colours()
  Warnings warnings_;
  Header header_;
  int depth_ = 8;                        ///< bits a sample, as stored
  std::unique_ptr<PngSession> session_;  ///< after the header; used up by the first decode
};

/// What is invisible has no colour.
std::vector<std::uint32_t> palette_of(png_const_structp png, png_infop info) {
  png_colorp colours = nullptr;
  png_bytep alphas = nullptr;
  int count = 0, translucent = 0;
  // RGB may have one too, as a suggestion.
  if (png_get_color_type(png, info) != PNG_COLOR_TYPE_PALETTE || png_get_PLTE(png, info, &colours, &count) == 0)
    return {};
  png_get_tRNS(png, info, &alphas, &translucent, nullptr);
  std::vector<std::uint32_t> palette;
  for (int i = 0; i < count; ++i) {
    const std::uint32_t alpha = i < translucent ? alphas[i] : 255;
    const png_color& c = colours[i];
    const std::uint32_t colour = std::uint32_t{c.red} << 24 | std::uint32_t{c.green} << 16 | std::uint32_t{c.blue} << 8;
    palette.push_back(alpha == 0 ? 0 : colour | alpha);
  }
  return palette;
}

void PngDecoder::read_header(const PngSession& session) {
  const int type = png_get_color_type(session.png(), session.info());
  header_.format = FileFormat::png;
  header_.width = static_cast<int>(png_get_image_width(session.png(), session.info()));
  header_.height = static_cast<int>(png_get_image_height(session.png(), session.info()));
  header_.model = (type & PNG_COLOR_MASK_COLOR) != 0 ? ColourModel::rgb : ColourModel::grey;
  header_.alpha =
      (type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(session.png(), session.info(), PNG_INFO_tRNS) != 0;
  header_.bits = header_.alpha ? 16 : 8;
  header_.progressive = png_get_interlace_type(session.png(), session.info()) != PNG_INTERLACE_NONE;
  depth_ = png_get_bit_depth(session.png(), session.info());
  header_.deep = depth_ == 16;
  header_.palette = palette_of(session.png(), session.info());
}

RowFormat PngDecoder::row_format(Scale scale) const {
  return {.width = static_cast<std::size_t>(header_.width),
          .channels = static_cast<std::size_t>(colour_planes(header_.model) + (header_.alpha ? 1 : 0)),
          .deep = (header_.alpha || scale.deep) && depth_ == 16,
          .alpha = header_.alpha};
}

/// With planes of `plane_rows` rows.
std::uint64_t PngDecoder::bytes_needed(Scale scale, double plane_rows) const {
  // In floating point: with limits.input_pixels at 0 the product may exceed 64 bits.
  constexpr double k_fixed = 256 << 10;    // libpng's structs and zlib's window
  constexpr double k_grain = 64 << 10;     // what a Buffer adds, at most
  constexpr double k_plane_padding = 128;  // samples that a Plane adds to a row, at most
  constexpr double k_library_row = 8 * 3;  // bytes a pixel: libpng's rows, unfiltered and transformed
  const RowFormat format = row_format(scale);
  const double width = header_.width, height = header_.height, channels = static_cast<double>(format.channels);
  const double planes =
      (std::ceil(width / scale.shrink) + k_plane_padding) * plane_rows * channels * format.sample_bytes();
  const double rows = width * k_library_row + static_cast<double>(format.padded()) * (2 + 2 + 4);
  const double whole = header_.progressive ? static_cast<double>(format.bytes()) * height : 0;
  const double total =
      k_fixed + k_grain * channels + planes + rows + whole + static_cast<double>(header_.colours.profile.size());
  return total < 1e18 ? static_cast<std::uint64_t>(total) : std::uint64_t{1} << 60;
}

std::unique_ptr<PngSession> PngDecoder::new_session(ByteSource& source) {
  const Header before = header_;
  const int depth = depth_;
  auto session = std::make_unique<PngSession>(source, warnings_);
  session->read_header();
  read_header(*session);
  const bool same = header_.width == before.width && header_.height == before.height && header_.model == before.model &&
                    header_.alpha == before.alpha && header_.progressive == before.progressive && depth_ == depth;
  if (!same) throw Error(ErrorCode::changed_while_read, "the file changed while it was read");
  return session;
}

/// What libpng shall make of the stored samples. Runs inside PngCalls::run().
void set_transformations(const PngSession& session, bool deep) {
  png_set_expand(session.png());  // palette → RGB, 1, 2, 4 → 8 bits, tRNS → alpha
  if (!deep) png_set_scale_16(session.png());
  if (deep && std::endian::native == std::endian::little) png_set_swap(session.png());
  png_set_interlace_handling(session.png());
  png_read_update_info(session.png(), session.info());
}

/// Every row of every pass. Runs inside PngCalls::run().
void read_rows(PngSession& session, const RowFormat& format, Rows& rows, RowTakers& takers, bool fill_gaps) {
  for (int pass = 0; pass < rows.passes; ++pass) {
    for (std::size_t y = 0; y < rows.height; ++y) {
      auto* row = reinterpret_cast<png_bytep>(rows.row(y));
      // As the second argument, libpng fills in pixels of later passes with the ones it has.
      png_read_row(session.png(), fill_gaps ? nullptr : row, fill_gaps ? row : nullptr);
      if (rows.passes == 1) takers.add(rows.row(y));
      rows.any = true;
      session.tick(format.bytes());
    }
  }
}

/// Passes on the rows of a picture that is not interlaced, between calls to libpng. False if libpng failed.
bool hand_on_rows(PngSession& session, const RowFormat& format, Rows& rows, RowStrips& strips) {
  auto* const row = reinterpret_cast<png_bytep>(rows.row(0));
  for (std::size_t y = 0; y < rows.height; ++y) {
    if (!session.run([&] { png_read_row(session.png(), row, nullptr); })) return false;
    strips.add(rows.row(0));
    rows.any = true;
    if (!session.run([&] { session.tick(format.bytes()); })) return false;
  }
  return true;
}

/// Whether to use the incomplete picture, as FailOn::none does.
bool bearable(ErrorCode fault) { return fault == ErrorCode::corrupt || fault == ErrorCode::truncated; }

/// Whether png_read_row failed though it had filled the last row: it reads on to the end of the data.
bool gave_up_behind_rows(const PngSession& session) { return bearable(session.fault()) && session.all_rows_came(); }

/// Ready for the first row.
std::unique_ptr<PngSession> PngDecoder::begin(ByteSource& source, const RowFormat& format, int shrink, FailOn fail_on,
                                              const CpuLimit& limit) {
  if (shrink < 1 || shrink > BoxRows::k_max_shrink)
    throw Error(ErrorCode::internal, "a PNG cannot be shrunk by " + std::to_string(shrink));
  std::unique_ptr<PngSession> session = session_ ? std::move(session_) : new_session(source);
  session->begin(fail_on, limit);
  if (fail_on == FailOn::warning && !broken_colours_.empty()) throw Error(ErrorCode::corrupt, broken_colours_);
  if (!session->run([&] { set_transformations(*session, format.deep); })) session->raise();
  if (png_get_rowbytes(session->png(), session->info()) > format.bytes())
    throw Error(ErrorCode::internal, "libpng has more to say about a row than its header");
  return session;
}

/// Checks how the reading ended. Faults after the last pixel are only warnings, except wrong checksums. False if there
/// are too many faults; libpng has the message then.
bool PngDecoder::is_complete(PngSession& session, Ending ending, FailOn fail_on) {
  const bool whole = ending.whole && session.run([&] { png_read_end(session.png(), nullptr); });
  if (whole) return true;
  const ErrorCode fault = session.fault();
  if (fail_on == FailOn::none) {
    if (!ending.any || !bearable(fault)) return false;
    warnings_.add(session.fault_text());
    return true;
  }
  const bool all_pixels = ending.whole || (fault == ErrorCode::truncated && session.all_rows_came());
  if (!all_pixels || !bearable(fault) || session.critical_crc_is_wrong() || fail_on == FailOn::warning) return false;
  warnings_.add(std::string("all pixels are there, but the file's end is missing or broken: ") + session.fault_text());
  return true;
}

/// Calls `read` with a session that is ready for the first row: a second time where the file ends in zeros that took
/// the place of data.
template <class Read>
void PngDecoder::read_to_end(const RowFormat& format, int shrink, FailOn fail_on, const Read& read) {
  const CpuLimit limit(seconds_);
  std::unique_ptr<PngSession> session = begin(source_, format, shrink, fail_on, limit);
  if (is_complete(*session, read(*session), fail_on)) return;
  const bool lenient = fail_on == FailOn::truncated || fail_on == FailOn::error;
  if (!lenient || !bearable(session->fault())) session->raise();
  const std::uint64_t end = end_without_zeros(source_);
  if (end == source_.size()) session->raise();
  CutSource cut(source_, end);
  session = begin(cut, format, shrink, fail_on, limit);
  if (!is_complete(*session, read(*session), fail_on)) session->raise();
}

/// Without planes.
Picture PngDecoder::empty_picture() const {
  Picture picture;
  picture.width = header_.width;
  picture.height = header_.height;
  picture.model = header_.model;
  picture.alpha = picture.premultiplied = header_.alpha;
  return picture;
}

/// Their rows have one format, or they cannot share a pass.
std::vector<Picture> PngDecoder::decode_together(std::span<const Scale> scales, FailOn fail_on) {
  const RowFormat format = row_format(scales.front());
  const auto fits = [&](const Scale& scale) { return row_format(scale).deep == format.deep; };
  if (!std::ranges::all_of(scales, fits)) return {};
  const bool fill_gaps = header_.progressive && fail_on == FailOn::none;
  const int most_shrink = std::ranges::max(scales, {}, &Scale::shrink).shrink;
  std::vector<Picture> pictures;
  read_to_end(format, most_shrink, fail_on, [&](PngSession& session) {
    pictures = std::vector<Picture>(scales.size());
    RowTakers takers;
    takers.all.reserve(scales.size());
    for (std::size_t i = 0; i < scales.size(); ++i) {
      pictures[i] = empty_picture();
      takers.all.emplace_back(pictures[i], format, scales[i].shrink);
    }
    Rows rows(format, static_cast<std::size_t>(header_.height), header_.progressive);
    const bool whole = session.run([&] { read_rows(session, format, rows, takers, fill_gaps); });
    Pace pace;
    for (std::size_t y = 0; rows.passes > 1 && y < rows.height; ++y) {
      pace.keep(format.samples());
      takers.add(rows.row(y));
    }
    if (rows.passes == 1 && !whole && gave_up_behind_rows(session)) {
      takers.add(rows.row(0));
      rows.any = true;
    }
    for (RowTaker& taker : takers.all) taker.finish();
    return Ending{whole, rows.any};
  });
  return pictures;
}

void PngDecoder::decode_to(Scale scale, FailOn fail_on, RowSink& sink) {
  const RowFormat format = row_format(scale);
  read_to_end(format, scale.shrink, fail_on, [&](PngSession& session) {
    RowStrips strips(empty_picture(), format, scale.shrink, sink);
    Rows rows(format, static_cast<std::size_t>(header_.height), false);
    const bool whole = hand_on_rows(session, format, rows, strips);
    if (!whole && gave_up_behind_rows(session)) strips.add(rows.row(0)), rows.any = true;
    strips.finish();
    return Ending{whole, rows.any};
  });
}

}  // namespace

std::unique_ptr<Decoder> open_png(ByteSource& source, const Limits& limits) {
  return std::make_unique<PngDecoder>(source, limits);
}

}  // namespace thumbs::image
