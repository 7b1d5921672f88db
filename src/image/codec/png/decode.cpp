// PNG → planes at 1/shrink, by rows: 8 bits, or 16 bits premultiplied if there is alpha.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "image/codec/cut_source.h"
#include "image/codec/pixel_limit.h"
#include "image/codec/png/colour.h"
#include "image/codec/png/exif.h"
#include "image/codec/png/fast/fast.h"
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

/// What is made of the rows.
struct RowsOut {
  std::function<void()> start;  ///< called again where the reading starts over
  std::function<void(const std::byte*)> add;
  std::function<void()> finish;  ///< rows may be missing
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
  bool save_memory() override {
    const bool can = whole_bytes() > 0;
    saves_memory_ = true;
    return can;
  }
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
  void read_to_end(const RowFormat& format, int shrink, FailOn fail_on, const RowsOut& out);
  /// What reading without libpng needs; 0 where the file is libpng's.
  std::uint64_t whole_bytes() const {
    const bool lacks_palette = header_.model == ColourModel::rgb && layout_.channels == 1 && layout_.palette.empty();
    if (saves_memory_ || header_.progressive || lacks_palette) return 0;
    return whole_png_memory(layout_, source_.size());
  }

  ByteSource& source_;
  double seconds_;
  std::string broken_colours_;  ///< see png_colours()
  Warnings warnings_;
  Header header_;
  PngLayout layout_;
  bool saves_memory_ = false;
  std::unique_ptr<PngSession> session_;  ///< after the header; used up by the first decode
};

/// libpng's palette, with the alpha of its entries; see PngLayout.
std::vector<std::array<std::uint8_t, 4>> stored_palette(png_const_structp png, png_infop info) {
  png_colorp colours = nullptr;
  png_bytep alphas = nullptr;
  int count = 0, translucent = 0;
  if (png_get_color_type(png, info) != PNG_COLOR_TYPE_PALETTE || png_get_PLTE(png, info, &colours, &count) == 0)
    return {};
  png_get_tRNS(png, info, &alphas, &translucent, nullptr);
  std::vector<std::array<std::uint8_t, 4>> palette;
  for (int i = 0; i < count; ++i) {
    const std::uint8_t alpha = i < translucent ? alphas[i] : 255;
    palette.push_back({colours[i].red, colours[i].green, colours[i].blue, alpha});
  }
  return palette;
}

/// As Header has it. What is invisible has no colour.
std::vector<std::uint32_t> packed(const std::vector<std::array<std::uint8_t, 4>>& palette) {
  std::vector<std::uint32_t> colours;
  colours.reserve(palette.size());
  for (const auto& [r, g, b, a] : palette)
    colours.push_back(a == 0 ? 0 : std::uint32_t{r} << 24 | std::uint32_t{g} << 16 | std::uint32_t{b} << 8 | a);
  return colours;
}

PngLayout layout_of(png_const_structp png, png_infop info) {
  PngLayout layout{.width = png_get_image_width(png, info),
                   .height = png_get_image_height(png, info),
                   .depth = png_get_bit_depth(png, info),
                   .channels = png_get_channels(png, info),
                   .palette = stored_palette(png, info),
                   .transparent = std::nullopt};
  png_color_16p colour = nullptr;
  if (layout.palette.empty() && png_get_tRNS(png, info, nullptr, nullptr, &colour) != 0 && colour != nullptr) {
    if ((png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR) != 0)
      layout.transparent = {colour->red, colour->green, colour->blue};
    else
      layout.transparent = {colour->gray, 0, 0};
  }
  return layout;
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
  layout_ = layout_of(session.png(), session.info());
  header_.deep = layout_.depth == 16;
  header_.palette = packed(layout_.palette);
}

