// Counts colours once, up to 257; if there are few, everything else follows from them.
#include "image/codec/png/reduce.h"

#include <algorithm>
#include <iterator>

namespace thumbs::image {
namespace {

constexpr std::size_t k_most_colours = 256;
constexpr std::uint32_t k_opaque = 255;

std::uint32_t grey_of(std::uint32_t colour) { return colour >> 24; }
bool is_opaque(std::uint32_t colour) { return (colour & k_opaque) == k_opaque; }
bool is_grey(std::uint32_t colour) {
  return colour >> 24 == (colour >> 16 & 255) && colour >> 24 == (colour >> 8 & 255);
}

/// A row's pixels as colours.
class Row {
 public:
  Row(const Picture& picture, int y) : alpha_(picture.alpha ? picture.planes.back().row<std::uint8_t>(y) : nullptr) {
    for (std::size_t c = 0; c < 3; ++c)
      channels_[c] = picture.planes[picture.model == ColourModel::rgb ? c : 0].row<std::uint8_t>(y);
  }
  std::uint32_t operator[](int x) const {
    return std::uint32_t{channels_[0][x]} << 24 | std::uint32_t{channels_[1][x]} << 16 |
           std::uint32_t{channels_[2][x]} << 8 | (alpha_ == nullptr ? k_opaque : alpha_[x]);
  }

