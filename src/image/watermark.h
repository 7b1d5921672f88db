// A mark that is laid over thumbnails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "image/geometry.h"
#include "image/picture.h"
#include "thumbs/manifest.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// The largest mark that `how` allows on a canvas, and where its top left corner goes: how.scale percent as wide as the
/// canvas, but not larger than what the margins leave, in its own aspect ratio; each side at least 1.
Region mark_region(Size canvas, Size mark, const Watermark& how);

/// A mark's picture, ready to be drawn. Any number of threads may draw it at once.
class Mark {
 public:
  /// Decodes the file's bytes: upright, in sRGB. Throws Error as open_picture() and Decoder::decode() do.
  Mark(std::span<const std::byte> file, const Limits& limits);

  /// Whether any pixel that can be seen is not grey.
  bool is_coloured() const { return picture_.model == ColourModel::rgb; }
  /// Draws the mark over an upright 8-bit picture, grey or rgb, straight alpha if any; grey becomes rgb where the mark
  /// is coloured. Integer arithmetic: the same bytes on every machine.
  void draw(Picture& canvas, const Watermark& how) const;

 private:
  Picture picture_;  ///< 16-bit, premultiplied, grey or rgb
};

/// By the path that variants name.
using Marks = std::map<std::string, std::shared_ptr<const Mark>, std::less<>>;

/// An upper estimate of the bytes that Mark::draw needs on a canvas.
double mark_memory(Size canvas);

}  // namespace thumbs::image