RowFormat PngDecoder::row_format(Scale scale) const {
  return {.width = static_cast<std::size_t>(header_.width),
          .channels = static_cast<std::size_t>(colour_planes(header_.model) + (header_.alpha ? 1 : 0)),
          .deep = (header_.alpha || scale.deep) && layout_.depth == 16,
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
  const double total = static_cast<double>(whole_bytes()) + k_fixed + k_grain * channels + planes + rows + whole +
                       static_cast<double>(header_.colours.profile.size());
  return total < 1e18 ? static_cast<std::uint64_t>(total) : std::uint64_t{1} << 60;
}

std::unique_ptr<PngSession> PngDecoder::new_session(ByteSource& source) {
  const Header before = header_;
  const unsigned depth = layout_.depth;
  auto session = std::make_unique<PngSession>(source, warnings_);
  session->read_header();
  read_header(*session);
  const bool same = header_.width == before.width && header_.height == before.height && header_.model == before.model &&
                    header_.alpha == before.alpha && header_.progressive == before.progressive &&
                    layout_.depth == depth;
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

/// Every row of every pass, between calls to libpng. False if libpng failed.
bool read_passes(PngSession& session, const RowFormat& format, Rows& rows, const RowsOut& out, bool fill_gaps) {
  for (int pass = 0; pass < rows.passes; ++pass) {
    for (std::size_t y = 0; y < rows.height; ++y) {
      auto* const row = reinterpret_cast<png_bytep>(rows.row(y));
      // As the second argument, libpng fills in pixels of later passes with the ones it has.
      const auto read = [&] { png_read_row(session.png(), fill_gaps ? nullptr : row, fill_gaps ? row : nullptr); };
      if (!session.run(read)) return false;
      if (rows.passes == 1) out.add(rows.row(y));
      rows.any = true;
      if (!session.run([&] { session.tick(format.bytes()); })) return false;
    }
  }
  return true;
}

/// Whether to use the incomplete picture, as FailOn::none does.
bool bearable(ErrorCode fault) { return fault == ErrorCode::corrupt || fault == ErrorCode::truncated; }

/// Whether png_read_row failed though it had filled the last row: it reads on to the end of the data.
bool gave_up_behind_rows(const PngSession& session) { return bearable(session.fault()) && session.all_rows_came(); }

/// All that libpng can read, whole or not.
Ending read_rows(PngSession& session, const RowFormat& format, FailOn fail_on, const RowsOut& out) {
  const bool interlaced = png_get_interlace_type(session.png(), session.info()) != PNG_INTERLACE_NONE;
  Rows rows(format, png_get_image_height(session.png(), session.info()), interlaced);
  out.start();
  const bool whole = read_passes(session, format, rows, out, interlaced && fail_on == FailOn::none);
  Pace pace;
  for (std::size_t y = 0; interlaced && y < rows.height; ++y) {
    pace.keep(format.samples());
    out.add(rows.row(y));
  }
  if (!interlaced && !whole && gave_up_behind_rows(session)) {
    out.add(rows.row(0));
    rows.any = true;
  }
  out.finish();
  return {whole, rows.any};
}

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

/// Without libpng where nothing is wrong with the file. With it, a second time where the file ends in zeros that took
/// the place of data.
void PngDecoder::read_to_end(const RowFormat& format, int shrink, FailOn fail_on, const RowsOut& out) {
  const CpuLimit limit(seconds_);
  std::unique_ptr<PngSession> session = begin(source_, format, shrink, fail_on, limit);
  if (whole_bytes() > 0) {
    out.start();
    if (read_whole_png(source_, layout_, format, limit, out.add)) return out.finish();
    session = begin(source_, format, shrink, fail_on, limit);
  }
  if (is_complete(*session, read_rows(*session, format, fail_on, out), fail_on)) return;
  const bool lenient = fail_on == FailOn::truncated || fail_on == FailOn::error;
  if (!lenient || !bearable(session->fault())) session->raise();
  const std::uint64_t end = end_without_zeros(source_);
  if (end == source_.size()) session->raise();
  CutSource cut(source_, end);
  session = begin(cut, format, shrink, fail_on, limit);
  if (!is_complete(*session, read_rows(*session, format, fail_on, out), fail_on)) session->raise();
}

/// Their rows have one format, or they cannot share a pass.
std::vector<Picture> PngDecoder::decode_together(std::span<const Scale> scales, FailOn fail_on) {
  const RowFormat format = row_format(scales.front());
  const auto fits = [&](const Scale& scale) { return row_format(scale).deep == format.deep; };
  if (!std::ranges::all_of(scales, fits)) return {};
  const int most_shrink = std::ranges::max(scales, {}, &Scale::shrink).shrink;
  std::vector<Picture> pictures;
  std::vector<RowTaker> takers;
  const auto start = [&] {
    takers.clear();
    takers.reserve(scales.size());
    pictures = std::vector<Picture>(scales.size());
    for (std::size_t i = 0; i < scales.size(); ++i) {
      pictures[i] = empty_picture(header_);
      takers.emplace_back(pictures[i], format, scales[i].shrink);
    }
  };
  const auto add = [&](const std::byte* row) {
    for (RowTaker& taker : takers) taker.add(row);
  };
  const auto finish = [&] {
    for (RowTaker& taker : takers) taker.finish();
  };
  read_to_end(format, most_shrink, fail_on, {start, add, finish});
  return pictures;
}

void PngDecoder::decode_to(Scale scale, FailOn fail_on, RowSink& sink) {
  const RowFormat format = row_format(scale);
  std::optional<RowStrips> strips;
  read_to_end(format, scale.shrink, fail_on,
              {[&] { strips.emplace(empty_picture(header_), format, scale.shrink, sink); },
               [&](const std::byte* row) { strips->add(row); }, [&] { strips->finish(); }});
}

}  // namespace

std::unique_ptr<Decoder> open_png(ByteSource& source, const Limits& limits) {
  return std::make_unique<PngDecoder>(source, limits);
}

}  // namespace thumbs::image
