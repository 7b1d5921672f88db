// Quantised blocks → JPEG, by libjpeg's coefficient interface.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "image/codec/jpeg/huffman.h"
#include "image/codec/jpeg/support.h"
#include "image/codec/jpeg/trellis/trellis.h"
#include "image/picture.h"

namespace thumbs::image {

/// The quantisation steps that libjpeg is set to use.
JpegTables tables_of(const jpeg_compress_struct& jpeg);

/// Writes a picture's blocks; both calls run inside JpegCalls::run(), markers may be written between them. `content`
/// must outlive it.
class JpegOutput {
 public:
  explicit JpegOutput(const JpegContent& content);
  /// In place of jpeg_start_compress. A baseline file gets Huffman tables of ours: libjpeg need not count symbols
  /// again.
  void start(jpeg_compress_struct& jpeg);
  /// All that jpeg_finish_compress needs.
  void write(jpeg_compress_struct& jpeg);

 private:
  void set_tables(jpeg_compress_struct& jpeg) const;

  const JpegContent& content_;
  std::array<HuffmanTable, 2> dc_;
  std::array<HuffmanTable, 2> ac_;
  std::array<jvirt_barray_ptr, 3> arrays_{};
};

/// The picture with chroma planes whose samples cover `pitch_x` × `pitch_y` pixels (1 or 2 each) on average, as JFIF
/// has them. REQUIRES rgb of 8 bits without alpha.
Picture to_ycbcr(const Picture& picture, int pitch_x, int pitch_y);

/// A JPEG with the DQT and DHT segments ahead of its first scan joined, each kind into one: 4 bytes less for each.
void join_tables(std::vector<std::byte>& jpeg);

}  // namespace thumbs::image
