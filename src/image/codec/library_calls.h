// Calls into C libraries that report errors by longjmp: their errors leave C by longjmp and C++ by an exception, never
// mixed.
#pragma once

#include <array>
#include <csetjmp>
#include <cstdio>
#include <exception>
#include <utility>

#include "thumbs/error.h"

namespace thumbs::image {

/// Not to be moved: the library jumps into it.
class LibraryCalls {
 public:
  LibraryCalls() = default;
  LibraryCalls(const LibraryCalls&) = delete;
  LibraryCalls& operator=(const LibraryCalls&) = delete;

  /// Calls `body`, which calls the library; false where the library (or fail()) gave up. REQUIRES that neither `body`
  /// nor what it calls owns anything with a destructor while the library runs, and that it does not throw: longjmp
  /// leaves it.
  template <class Body>
  bool run(const Body& body) {
    if (setjmp(jump_) != 0) return false;
    body();
    return true;
  }

  /// Gives up from within run(): with an error, or with the exception that a callback caught.
  [[noreturn]] void fail(ErrorCode code, const char* text) {
    code_ = code;
    std::snprintf(text_.data(), text_.size(), "%s", text);
    std::longjmp(jump_, 1);
  }
  [[noreturn]] void fail(std::exception_ptr& caught) {
    code_ = ErrorCode::io;
    thrown_ = std::move(caught);
    std::longjmp(jump_, 1);
  }

  /// After run() gave false: what was wrong.
  ErrorCode fault() const { return code_; }
  const char* fault_text() const { return text_.data(); }
  /// Throws it.
  [[noreturn]] void raise() const {
    if (thrown_) std::rethrow_exception(thrown_);
    throw Error(code_, text_.data());
  }

 protected:
  ~LibraryCalls() = default;

 private:
  std::jmp_buf jump_;
  ErrorCode code_ = ErrorCode::internal;
  std::array<char, 256> text_{};
  std::exception_ptr thrown_;
};

}  // namespace thumbs::image