 private:
  std::array<const std::uint8_t*, 3> channels_{};
  const std::uint8_t* alpha_;
};

template <class Predicate>
bool all_pixels(const Picture& picture, const Predicate& is) {
  for (int y = 0; y < picture.height; ++y) {
    const Row row(picture, y);
    for (int x = 0; x < picture.width; ++x)
      if (!is(row[x])) return false;
  }
  return true;
}

/// For all samples, or for the colours if those are known.
template <class Predicate>
bool all_colours(const Picture& picture, const std::optional<PngColours>& colours, const Predicate& is) {
  return colours ? std::ranges::all_of(colours->list(), is) : all_pixels(picture, is);
}

int palette_depth(std::size_t colours) { return colours <= 2 ? 1 : colours <= 4 ? 2 : colours <= 16 ? 4 : 8; }

/// The fewest bits that hold each of the greys exactly.
int grey_depth(const std::vector<std::uint32_t>& colours) {
  for (const int depth : {1, 2, 4}) {
    const std::uint32_t step = k_opaque / ((1U << depth) - 1);
    if (std::ranges::all_of(colours, [&](std::uint32_t colour) { return grey_of(colour) % step == 0; })) return depth;
  }
  return 8;
}

int bits_of(const PngForm& form) { return form.channels() * form.depth; }

/// 8 bits without a palette, and without channels that carry nothing.
PngForm direct_form(const Picture& picture, const std::optional<PngColours>& colours, bool profile) {
  const bool opaque = !picture.alpha || all_colours(picture, colours, is_opaque);
  // Opaque greys are never more than a palette holds.
  const bool may_be_grey = !profile && (colours || !opaque);
  const bool grey = picture.model == ColourModel::grey || (may_be_grey && all_colours(picture, colours, is_grey));
  return {(grey ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB) | (opaque ? 0 : PNG_COLOR_MASK_ALPHA), 8, std::nullopt};
}

/// Leaves those that are cheap to try, and the first of those with the fewest bits.
void drop_costly(const Picture& picture, std::vector<PngForm>& forms) {
  constexpr double k_cheap_bits = 8 * (128 << 10);
  const auto fewest = std::ranges::min_element(forms, {}, bits_of);
  const double pixels = static_cast<double>(picture.width) * picture.height;
  std::vector<PngForm> left;
  for (auto form = forms.begin(); form != forms.end(); ++form)
    if (form == fewest || pixels * bits_of(*form) <= k_cheap_bits) left.push_back(std::move(*form));
  forms = std::move(left);
}

}  // namespace

std::optional<PngColours> PngColours::of(const Picture& picture) {
  PngColours colours;
  std::uint32_t last = 0;
  const bool few = all_pixels(picture, [&](std::uint32_t colour) {
    const bool known = colour == last && !colours.list_.empty();
    last = colour;
    return known || colours.add(colour);
  });
  return few ? std::optional(std::move(colours)) : std::nullopt;
}

/// Where the colour is, or would be.
std::size_t PngColours::slot_of(std::uint32_t colour) const {
  std::size_t slot = (colour * 2654435761U) >> 22;  // Knuth's multiplicative hash
  while (used_[slot] && list_[slots_[slot]] != colour) slot = (slot + 1) % k_slots;
  return slot;
}

/// False for one too many.
bool PngColours::add(std::uint32_t colour) {
  const std::size_t slot = slot_of(colour);
  if (used_[slot]) return true;
  if (list_.size() == k_most_colours) return false;
  slots_[slot] = static_cast<std::uint8_t>(list_.size());
  used_[slot] = true;
  list_.push_back(colour);
  return true;
}

void PngColours::put_in_order(std::span<const std::uint32_t> palette) {
  PngColours ordered;
  for (const std::uint32_t colour : palette)
    if (holds(colour)) ordered.add(colour);
  if (ordered.list_.size() < list_.size()) {
    std::stable_partition(list_.begin(), list_.end(), [](std::uint32_t colour) { return !is_opaque(colour); });
    ordered = {};
    for (const std::uint32_t colour : list_) ordered.add(colour);
  }
  *this = std::move(ordered);
}

int PngForm::channels() const {
  if (colours) return 1;
  return ((type & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1) + ((type & PNG_COLOR_MASK_ALPHA) != 0 ? 1 : 0);
}

std::vector<PngForm> lossless_forms(const Picture& picture, std::span<const std::uint32_t> palette, bool profile) {
  std::optional<PngColours> colours = PngColours::of(picture);
  std::vector<PngForm> forms = {direct_form(picture, colours, profile)};
  if (!colours) return forms;
  if (forms[0].type == PNG_COLOR_TYPE_GRAY) {
    const int depth = grey_depth(colours->list());
    if (depth < 8) forms.push_back({PNG_COLOR_TYPE_GRAY, depth, std::nullopt});
  }
  if (picture.model == ColourModel::rgb) {
    const int depth = palette_depth(colours->list().size());
    colours->put_in_order(palette);
    if (depth < 8) forms.push_back({PNG_COLOR_TYPE_PALETTE, 8, colours});
    forms.push_back({PNG_COLOR_TYPE_PALETTE, depth, std::move(colours)});
    if (!palette.empty())  // of equally small forms, the source's
      forms = {std::make_move_iterator(forms.rbegin()), std::make_move_iterator(forms.rend())};
  }
  drop_costly(picture, forms);
  return forms;
}

void form_row(const Picture& picture, int y, const PngForm& form, png_byte* out) {
  if (form.colours) {
    const Row row(picture, y);
    std::uint32_t last = row[0];
    std::uint8_t index = form.colours->index_of(last);
    for (int x = 0; x < picture.width; ++x) {
      const std::uint32_t colour = row[x];
      if (colour != last) index = form.colours->index_of(last = colour);
      out[x] = index;
    }
    return;
  }
  const auto channels = static_cast<std::size_t>(form.channels());
  const bool alpha = (form.type & PNG_COLOR_MASK_ALPHA) != 0;
  for (std::size_t c = 0; c < channels; ++c) {
    const Plane& plane = alpha && c + 1 == channels ? picture.planes.back() : picture.planes[c];
    const auto* in = plane.row<std::uint8_t>(y);
    for (std::size_t x = 0; x < static_cast<std::size_t>(picture.width); ++x)
      out[x * channels + c] = static_cast<png_byte>(in[x] >> (8 - form.depth));
  }
}

}  // namespace thumbs::image
