// libjpeg's error handling, for decoder and encoder: its errors leave C by longjmp and C++ by an exception, never
// mixed.
#pragma once

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <exception>

// Needs size_t and FILE before it.
#include <jpeglib.h>

// Needs what jpeglib.h configures.
#include <jerror.h>

#include "thumbs/error.h"

namespace thumbs {

/// What libjpeg calls back into. Its user sets `cinfo.err = calls.manager()` and `cinfo.client_data` to the JpegCalls.
/// Not to be moved.
class JpegCalls {
 public:
  JpegCalls();
  JpegCalls(const JpegCalls&) = delete;
  JpegCalls& operator=(const JpegCalls&) = delete;

  jpeg_error_mgr* manager() { return &manager_; }

  /// Calls `body`, which calls libjpeg; false where libjpeg (or fail()) gave up. REQUIRES that neither `body` nor what
  /// it calls owns anything with a destructor while libjpeg runs, and that it does not throw: longjmp leaves it.
  template <class Body>
  bool run(const Body& body) {
    if (setjmp(jump_) != 0) return false;
    body();
    return true;
  }

  /// Gives up from within run(): with an error, or with the exception that a callback caught.
  [[noreturn]] void fail(ErrorCode code, const char* text);
  [[noreturn]] void fail(std::exception_ptr& caught);

  /// After run() gave false: what was wrong.
  ErrorCode fault() const { return code_; }
  const char* fault_text() const { return text_.data(); }
  /// Throws it.
  [[noreturn]] void raise() const;

 protected:
  ~JpegCalls() = default;
  /// A warning of libjpeg, within run(); may fail(). `code` is one of jerror.h's.
  virtual void warned(int /*code*/, const char* /*text*/) {}

 private:
  [[noreturn]] static void on_error(j_common_ptr cinfo);
  static void on_message(j_common_ptr cinfo, int level);
  static JpegCalls& of(j_common_ptr cinfo) { return *static_cast<JpegCalls*>(cinfo->client_data); }

  jpeg_error_mgr manager_{};
  std::jmp_buf jump_;
  ErrorCode code_ = ErrorCode::internal;
  std::array<char, JMSG_LENGTH_MAX> text_{};
  std::exception_ptr thrown_;
};

}  // namespace thumbs
