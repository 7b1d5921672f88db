// TIFF → rows of grey, RGB or CMYK, with alpha, 8 or 16 bits.
#include <string>
#include <utility>

#include "image/codec/pixel_limit.h"
#include "image/codec/row_decoder.h"
#include "image/codec/source_reader.h"
#include "image/codec/tiff/bands.h"
#include "image/codec/tiff/layout.h"
#include "image/codec/tiff/metadata.h"
#include "image/codec/tiff/samples.h"
#include "image/codec/tiff/session.h"
#include "image/codec/tiff/tiff.h"
#include "image/colour/colour_space.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

class TiffDecoder final : public RowDecoder {
 public:
  TiffDecoder(ByteSource& source, const Limits& limits) : RowDecoder(source, limits) {
    const TiffSession session(source_);
    layout_ = read_tiff_layout(session);
    require_few_pixels(layout_.width, layout_.height, limits);
    require_few_pixels(layout_.cell_width, layout_.cell_height, limits);
    header_.format = FileFormat::tiff;
    header_.width = static_cast<int>(layout_.width);
    header_.height = static_cast<int>(layout_.height);
    header_.orientation = layout_.orientation;
    header_.container_orients = true;
    header_.model = layout_.model;
    header_.alpha = layout_.alpha_at >= 0;
    header_.bits = header_.alpha ? 16 : 8;
    header_.deep = layout_.bits > 8 && layout_.palette.empty();
    premultiplied_ = layout_.premultiplied;
    read_profile(session);
    if (!header_.alpha) header_.palette = layout_.palette;
    if (layout_.more_pages) warnings_.add("a file of several pages: its first one is used");
    in_pieces_ = whole_of(source_).empty();
  }

  MetadataBlocks metadata() override {
    TiffSession session(source_);
    return tiff_metadata(session);
  }

 private:
  void read_profile(const TiffSession& session) {
    const std::span<const std::byte> profile = session.bytes_of_field(TIFFTAG_ICCPROFILE);
    if (profile.size() <= k_most_profile_bytes)
      header_.colours.profile.assign(profile.begin(), profile.end());
    else
      warnings_.add("the embedded colour profile is ignored: it is too large");
  }

  void read_rows(const RowFormat& format, FailOn fail_on, RowFeed& feed) override {
    TiffSession session(source_);
    const TiffLayout layout = read_tiff_layout(session);
    if (layout.width != layout_.width || layout.height != layout_.height || layout.bits != layout_.bits ||
        layout.samples != layout_.samples || layout.alpha_at != layout_.alpha_at || layout.model != layout_.model)
      throw Error(ErrorCode::changed_while_read, "the file changed while it was read");
    const TiffSamples samples(layout_, format);
    std::vector<std::byte> out(format.bytes());
    session.begin_pixels();
    TiffBands(session, layout_).read([&](const std::uint16_t* row) {
      samples.convert(row, out.data());
      feed.add(out.data());
    });
    for (const std::string& text : session.warnings().texts()) {
      if (fail_on == FailOn::warning) throw Error(ErrorCode::corrupt, text);
      warnings_.add(text);
    }
  }

  double reader_memory(const RowFormat& format) const override {
    return TiffBands::memory(layout_, source_.size(), in_pieces_) + TiffSamples::memory() + TiffInput::memory() +
           static_cast<double>(format.bytes());
  }

  TiffLayout layout_;
  bool in_pieces_ = false;
};

}  // namespace

std::unique_ptr<Decoder> open_tiff(ByteSource& source, const Limits& limits) {
  return std::make_unique<TiffDecoder>(source, limits);
}

}  // namespace thumbs::image
