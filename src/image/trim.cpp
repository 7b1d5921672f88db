// Looks at each pixel of the borders once, and at few of what they enclose.
#include "image/trim.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "image/colour/icc.h"
#include "image/resize/linear_light.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

/// A pixel as it is stored: three channels (grey: three times the same; premultiplied) and alpha, 8 bits each.
using Pixel = std::uint32_t;

constexpr Pixel pixel_of(std::uint32_t first, std::uint32_t second, std::uint32_t third, std::uint32_t alpha) {
  return first << 24 | second << 16 | third << 8 | alpha;
}

std::uint32_t narrowed_8(std::uint16_t v) { return (v + 128U) / 257U; }

constexpr int channel_of(Pixel pixel, int shift) { return static_cast<int>(pixel >> shift & 255U); }

/// JFIF's YCbCr, as everywhere (colour.cpp).
Pixel rgb_of_ycbcr(Pixel pixel) {
  const int luma = (channel_of(pixel, 24) << 16) + (1 << 15);
  const int cb = channel_of(pixel, 16) - 128, cr = channel_of(pixel, 8) - 128;
  const auto byte = [](int v) { return static_cast<std::uint32_t>(std::clamp(v >> 16, 0, 255)); };
  return pixel_of(byte(luma + 91881 * cr), byte(luma - 22554 * cb - 46802 * cr), byte(luma + 116130 * cb), 255);
}

/// A picture's pixels, at the resolution of its first plane. Reads those alone that somebody asks for.
class Pixels {
 public:
  Pixels(const Picture& picture, Size samples) : picture_(picture), samples_(samples) {
    const Plane& first = picture.planes.front();
    for (std::size_t i = 0; i < picture.planes.size(); ++i)
      for (int x = 0; x < samples.width; ++x)
        columns_[i].push_back(place(x, first.pitch_x, picture.planes[i].pitch_x, picture.planes[i].width));
  }

  Size samples() const { return samples_; }

  void go_to_row(int y) {
    const double first = picture_.planes.front().pitch_y;
    for (std::size_t i = 0; i < picture_.planes.size(); ++i) {
      const Plane& plane = picture_.planes[i];
      const int row = place(y, first, plane.pitch_y, plane.height);
      if (plane.bytes_per_sample == 1) rows_[i].bytes = plane.row<std::uint8_t>(row);
      if (plane.bytes_per_sample == 2) rows_[i].words = plane.row<std::uint16_t>(row);
    }
  }

  /// Of the row.
  Pixel at(int x) const {
    const std::uint32_t first = value(0, x);
    const std::uint32_t alpha = picture_.alpha ? value(picture_.planes.size() - 1, x) : 255;
    if (picture_.model == ColourModel::grey) return pixel_of(first, first, first, alpha);
    return pixel_of(first, value(1, x), value(2, x), alpha);
  }

 private:
  struct Row {
    const std::uint8_t* bytes = nullptr;
    const std::uint16_t* words = nullptr;
  };

  /// The sample of a plane where sample `at` of the first plane is.
  static int place(int at, double first_pitch, double pitch, int size) {
    return std::min(static_cast<int>((at + 0.5) * first_pitch / pitch), size - 1);
  }

  std::uint32_t value(std::size_t plane, int x) const {
    const int column = columns_[plane][static_cast<std::size_t>(x)];
    return rows_[plane].bytes != nullptr ? rows_[plane].bytes[column] : narrowed_8(rows_[plane].words[column]);
  }

  const Picture& picture_;
  Size samples_;
  std::array<std::vector<int>, 5> columns_;
  std::array<Row, 5> rows_;
};

/// CIE's L*, a* and b*, and alpha in percent.
using Place = std::array<double, 4>;

/// Newton's method from above: libm's cube root differs between machines.
double cube_root(double v) {
  double root = 1;
  for (int i = 0; i < 100; ++i) {
    const double next = (2 * root + v / (root * root)) / 3;
    if (next >= root) break;
    root = next;
  }
  return root;
}

