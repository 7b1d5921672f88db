// Where a decoder's rows go that is not to hold a whole picture.
#pragma once

#include <cstddef>

#include "image/picture.h"

namespace thumbs {

/// Takes a picture's rows as they are decoded. One thread at a time.
class RowSink {
 public:
  virtual ~RowSink() = default;

  /// Before the first row, and once more where the decoder starts anew: what was taken until then is void. `frame` is
  /// the picture that decode() would give; of its planes only size, depth and pitch are set. May throw std::bad_alloc.
  virtual void begin(const Picture& frame) = 0;

  /// The next `rows.height` rows of plane `plane`, which come from top to bottom and are as wide as the frame has it.
  /// All rows of a plane have come once decode_to() has returned. May throw std::bad_alloc.
  virtual void take(std::size_t plane, const Plane& rows) = 0;
};

}  // namespace thumbs
