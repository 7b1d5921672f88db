// The forms in which a PNG can hold a picture without loss: grey, a palette, fewer bits, no alpha.
#pragma once

#include <png.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "image/picture.h"

namespace thumbs::image {

/// The distinct colours of a picture, numbered as they come.
class PngColours {
 public:
  /// Empty if there are more than 256. Stops reading then.
  static std::optional<PngColours> of(const Picture& picture);

  /// Red, green, blue and alpha, from the highest byte to the lowest.
  const std::vector<std::uint32_t>& list() const { return list_; }
  /// REQUIRES a colour of the list.
  std::uint8_t index_of(std::uint32_t colour) const { return slots_[slot_of(colour)]; }
  /// Keeps the order of `palette` if that has them all, since the source's indices deflate well. Otherwise colours that
  /// are not opaque come first, so that tRNS needs no entries for the others.
  void put_in_order(std::span<const std::uint32_t> palette);

 private:
  static constexpr std::size_t k_slots = 1024;

  std::size_t slot_of(std::uint32_t colour) const;
  bool holds(std::uint32_t colour) const { return used_[slot_of(colour)]; }
  bool add(std::uint32_t colour);

  std::vector<std::uint32_t> list_;
  std::array<std::uint8_t, k_slots> slots_{};  ///< indices into list_
  std::array<bool, k_slots> used_{};
};

/// How rows are written.
struct PngForm {
  int type = PNG_COLOR_TYPE_RGB;
  int depth = 8;
  std::optional<PngColours> colours;  ///< of a palette

  int channels() const;
};

/// The forms worth trying, at least one: the one with the fewest bits a pixel, and others that may be smaller, since a
/// palette is not deflated and packed bits deflate less well. A grey picture stays grey; with a `profile` colour stays
/// colour, since a profile for one does not fit the other. `picture` and `palette` as in encode_png().
std::vector<PngForm> lossless_forms(const Picture& picture, std::span<const std::uint32_t> palette, bool profile);

/// A row, a byte for each sample whatever the depth.
void form_row(const Picture& picture, int y, const PngForm& form, png_byte* out);

}  // namespace thumbs::image
