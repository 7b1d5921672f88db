// What libjpeg alone makes of a JPEG, to hold our own decoders to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "image/codec/codec.h"
#include "support/pictures.h"

namespace thumbs::test {

/// All in one piece, but of a size that keeps our baseline decoder from it: libjpeg alone reads this.
class LibjpegSource : public MemorySource {
 public:
  using MemorySource::MemorySource;
  std::uint64_t size() const override { return MemorySource::size() + 1; }
};

/// The samples of all components at 1/8, from the coefficients of the whole file; none where libjpeg gives up or the
/// data ends early.
std::optional<std::vector<unsigned>> dc_reference(const Bytes& bytes);

/// A file without its AC scans.
Bytes dc_scans_of(const Bytes& bytes);

/// Holds the decode at 1/8 of one file to dc_reference(): what is not the same; "" where all is, or it is not a
/// progressive one.
std::string dc_difference(const Bytes& bytes);

}  // namespace thumbs::test