double lab_curve(double t) { return t > 216.0 / 24389 ? cube_root(t) : (24389.0 / 27 * t + 16) / 116; }

Place place_of(Pixel pixel) {
  const auto light = [&](int shift) {
    return light_of_srgb()[static_cast<std::uint32_t>(channel_of(pixel, shift)) * 257U] / 65535.0;
  };
  const double r = light(24), g = light(16), b = light(8);
  // sRGB's primaries, each row divided by its sum: white is 1, 1, 1.
  const double x = lab_curve(0.4339499 * r + 0.3762098 * g + 0.1898403 * b);
  const double y = lab_curve(0.2126729 * r + 0.7151521 * g + 0.0721750 * b);
  const double z = lab_curve(0.0177566 * r + 0.1094680 * g + 0.8727755 * b);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z), channel_of(pixel, 0) * 100.0 / 255};
}

/// Tells what is like one colour. Remembers the last answers, since borders have few colours.
class Likeness {
 public:
  Likeness(Pixel colour, ColourModel model, double threshold)
      : colour_(colour), model_(model), place_(place(colour)), most_(threshold * threshold), known_(k_entries) {}

  bool operator()(Pixel pixel) {
    if (pixel == colour_) return true;
    Answer& answer = known_[(pixel * 2654435761U) >> (32 - k_entry_bits)];
    if (!answer.is_set || answer.pixel != pixel) answer = {pixel, true, compare(pixel)};
    return answer.alike;
  }

 private:
  static constexpr int k_entry_bits = 12;
  static constexpr std::size_t k_entries = std::size_t{1} << k_entry_bits;
  struct Answer {
    Pixel pixel = 0;
    bool is_set = false;
    bool alike = false;
  };

  Place place(Pixel pixel) const { return place_of(model_ == ColourModel::ycbcr ? rgb_of_ycbcr(pixel) : pixel); }

  bool compare(Pixel pixel) const {
    const Place other = place(pixel);
    double sum = 0;
    for (std::size_t i = 0; i < other.size(); ++i) sum += (other[i] - place_[i]) * (other[i] - place_[i]);
    return sum <= most_;
  }

  Pixel colour_;
  ColourModel model_;
  Place place_;
  double most_;
  std::vector<Answer> known_;
};

Pixel border_colour(Pixels& pixels, ColourModel model, double threshold) {
  const int right = pixels.samples().width - 1, bottom = pixels.samples().height - 1;
  std::array<Pixel, 4> corners{};
  pixels.go_to_row(0);
  corners[0] = pixels.at(0);
  corners[1] = pixels.at(right);
  pixels.go_to_row(bottom);
  corners[2] = pixels.at(0);
  corners[3] = pixels.at(right);
  std::array<std::ptrdiff_t, 4> alike{};
  for (std::size_t i = 0; i < corners.size(); ++i) {
    Likeness is_like(corners[i], model, threshold);
    alike[i] = std::ranges::count_if(corners, [&](Pixel other) { return is_like(other); });
  }
  return corners[static_cast<std::size_t>(std::ranges::max_element(alike) - alike.begin())];
}

/// In samples; nothing found: right < left.
struct Box {
  int left;
  int top = 0;
  int right = -1;
  int bottom = -1;
};

/// Widens the box by a row: looks beside the box first, and into it only where nothing is found there.
void take_row(const Pixels& pixels, int y, Likeness& is_border, Box& box) {
  const auto differs = [&](int x) { return !is_border(pixels.at(x)); };
  const int width = pixels.samples().width;
  const bool was_empty = box.right < 0;
  bool found = false;
  for (int x = 0; x < box.left && !found; ++x)
    if ((found = differs(x))) box.left = x;
  if (was_empty && !found) return;
  if (was_empty) box.top = y;
  for (int x = width - 1; x > std::max(box.right, box.left - 1); --x) {
    if (!differs(x)) continue;
    box.right = x;
    found = true;
    break;
  }
  for (int x = box.left; x <= box.right && !found; ++x) found = differs(x);
  if (found) box.bottom = y;
}

