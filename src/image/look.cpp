// The colour is the mean of the fullest of 4096 cells of sRGB. The placeholder is a few cosine terms of luma, two
// differences of colour, and alpha, as the description of ThumbHash has them.
#include "image/look.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

namespace thumbs::image {
namespace {

constexpr int k_most_side = 48;  // enough for seven waves

/// Colours and alpha of the reduction, as four channels of 8 bits.
struct RgbaPixels {
  int width = 0;
  int height = 0;
  std::vector<std::array<std::uint8_t, 4>> rgba;
};

RgbaPixels pixels_of(const Picture& picture) {
  const Plane& first = picture.planes.front();
  RgbaPixels pixels{first.width, first.height, {}};
  pixels.rgba.resize(static_cast<std::size_t>(first.width) * static_cast<std::size_t>(first.height));
  auto* pixel = pixels.rgba.data();
  const std::size_t step = picture.model == ColourModel::grey ? 0 : 1;
  for (int y = 0; y < first.height; ++y) {
    const auto row = [&](std::size_t plane) { return picture.planes[plane].row<std::uint8_t>(y); };
    const std::uint8_t* const alpha = picture.alpha ? row(picture.planes.size() - 1) : nullptr;
    const std::uint8_t* const red = row(0);
    const std::uint8_t* const green = row(step);
    const std::uint8_t* const blue = row(2 * step);
    for (int x = 0; x < first.width; ++x)
      *pixel++ = {red[x], green[x], blue[x], alpha != nullptr ? alpha[x] : std::uint8_t{255}};
  }
  return pixels;
}

/// Weights are alpha; a picture without any visible pixel is black.
std::array<std::uint8_t, 3> dominant_colour(const RgbaPixels& pixels) {
  const auto cell_of = [](const std::array<std::uint8_t, 4>& pixel) {
    return static_cast<unsigned>((pixel[0] >> 4) << 8 | (pixel[1] >> 4) << 4 | pixel[2] >> 4);
  };
  std::array<std::uint32_t, 4096> weights{};
  std::uint32_t most = 0;
  unsigned fullest = 0;
  for (const auto& pixel : pixels.rgba) {
    const unsigned cell = cell_of(pixel);
    const std::uint32_t weight = weights[cell] += pixel[3];
    if (weight < most || (weight == most && cell > fullest)) continue;
    most = weight;  // of several, the first cell
    fullest = cell;
  }
  if (most == 0) return {};
  std::array<std::uint64_t, 3> sums{};
  for (const auto& pixel : pixels.rgba) {
    if (cell_of(pixel) != fullest) continue;
    for (std::size_t i = 0; i < 3; ++i) sums[i] += std::uint64_t{pixel[i]} * pixel[3];
  }
  std::array<std::uint8_t, 3> colour{};
  for (std::size_t i = 0; i < 3; ++i) colour[i] = static_cast<std::uint8_t>((sums[i] + most / 2) / most);
  return colour;
}

// A sample is 255 << k_sample_bits at most, or three times that for luma; cosines are rounded to k_cosine_bits. With
// 100 × 100 pixels no sum leaves 63 bits.
constexpr int k_sample_bits = 16;
constexpr int k_cosine_bits = 20;

using Channel = std::vector<std::int32_t>;

/// Cosine terms of a channel, each times the number of pixels and 2^k_cosine_bits.
struct Terms {
  std::int64_t constant = 0;
  std::vector<std::int64_t> varying;
  std::int64_t most = 0;  ///< the largest of the varying ones, sign aside
};

using Wave = std::vector<std::int32_t>;

/// Pictures of one size are many, and their waves are few.
const Wave& cosines(int size, int frequency) {
  thread_local std::map<std::pair<int, int>, Wave> known;
  const auto [place, added] = known.try_emplace({size, frequency});
  if (!added) return place->second;
  for (int i = 0; i < size; ++i)
    place->second.push_back(static_cast<std::int32_t>(
        std::llround(std::cos(std::numbers::pi / size * frequency * (i + 0.5)) * (std::int64_t{1} << k_cosine_bits))));
  return place->second;
}

/// A wave of an even frequency is its own mirror image, one of an odd frequency the opposite: so a row's sums and
/// differences of samples that mirror each other need half of the products.
struct Folded {
  Channel sums;
  Channel differences;
  std::size_t width = 0;
};

Folded folded(const Channel& channel, std::size_t width) {
  const std::size_t half = (width + 1) / 2;
  Folded rows{Channel(channel.size() / width * half), {}, half};
  rows.differences.resize(rows.sums.size());
  std::size_t to = 0;
  for (std::size_t first = 0; first < channel.size(); first += width)
    for (std::size_t x = 0; x < half; ++x, ++to) {
      const std::int32_t left = channel[first + x];
      const std::int32_t right = channel[first + width - 1 - x];
      const bool middle = 2 * x + 1 == width;
      rows.sums[to] = middle ? left : left + right;
      rows.differences[to] = left - right;
    }
  return rows;
}

/// Each row against one horizontal cosine.
std::vector<std::int64_t> row_sums(const Folded& rows, int width, int height, int frequency) {
  const Wave& wave = cosines(width, frequency);
  std::vector<std::int64_t> sums(static_cast<std::size_t>(height));
  const std::int32_t* sample = (frequency % 2 == 0 ? rows.sums : rows.differences).data();
  for (std::int64_t& sum : sums) {
    for (std::size_t x = 0; x < rows.width; ++x) sum += std::int64_t{sample[x]} * wave[x];
    sum >>= k_cosine_bits;
    sample += rows.width;
  }
  return sums;
}

/// The terms below the diagonal of an nx × ny grid of frequencies, by rows.
Terms terms_of(const Channel& channel, int width, int height, int nx, int ny) {
  std::vector<std::vector<std::int64_t>> rows;
  const Folded halves = folded(channel, static_cast<std::size_t>(width));
  for (int cx = 0; cx < nx; ++cx) rows.push_back(row_sums(halves, width, height, cx));
  Terms terms;
  for (int cy = 0; cy < ny; ++cy) {
    const Wave& wave = cosines(height, cy);
    for (int cx = 0; cx * ny < nx * (ny - cy); ++cx) {
      std::int64_t sum = 0;
      const std::vector<std::int64_t>& row = rows[static_cast<std::size_t>(cx)];
      for (std::size_t y = 0; y < row.size(); ++y) sum += row[y] * wave[y];
      if (cx == 0 && cy == 0) {
        terms.constant = sum;
        continue;
      }
      terms.varying.push_back(sum);
      terms.most = std::max(terms.most, std::abs(sum));
    }
  }
  return terms;
}

/// `levels` × the term's share of `full`, rounded.
unsigned scaled(std::int64_t term, double full, double levels) {
  return static_cast<unsigned>(std::lround(std::clamp(static_cast<double>(term) / full * levels, 0.0, levels)));
}

/// 0 to 63, for a share of -1 to 1.
unsigned centred(std::int64_t term, double full) {
  return static_cast<unsigned>(std::lround(std::clamp(31.5 * (1 + static_cast<double>(term) / full), 0.0, 63.0)));
}

/// 0 to 15: from the least to the greatest that the channel has.
unsigned level(std::int64_t term, std::int64_t most) {
  if (most == 0) return 0;
  const double share = static_cast<double>(term) / static_cast<double>(most);
  return static_cast<unsigned>(std::lround(7.5 * (1 + share)));
}

/// The picture over its mean colour, as ThumbHash sees it.
struct Channels {
  Channel luma;         ///< times 3
  Channel yellow_blue;  ///< times 2
  Channel red_green;
  Channel alpha;
};

Channels channels_of(const RgbaPixels& pixels) {
  std::int64_t weight = 0;
  std::array<std::int64_t, 3> mean{};
  for (const auto& pixel : pixels.rgba) {
    weight += pixel[3];
    for (std::size_t i = 0; i < 3; ++i) mean[i] += std::int64_t{pixel[i]} * pixel[3];
  }
  for (std::int64_t& sum : mean) sum = weight == 0 ? 0 : (sum << k_sample_bits) / weight;
  Channels channels;
  for (Channel* const channel : {&channels.luma, &channels.yellow_blue, &channels.red_green, &channels.alpha})
    channel->resize(pixels.rgba.size());
  for (std::size_t at = 0; at < pixels.rgba.size(); ++at) {
    const auto& pixel = pixels.rgba[at];
    std::array<std::int32_t, 3> over{};
    for (std::size_t i = 0; i < 3; ++i) {
      over[i] = std::int32_t{pixel[i]} << k_sample_bits;
      if (pixel[3] != 255)
        over[i] = static_cast<std::int32_t>(
            (mean[i] * (255 - pixel[3]) + (std::int64_t{pixel[i]} << k_sample_bits) * pixel[3]) / 255);
    }
    channels.luma[at] = over[0] + over[1] + over[2];
    channels.yellow_blue[at] = over[0] + over[1] - 2 * over[2];
    channels.red_green[at] = over[0] - over[1];
    channels.alpha[at] = std::int32_t{pixel[3]} << k_sample_bits;
  }
  return channels;
}

/// Writes half bytes, low ones first.
class NibbleWriter {
 public:
  explicit NibbleWriter(PictureLook& look) : look_(look) {}
  void byte(unsigned value) { look_.thumbhash[look_.thumbhash_bytes++] = static_cast<std::uint8_t>(value & 255U); }
  void nibble(unsigned value) {
    if (!half_) {
      byte(value);
    } else {
      std::uint8_t& last = look_.thumbhash[look_.thumbhash_bytes - 1U];
      last = static_cast<std::uint8_t>(last | value << 4U);
    }
    half_ = !half_;
  }

