// The fields of a directory (TIFF 6.0; TIFF Technical Note 2 for JPEG), and what of them is supported.
#include "image/codec/tiff/layout.h"

#include <algorithm>
#include <array>
#include <string>

#include "thumbs/error.h"

namespace thumbs::image {
namespace {

constexpr std::uint32_t k_dng_version = 50706;
constexpr int k_most_samples = 32;

Error unsupported_tiff(const std::string& what) {
  return {ErrorCode::unsupported, "a TIFF with " + what + " is not supported; convert it to PNG or JPEG"};
}

/// Their first page is a small preview.
void refuse_raw(const TiffSession& session) {
  std::uint32_t kind = 0;
  std::uint16_t count = 0;
  void* data = nullptr;
  const bool preview =
      TIFFGetField(session.tiff(), TIFFTAG_SUBFILETYPE, &kind) == 1 && (kind & FILETYPE_REDUCEDIMAGE) != 0;
  const bool pages = TIFFGetField(session.tiff(), TIFFTAG_SUBIFD, &count, &data) == 1;
  const bool dng = TIFFGetField(session.tiff(), k_dng_version, &data) == 1;
  if (dng || (preview && pages))
    throw Error(ErrorCode::unsupported,
                "a camera's raw format (DNG, NEF, …) is not supported; convert it to PNG or JPEG");
}

void require_known_compression(std::uint16_t compression) {
  constexpr std::array known = {
      COMPRESSION_NONE, COMPRESSION_CCITTRLE,      COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4, COMPRESSION_LZW,
      COMPRESSION_JPEG, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE,   COMPRESSION_PACKBITS,  COMPRESSION_CCITTRLEW};
  if (compression == COMPRESSION_OJPEG) throw unsupported_tiff("JPEG of the old style (compression 6)");
  if (std::ranges::find(known, compression) == known.end())
    throw unsupported_tiff("compression " + std::to_string(compression));
}

void require_known_samples(const TiffSession& session, const TiffLayout& layout) {
  const auto format = session.field<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  const bool integers = format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID;
  if (!integers || layout.bits < 1 || layout.bits > 16)
    throw unsupported_tiff("samples of " + std::to_string(layout.bits) + " bits" +
                           (format == SAMPLEFORMAT_IEEEFP ? ", floating point"
                            : integers                    ? ""
                                                          : ", signed"));
  if (layout.samples < 1 || layout.samples > k_most_samples)
    throw unsupported_tiff(std::to_string(layout.samples) + " samples a pixel");
}

/// Old writers used 8 of the 16 bits.
std::vector<std::uint32_t> palette_of_tiff(const TiffSession& session, int bits) {
  std::uint16_t *red = nullptr, *green = nullptr, *blue = nullptr;
  if (TIFFGetField(session.tiff(), TIFFTAG_COLORMAP, &red, &green, &blue) != 1 || red == nullptr)
    throw Error(ErrorCode::corrupt, "a palette picture without its palette");
  const std::size_t count = std::size_t{1} << bits;
  const auto narrow = [count](const std::uint16_t* all) {
    return std::all_of(all, all + count, [](std::uint16_t value) { return value < 256; });
  };
  const bool is_narrow = narrow(red) && narrow(green) && narrow(blue);
  const auto eight = [&](std::uint16_t value) -> std::uint32_t {
    return is_narrow ? value : (value * 255U + 32767U) / 65535U;
  };
  std::vector<std::uint32_t> palette;
  for (std::size_t i = 0; i < count; ++i)
    palette.push_back(eight(red[i]) << 24 | eight(green[i]) << 16 | eight(blue[i]) << 8 | 255U);
  return palette;
}

/// The samples beyond the colours. Where RGB has four and nothing says what the fourth is, it is alpha.
void read_alpha(const TiffSession& session, TiffLayout& layout) {
  if (layout.model == ColourModel::cmyk || layout.samples <= layout.colours()) return;
  std::uint16_t count = 0, *kinds = nullptr;
  const bool said = TIFFGetField(session.tiff(), TIFFTAG_EXTRASAMPLES, &count, &kinds) == 1 && count > 0;
  if (said && kinds[0] == EXTRASAMPLE_UNSPECIFIED) return;
  layout.alpha_at = layout.colours();
  layout.premultiplied = said && kinds[0] == EXTRASAMPLE_ASSOCALPHA;
}

class LayoutReader {
 public:
  explicit LayoutReader(const TiffSession& session) : session_(session) {}