Size sample_count(const Picture& picture, Size stored) {
  const Plane& first = picture.planes.front();
  return {std::min(first.width, static_cast<int>(std::ceil(stored.width / first.pitch_x))),
          std::min(first.height, static_cast<int>(std::ceil(stored.height / first.pitch_y)))};
}

/// Inks as rgb: its planes are taken for a picture of their own size.
Picture without_inks(Picture picture, Size samples, const Header& header) {
  picture.width = samples.width;
  picture.height = samples.height;
  for (Plane& plane : picture.planes) plane.pitch_x = plane.pitch_y = 1;
  conversion_to_srgb(header.colours, header.model, header.bits).to_srgb->apply(picture);
  return picture;
}

}  // namespace

Scale border_scale(const Decoder& decoder) {
  const Header& header = decoder.header();
  const double area = static_cast<double>(header.width) * header.height;
  const bool by_halves = header.format == FileFormat::jpeg;  // where less resolution saves time, and more costs it
  const double allowed = by_halves ? std::sqrt(area / (1 << 19)) : std::ceil(std::sqrt(area / (1 << 22)));
  const int shrink = decoder.shrink_for(std::max(1.0, allowed));
  return {.shrink = shrink, .coarse_chroma = shrink > 1};
}

std::uint64_t border_memory(const Header& header, Scale scale) {
  const std::uint64_t across = static_cast<std::uint64_t>(header.width / scale.shrink + 1);
  const std::uint64_t down = static_cast<std::uint64_t>(header.height / scale.shrink + 1);
  constexpr std::uint64_t k_each_column = 5 * sizeof(int), k_fixed = 1 << 18;
  const std::uint64_t converted = header.model == ColourModel::cmyk ? 4 * (across + 128) * down : 0;
  return across * k_each_column + converted + k_fixed;
}

BorderSearch::BorderSearch(Picture picture, const Header& header)
    : stored_{header.width, header.height},
      samples_(sample_count(picture, stored_)),
      pitch_x_(picture.planes.front().pitch_x),
      pitch_y_(picture.planes.front().pitch_y) {
  const bool inks = picture.model == ColourModel::cmyk;
  picture_ = inks ? without_inks(std::move(picture), samples_, header) : std::move(picture);
}

Region BorderSearch::content(double threshold) const {
  Pixels pixels(picture_, samples_);
  Likeness is_border(border_colour(pixels, picture_.model, threshold), picture_.model, threshold);
  Box box{.left = samples_.width};
  Pace pace;
  for (int y = 0; y < samples_.height; ++y) {
    pace.keep(static_cast<std::size_t>(samples_.width));
    pixels.go_to_row(y);
    take_row(pixels, y, is_border, box);
  }
  if (box.right < 0) return {0, 0, stored_};
  const int x = static_cast<int>(std::floor(box.left * pitch_x_)), y = static_cast<int>(std::floor(box.top * pitch_y_));
  const int right = std::min(stored_.width, static_cast<int>(std::ceil((box.right + 1) * pitch_x_)));
  const int bottom = std::min(stored_.height, static_cast<int>(std::ceil((box.bottom + 1) * pitch_y_)));
  return {x, y, {right - x, bottom - y}};
}

Region with_margin(const Region& content, Size stored, const Trim& trim) {
  const int shorter = std::min(content.size.width, content.size.height);
  const int margin = static_cast<int>(std::llround(shorter * trim.margin / 100));
  const int left = std::max(0, content.x - margin), top = std::max(0, content.y - margin);
  const int right = std::min(stored.width, content.x + content.size.width + margin);
  const int bottom = std::min(stored.height, content.y + content.size.height + margin);
  return {left, top, {right - left, bottom - top}};
}

}  // namespace thumbs::image
