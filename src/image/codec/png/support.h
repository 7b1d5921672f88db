// libpng's error handling, for decoder and encoder: its errors leave C by longjmp and C++ by an exception, never mixed.
#pragma once

#include <png.h>

#include <array>
#include <csetjmp>
#include <exception>

#include "thumbs/error.h"

namespace thumbs {

/// What libpng calls back into; it is libpng's error pointer (on_error and on_warning its functions). Not to be moved.
class PngCalls {
 public:
  PngCalls() = default;
  PngCalls(const PngCalls&) = delete;
  PngCalls& operator=(const PngCalls&) = delete;

  /// Calls `body`, which calls libpng; false where libpng (or fail()) gave up. REQUIRES that neither `body` nor what it
  /// calls owns anything with a destructor while libpng runs, and that it does not throw: longjmp leaves it.
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

  [[noreturn]] static void on_error(png_structp png, png_const_charp text);
  static void on_warning(png_structp png, png_const_charp text);
  static PngCalls& of(png_structp png) { return *static_cast<PngCalls*>(png_get_error_ptr(png)); }

 protected:
  ~PngCalls() = default;
  /// A warning of libpng, within run(); may fail().
  virtual void warned(const char* /*text*/) {}

 private:
  std::jmp_buf jump_;
  ErrorCode code_ = ErrorCode::internal;
  std::array<char, 256> text_{};
  std::exception_ptr thrown_;
};

}  // namespace thumbs