  TiffLayout read() {
    refuse_raw(session_);
    layout_.width = session_.field<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
    layout_.height = session_.field<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0);
    constexpr std::uint32_t k_most = 0x7FFFFFFF;
    if (layout_.width == 0 || layout_.height == 0 || layout_.width > k_most || layout_.height > k_most)
      throw Error(ErrorCode::corrupt, "a picture without pixels");
    layout_.bits = session_.field<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
    layout_.samples = session_.field<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
    layout_.compression = session_.field<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    layout_.orientation = session_.field<std::uint16_t>(TIFFTAG_ORIENTATION, 1);
    if (layout_.orientation < 1 || layout_.orientation > 8) layout_.orientation = 1;
    layout_.separate =
        session_.field<std::uint16_t>(TIFFTAG_PLANARCONFIG, 1) == PLANARCONFIG_SEPARATE && layout_.samples > 1;
    layout_.more_pages = TIFFLastDirectory(session_.tiff()) == 0;
    require_known_compression(layout_.compression);
    require_known_samples(session_, layout_);
    read_colours();
    read_alpha(session_, layout_);
    read_cells();
    return std::move(layout_);
  }

 private:
  void read_colours() {
    std::uint16_t photometric = 0;
    if (TIFFGetField(session_.tiff(), TIFFTAG_PHOTOMETRIC, &photometric) != 1)
      photometric = layout_.samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    switch (photometric) {
      case PHOTOMETRIC_MINISWHITE: layout_.inverted = true; [[fallthrough]];
      case PHOTOMETRIC_MINISBLACK: layout_.model = ColourModel::grey; break;
      case PHOTOMETRIC_RGB: break;
      case PHOTOMETRIC_PALETTE: layout_.palette = palette_of_tiff(session_, layout_.bits); break;
      case PHOTOMETRIC_SEPARATED: read_inks(); break;
      case PHOTOMETRIC_YCBCR: read_ycbcr(); break;
      case PHOTOMETRIC_CIELAB:
        convert(layout_.bits == 8 && layout_.samples == 3 && !layout_.separate, "Lab of this kind");
        break;
      default: throw unsupported_tiff("colour space " + std::to_string(photometric));
    }
    if (layout_.samples < layout_.colours()) throw Error(ErrorCode::corrupt, "fewer samples than its colours need");
  }
  void read_inks() {
    if (session_.field<std::uint16_t>(TIFFTAG_INKSET, INKSET_CMYK) != INKSET_CMYK)
      throw unsupported_tiff("inks other than CMYK");
    layout_.model = ColourModel::cmyk;
    layout_.inverted = true;
  }
  void read_ycbcr() {
    if (layout_.compression == COMPRESSION_JPEG && !layout_.separate) {
      TIFFSetField(session_.tiff(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
      return;
    }
    convert(layout_.bits == 8 && layout_.samples == 3, "YCbCr of this kind");
  }
  void convert(bool can, const char* what) {
    if (!can) throw unsupported_tiff(what);
    layout_.converted = true;
    TIFFSetField(session_.tiff(), TIFFTAG_ORIENTATION, std::uint16_t{ORIENTATION_TOPLEFT});  // it would turn the rows
  }
  void read_cells() {
    layout_.tiled = TIFFIsTiled(session_.tiff()) != 0;
    layout_.cell_width = layout_.width;
    layout_.cell_height = session_.field<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, layout_.height);
    if (layout_.tiled) {
      layout_.cell_width = session_.field<std::uint32_t>(TIFFTAG_TILEWIDTH, 0);
      layout_.cell_height = session_.field<std::uint32_t>(TIFFTAG_TILELENGTH, 0);
    } else {
      layout_.cell_height = std::min(layout_.cell_height, layout_.height);
    }
    if (layout_.cell_width == 0 || layout_.cell_height == 0)
      throw Error(ErrorCode::corrupt, "strips or tiles without pixels");
  }

  const TiffSession& session_;
  TiffLayout layout_;
};

}  // namespace

TiffLayout read_tiff_layout(const TiffSession& session) { return LayoutReader(session).read(); }

}  // namespace thumbs::image
