// One run of libtiff over a ByteSource: its input, its limits, its errors and warnings as ours.
#pragma once

#include <tiffio.h>

#include <cstdarg>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/tiff/input.h"
#include "image/codec/warnings.h"

namespace thumbs::image {

/// Reads the first directory of a file. Not to be moved: libtiff keeps its address.
class TiffSession {
 public:
  /// `source` must outlive the session. Throws Error.
  explicit TiffSession(ByteSource& source);
  TiffSession(const TiffSession&) = delete;
  TiffSession& operator=(const TiffSession&) = delete;

  TIFF* tiff() const { return tiff_.get(); }

  /// A field with a default; `fallback` where there is neither.
  template <class Value>
  Value field(std::uint32_t tag, Value fallback) const {
    Value value = fallback;
    return TIFFGetFieldDefaulted(tiff(), tag, &value) == 1 ? value : fallback;
  }
  /// Bytes of a field with a count; empty where it is missing.
  std::span<const std::byte> bytes_of_field(std::uint32_t tag) const;

  /// Bytes of the file itself, as far as they are there.
  std::vector<std::byte> bytes_at(std::uint64_t at, std::size_t most);

  /// Warnings of the pixels' data count, those of the directory (unknown fields) do not.
  void begin_pixels() {
    warnings_ = {};
    error_.clear();
  }
  const Warnings& warnings() const { return warnings_; }
  /// Throws the first error.
  [[noreturn]] void raise() const;

 private:
  struct Close {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  };

  static TiffSession& of(thandle_t handle) { return *static_cast<TiffSession*>(handle); }
  static tmsize_t read(thandle_t handle, void* out, tmsize_t size);
  static tmsize_t write(thandle_t handle, void* in, tmsize_t size);
  static toff_t seek(thandle_t handle, toff_t offset, int whence);
  static int close(thandle_t handle);
  static toff_t size(thandle_t handle);
  static int map(thandle_t handle, void** base, toff_t* size);
  static void unmap(thandle_t handle, void* base, toff_t size);
  static int on_error(TIFF* tiff, void* self, const char* module, const char* format, va_list arguments);
  static int on_warning(TIFF* tiff, void* self, const char* module, const char* format, va_list arguments);

  TiffInput input_;
  std::exception_ptr caught_;
  std::string error_;
  Warnings warnings_;
  std::unique_ptr<TIFF, Close> tiff_;
};

}  // namespace thumbs::image