 private:
  PictureLook& look_;
  bool half_ = false;
};

/// How many luma terms a side has: in proportion to the picture's.
int luma_terms(int side, int longer, int most) {
  return std::max(1, static_cast<int>(std::lround(static_cast<double>(most * side) / longer)));
}

void write_thumbhash(const RgbaPixels& pixels, PictureLook& look) {
  const int width = pixels.width;
  const int height = pixels.height;
  const bool alpha = std::ranges::any_of(pixels.rgba, [](const auto& pixel) { return pixel[3] != 255; });
  const int lx = luma_terms(width, std::max(width, height), alpha ? 5 : 7);
  const int ly = luma_terms(height, std::max(width, height), alpha ? 5 : 7);
  const Channels channels = channels_of(pixels);
  const Terms l = terms_of(channels.luma, width, height, std::max(3, lx), std::max(3, ly));
  const Terms p = terms_of(channels.yellow_blue, width, height, 3, 3);
  const Terms q = terms_of(channels.red_green, width, height, 3, 3);
  const Terms a = alpha ? terms_of(channels.alpha, width, height, 5, 5) : Terms{};

  const double unit = 255.0 * (1 << k_sample_bits) * (1 << k_cosine_bits) * width * height;
  const bool landscape = width > height;
  const unsigned constants = scaled(l.constant, 3 * unit, 63) | centred(p.constant, 2 * unit) << 6U |
                             centred(q.constant, unit) << 12U | scaled(l.most, 3 * unit, 31) << 18U |
                             (alpha ? 1U : 0U) << 23U;
  const unsigned shape = static_cast<unsigned>(landscape ? ly : lx) | scaled(p.most, 2 * unit, 63) << 3U |
                         scaled(q.most, unit, 63) << 9U | (landscape ? 1U : 0U) << 15U;
  NibbleWriter out(look);
  for (const unsigned byte : {constants, constants >> 8U, constants >> 16U, shape, shape >> 8U}) out.byte(byte);
  if (alpha) out.byte(scaled(a.constant, unit, 15) | scaled(a.most, unit, 15) << 4U);
  for (const Terms* const terms : {&l, &p, &q, &a})
    for (const std::int64_t term : terms->varying) out.nibble(level(term, terms->most));
}

}  // namespace

ResolvedVariant look_settings() {
  Variant reduction;
  reduction.width = k_most_side;
  reduction.height = k_most_side;
  reduction.kernel = Kernel::box;
  reduction.fail_on = FailOn::none;
  return {reduction, PictureFormat::png};
}

ThumbnailPlan plan_look(const Decoder& decoder, const ResolvedVariant& settings) {
  ThumbnailPlan plan = plan_thumbnail(decoder, settings);
  const Header& header = decoder.header();
  plan.shrink =
      decoder.shrink_for(std::max(1.0, static_cast<double>(std::max(header.width, header.height)) / k_most_side));
  plan.coarse_chroma = plan.shrink > 1;
  return plan;
}

PictureLook look_of(const Picture& reduction) {
  const RgbaPixels pixels = pixels_of(reduction);
  PictureLook look;
  look.dominant_colour = dominant_colour(pixels);
  write_thumbhash(pixels, look);
  return look;
}

}  // namespace thumbs::image
