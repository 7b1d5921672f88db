// libpng's error handling, for decoder and encoder.
#pragma once

#include <png.h>

#include "image/codec/library_calls.h"

namespace thumbs::image {

/// What libpng calls back into; it is libpng's error pointer (on_error and on_warning its functions). Not to be moved.
class PngCalls : public LibraryCalls {
 public:
  [[noreturn]] static void on_error(png_structp png, png_const_charp text);
  static void on_warning(png_structp png, png_const_charp text);
  static PngCalls& of(png_structp png) { return *static_cast<PngCalls*>(png_get_error_ptr(png)); }

 protected:
  ~PngCalls() = default;
  /// A warning of libpng, within run(); may fail().
  virtual void warned(const char* /*text*/) {}
};

}  // namespace thumbs::image
