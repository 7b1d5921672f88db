// One run of giflib's reader over a ByteSource: its input, and its errors as ours.
#pragma once

#include <gif_lib.h>

#include <exception>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

/// What comes ahead of the first frame's pixels.
struct GifFrame {
  int width = 0;  ///< of the canvas
  int height = 0;
  int left = 0;  ///< the frame's place on it
  int top = 0;
  int frame_width = 0;
  int frame_height = 0;
  bool interlaced = false;
  int transparent = -1;                ///< an index; -1: none
  std::vector<std::uint32_t> palette;  ///< packed as Header::palette is, all opaque
  std::vector<std::byte> profile;
  MetadataBlocks metadata;

  bool covers_canvas() const { return frame_width == width && frame_height == height; }
};

/// Reads one GIF once, from the source's start. Not to be moved: giflib keeps its address.
class GifSession {
 public:
  /// `source` must outlive the session. Throws Error.
  explicit GifSession(ByteSource& source);
  GifSession(const GifSession&) = delete;
  GifSession& operator=(const GifSession&) = delete;
  ~GifSession();

  /// Up to the first frame. Throws Error.
  GifFrame read_frame();

  /// How the reading of a row ended; `corrupt` and `truncated` are for the caller to judge.
  std::optional<ErrorCode> read_row(GifPixelType* row, int width);

  enum class Behind { end, frame, broken };
  /// What follows the first frame's pixels.
  Behind look_behind();

 private:
  static int read(GifFileType* gif, GifByteType* out, int count);
  ErrorCode fault() const;
  [[noreturn]] void raise() const;
  void require(int result) const {
    if (result == GIF_ERROR) raise();
  }
  void read_extension(GifFrame& frame);
  void read_image(GifFrame& frame);

  ByteSource& source_;
  std::span<const std::byte> piece_;
  std::exception_ptr caught_;
  int open_error_ = 0;
  GifFileType* gif_ = nullptr;
};

}  // namespace thumbs::image
