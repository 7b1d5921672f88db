// Reference decodes by libjpeg, to compare with our own decoders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "image/codec/codec.h"
#include "support/pictures.h"

namespace thumbs::test {

/// All bytes in one piece, but too large for our baseline decoder: only libjpeg reads it.
class LibjpegSource : public image::MemorySource {
 public:
  using image::MemorySource::MemorySource;
  std::uint64_t size() const override { return image::MemorySource::size() + 1; }
};

/// The samples of all components at 1/8, from the coefficients of the whole file; none if libjpeg fails or the
/// data ends early.
std::optional<std::vector<unsigned>> dc_reference(const Bytes& bytes);

/// Removes the AC scans of a file.
Bytes dc_scans_of(const Bytes& bytes);

/// Compares the decode at 1/8 of a file with dc_reference(). Returns the difference; "" if equal, or if it is not a
/// progressive file.
std::string dc_difference(const Bytes& bytes);

}  // namespace thumbs::test
