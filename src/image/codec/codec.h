// The interface of all codecs: bytes to planes, and planes to bytes. Each format has a folder (formats.h lists them).
// Nothing here knows files or the manifest.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/codec/row_sink.h"
#include "image/colour/colour_space.h"
#include "image/metadata/metadata.h"
#include "image/picture.h"
#include "thumbs/manifest.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// The format of a file, by its first bytes.
enum class FileFormat : std::uint8_t { unknown, jpeg, png, webp, avif, gif, tiff, bmp, heic, jxl, svg, pdf, psd, ico };

/// How much of a file sniff() looks at.
inline constexpr std::size_t k_sniffed_bytes = 64;

/// Needs at most the first k_sniffed_bytes; with fewer it may not recognise the format, but never reads beyond them.
FileFormat sniff(std::span<const std::byte> head);
std::string_view key(FileFormat format);   ///< as the cache and `format: source` spell it: "jpeg"; "" for unknown
std::string_view name(FileFormat format);  ///< "JPEG", "WebP", … for people
bool readable(FileFormat format);          ///< whether this build can decode it

/// A file's bytes, in pieces, from the start. For a file in memory the first piece is all of it.
/// From the start, the pieces of a file must be the same each time: how a decoder reads broken data may depend on them.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// The next piece, valid until the next call; empty at the end. May throw Error (io).
  virtual std::span<const std::byte> next() = 0;
  virtual void rewind() = 0;
  /// The next piece is what begins at `offset`. False, and without effect, where there is only rewind().
  virtual bool seek(std::uint64_t /*offset*/) { return false; }
  virtual std::uint64_t size() const = 0;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> next() override;
  void rewind() override { done_ = false; }
  std::uint64_t size() const override { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
  bool done_ = false;
};

/// What the header says, before any pixel is decoded.
struct Header {
  FileFormat format = FileFormat::unknown;
  int width = 0;  ///< as stored
  int height = 0;
  int orientation = 1;  ///< EXIF's, 1 to 8 (1 where absent or broken)
  /// `orientation` comes from the container (AVIF's boxes), which overrides EXIF.
  bool container_orients = false;
  ColourModel model = ColourModel::rgb;
  bool alpha = false;
  int bits = 8;              ///< of a decoded plane: 8 or 16
  bool deep = false;         ///< more than 8 bits are stored: a decode with Scale::deep gives 16
  bool progressive = false;  ///< progressive/multi-scan JPEG, interlaced PNG
  bool vector = false;       ///< has no pixels of its own: is drawn at any size
  ColourSpace colours;       ///< as stored, not checked: a profile may be broken or of another model
  /// A palette's colours in order, packed as PngColours packs them; empty if the file has no palette.
  std::vector<std::uint32_t> palette;
};

/// The picture of this header before any plane is decoded; with alpha, its colours are to come premultiplied.
Picture empty_picture(const Header& header);

/// How much smaller a picture is decoded.
struct Scale {
  int shrink = 1;
  /// Chroma planes shrink by the same factor as luma, even if they are subsampled already: enough for outputs that are
  /// 4:2:0 themselves. Otherwise a decoder shrinks them less where that is cheap.
  bool coarse_chroma = false;
  /// Planes of 16 bits where the file has more than 8, alpha or not.
  bool deep = false;
  /// So many pixels a vector picture is drawn with; 0: as many as `shrink` says.
  int width = 0;
  int height = 0;
  auto operator<=>(const Scale&) const = default;
};

/// One picture, opened. Throws Error with ErrorCode not_a_picture, unsupported, corrupt, truncated, too_large,
/// too_slow, memory.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual const Header& header() const = 0;

  /// The largest factor that this decoder can shrink by, up to `allowed` (≥ 1): 1, 2, 4 or 8 for JPEG, any whole number
  /// for others. Depends only on the header and `allowed`.
  virtual int shrink_for(double allowed) const = 0;

  /// An upper estimate of the bytes that decode(scale, fail_on) needs at its peak, the result included. Grows
  /// after a decode that found the file to need more than its headers say.
  virtual std::uint64_t memory_needed(Scale scale, FailOn fail_on) const = 0;

  /// From now on needs less memory, and more time, with the same results. False if it cannot.
  virtual bool save_memory() { return false; }

  /// Decodes all of it at 1/scale.shrink. Planes are rounded up in size (ceil(width / shrink)) and may be padded
  /// further. Alpha pictures come premultiplied in 16 bits; others in 8 (16-bit files are rounded to 8), unless
  /// scale.deep. May be called several times. Throws Error memory if `memory` bytes turn out not to be enough;
  /// memory_needed() has then grown.
  virtual Picture decode(Scale scale, FailOn fail_on, std::uint64_t memory) = 0;
  Picture decode(Scale scale, FailOn fail_on) { return decode(scale, fail_on, k_any_memory); }
  static constexpr std::uint64_t k_any_memory = std::numeric_limits<std::uint64_t>::max();

  /// Whether decode_together() is worth trying for this file.
  virtual bool decodes_together(FailOn fail_on) const;
  /// Decodes all of `scales` in one pass over the file, in the same order. Empty if anything is wrong with the file:
  /// call decode() for each scale then. Needs no more than the sum of memory_needed(). Throws as decode() does.
  virtual std::vector<Picture> decode_together(std::span<const Scale> scales, FailOn fail_on);

  /// Whether decode_to() may be called for this file.
  virtual bool gives_rows() const { return false; }
  /// An upper estimate of the bytes that decode_to() needs at its peak, beside the sink's.
  virtual std::uint64_t rows_memory(Scale scale) const;
  /// Like decode(), with the same samples, but passes the rows on as they are decoded. If it throws, discard what came
  /// before.
  virtual void decode_to(Scale scale, FailOn fail_on, RowSink& sink);

  /// The file's metadata blocks; reads the file once more. Leaves out what is broken or too large.
  virtual MetadataBlocks metadata() = 0;

  /// Warnings so far, for people. A faulty profile is only a warning at every FailOn level.
  virtual const std::vector<std::string>& warnings() const = 0;
};

/// Opens the picture in `source` (which must outlive the decoder): recognises the format, reads the header
/// and applies limits.input_pixels before it allocates anything as large as the picture.
std::unique_ptr<Decoder> open_picture(ByteSource& source, const Limits& limits);

/// What goes into a file beside the pixels; an empty span means nothing. A format leaves out what it cannot hold.
struct Attachments {
  std::span<const std::byte> profile;            ///< ICC
  std::span<const std::byte> exif;               ///< TIFF header first, without "Exif\0\0"
  std::span<const std::byte> xmp;                ///< the XML packet
  std::span<const std::byte> iptc;               ///< IIM records
  std::span<const std::byte> extended_xmp = {};  ///< a second packet, referred to by the first
  std::span<const MetadataText> texts = {};
  std::span<const std::uint32_t> palette = {};  ///< of the source (Header::palette); its order is kept
};

/// The library that encodes `format`, with its version ("libjpeg-turbo 2.1.5"); empty where the build has none.
std::string encoder_library(PictureFormat format);

/// The libraries that decode `format`, with their versions; empty where there are none.
std::string decoder_libraries(FileFormat format);

/// The libraries of all formats that this build reads or writes, in the order of the table of formats.
std::vector<std::string> format_libraries();

}  // namespace thumbs::image
