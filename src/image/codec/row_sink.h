// Receives the rows of a picture that is never in memory as a whole.
#pragma once

#include <cstddef>

#include "image/picture.h"

namespace thumbs::image {

/// Takes a picture's rows as they are decoded. One thread at a time.
class RowSink {
 public:
  virtual ~RowSink() = default;

  /// Called before the first row, and again if the decoder starts over: discard the rows taken until then. `frame` is
  /// the picture that decode() would return; only the size, depth and pitch of its planes are set. May throw
  /// std::bad_alloc.
  virtual void begin(const Picture& frame) = 0;

  /// The next `rows.height` rows of plane `plane`, top to bottom, as wide as that plane of the frame. When decode_to()
  /// returns, all rows have come. May throw std::bad_alloc.
  virtual void take(std::size_t plane, const Plane& rows) = 0;
};

}  // namespace thumbs::image
