// One run of libavif's decoder over a ByteSource: its input, its limits, its errors as ours.
#pragma once

#include <avif/avif.h>

#include <exception>
#include <memory>

#include "image/codec/codec.h"
#include "image/codec/source_reader.h"
#include "support/buffer.h"

namespace thumbs::image {

/// Reads the header, then the first picture. Not to be moved: libavif keeps its address.
class AvifSession {
 public:
  /// `source` must outlive the session. The decoder refuses pictures of more than `most_pixels`, before it allocates
  /// them; 0: of more than libavif allows (2^28).
  AvifSession(ByteSource& source, std::uint64_t most_pixels);
  AvifSession(const AvifSession&) = delete;
  AvifSession& operator=(const AvifSession&) = delete;

  /// The first picture's EXIF and XMP, as far as they can be read.
  static MetadataBlocks metadata(ByteSource& source);

  /// Reads the container, and its description of the picture. Throws Error.
  const avifImage& parse();
  /// The first picture's planes, valid as long as the session. REQUIRES parse(). Throws Error.
  const avifImage& decode();

  /// Whether the last box is not all there. What decode() gave was.
  bool ends_early() { return last_box_is_cut(); }

  bool alpha() const { return decoder_->alphaPresent != AVIF_FALSE; }

 private:
  struct DestroyDecoder {
    void operator()(avifDecoder* decoder) const { avifDecoderDestroy(decoder); }
  };
  /// Header boxes are read whole: larger ones are no header of a picture.
  static constexpr std::size_t k_most_header_bytes = 16 << 20;

  static avifResult read(avifIO* io, std::uint32_t flags, std::uint64_t offset, std::size_t size, avifROData* out);
  avifROData read_piece(std::uint64_t offset, std::size_t size);
  bool last_box_is_cut();
  void require(avifResult result);

  std::span<const std::byte> whole_;  ///< empty if the source comes in pieces
  SourceReader reader_;
  Buffer piece_;
  std::uint64_t size_;
  bool parsed_ = false;
  bool data_came_ = false;  ///< last_box_is_cut() met the picture's data
  std::exception_ptr caught_;
  avifIO io_{};
  std::unique_ptr<avifDecoder, DestroyDecoder> decoder_;
};

}  // namespace thumbs::image
