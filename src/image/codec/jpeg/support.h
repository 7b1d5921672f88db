// libjpeg's error handling, for decoder and encoder.
#pragma once

#include <cstddef>
#include <cstdio>

// Needs size_t and FILE before it.
#include <jpeglib.h>

// Needs what jpeglib.h configures.
#include <jerror.h>

#include "image/codec/library_calls.h"

namespace thumbs::image {

inline constexpr int k_most_mcu_rows = 4 * DCTSIZE;  ///< of one plane's samples in a row of MCUs

/// What libjpeg calls back into. Its user sets `cinfo.err = calls.manager()` and `cinfo.client_data` to the JpegCalls.
class JpegCalls : public LibraryCalls {
 public:
  JpegCalls();

  jpeg_error_mgr* manager() { return &manager_; }

 protected:
  ~JpegCalls() = default;
  /// A warning of libjpeg, within run(); may fail(). `code` is one of jerror.h's.
  virtual void warned(int /*code*/, const char* /*text*/) {}

 private:
  [[noreturn]] static void on_error(j_common_ptr cinfo);
  static void on_message(j_common_ptr cinfo, int level);
  static JpegCalls& of(j_common_ptr cinfo) { return *static_cast<JpegCalls*>(cinfo->client_data); }

  jpeg_error_mgr manager_{};
};

}  // namespace thumbs::image
