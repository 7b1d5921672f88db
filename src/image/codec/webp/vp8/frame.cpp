#include "image/codec/webp/vp8/frame.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "image/codec/webp/vp8/bool_writer.h"
#include "image/codec/webp/vp8/costs.h"
#include "image/codec/webp/vp8/macroblock.h"
#include "support/work_limit.h"

namespace thumbs::image::vp8 {
namespace {

/// What a decoder will have of a plane, with what it takes for the samples around it: 127 above, 129 before.
class RestoredPlane {
 public:
  RestoredPlane(int width, int height)
      : stride_(width + 2 * k_side),
        samples_(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(height + 1), 127) {
    for (int y = 0; y < height; ++y) at(-1, y)[0] = 129;
  }
  std::uint8_t* at(int x, int y) { return samples_.data() + std::ptrdiff_t{y + 1} * stride_ + k_side + x; }
  Target target(int x, int y) { return {at(x, y), stride_}; }

 private:
  static constexpr int k_side = 16;
  int stride_;
  std::vector<std::uint8_t> samples_;
};

struct Effort {
  Search search;
  int passes;
};

Effort effort_of(int effort) {
  constexpr std::array<Effort, 7> k_efforts = {
      {{{1, 16}, 1}, {{1, 16}, 1}, {{2, 16}, 1}, {{2, 16}, 1}, {{3, 16}, 1}, {{4, 18}, 2}, {{10, 21}, 3}}};
  return k_efforts[static_cast<std::size_t>(effort)];
}

class Encoder {
 public:
  Encoder(const Yuv& picture, int quality, const Effort& effort)
      : picture_(picture),
        effort_(effort),
        plan_(plan_of(picture, quality)),
        y_(16 * picture.across(), 16 * picture.down()),
        u_(8 * picture.across(), 8 * picture.down()),
        v_(8 * picture.across(), 8 * picture.down()),
        macroblocks_(plan_.of.size()) {
    std::copy_n(k_default_probabilities, k_probabilities, probabilities_.begin());
  }

  std::vector<std::byte> encode() {
    costs_.build(probabilities_);
    for (int pass = 0; pass < effort_.passes; ++pass) {
      choose_all(pass == 0);
      probabilities_ = counts_.best();
      costs_.build(probabilities_);
    }
    constexpr std::size_t k_most_header = 1 << 19;
    const std::vector<std::uint8_t> modes = header();
    if (modes.size() >= k_most_header) return {};
    return file(modes, tokens());
  }

 private:
  /// Calls visit(macroblock, x, y, above, left) for each, row by row.
  template <class Visit>
  void each_macroblock(const Visit& visit) {
    std::vector<Border> above(static_cast<std::size_t>(picture_.across()));
    auto macroblock = macroblocks_.begin();
    for (int y = 0; y < picture_.down(); ++y) {
      keep_within_limits();
      Border left;
      for (int x = 0; x < picture_.across(); ++x, ++macroblock)
        visit(*macroblock, x, y, above[static_cast<std::size_t>(x)], left);
    }
  }

  void choose_all(bool learn);
  std::vector<std::uint8_t> header();
  std::vector<std::uint8_t> tokens();
  void put_segments(BoolWriter& out) const;
  void put_modes(BoolWriter& out, const Macroblock& macroblock, const Border& above, const Border& left) const;
  std::array<int, 3> segment_probabilities() const;
  std::vector<std::byte> file(const std::vector<std::uint8_t>& header, const std::vector<std::uint8_t>& tokens) const;

  const Yuv& picture_;
  const Effort effort_;
  Plan plan_;
  RestoredPlane y_, u_, v_;
  std::vector<Macroblock> macroblocks_;
  Probabilities probabilities_;
  TokenCosts costs_;
  TokenCounts counts_;
};

/// `learn`: what tokens cost is told anew from time to time, by those met so far.
void Encoder::choose_all(bool learn) {
  constexpr std::size_t k_least = 96;
  const std::size_t interval = std::max(macroblocks_.size() / 8, k_least);
  std::size_t done = 0;
  counts_ = {};
  each_macroblock([&](Macroblock& macroblock, int x, int y, Border& above, Border& left) {
    macroblock.segment = plan_.of[done];
    const Place place{y_.target(16 * x, 16 * y), u_.target(8 * x, 8 * y), v_.target(8 * x, 8 * y), y > 0, x > 0};
    choose(source_of(picture_, x, y), plan_.segments[macroblock.segment], place, above, left, costs_, effort_.search,
           macroblock);
    if (x + 1 == picture_.across()) std::fill_n(y_.at(16 * x + 16, 16 * y + 15), 4, *y_.at(16 * x + 15, 16 * y + 15));
    remember_modes(macroblock, above, left);
    each_block(macroblock, above, left, [&](Plane plane, unsigned context, int first, const Levels& levels) {
      each_token(
          plane, context, first, levels, [&](std::size_t node, bool bit) { counts_.count(node, bit); },
          [](bool, int) {});
    });
    if (++done % interval == 0 && learn) costs_.build(counts_.best());
  });
}

/// Of 0 in the tree of segments.
std::array<int, 3> Encoder::segment_probabilities() const {
  std::array<std::size_t, k_most_segments> counts{};
  for (const std::uint8_t segment : plan_.of) ++counts[segment];
  const auto of = [](std::size_t zeros, std::size_t ones) {
    return zeros + ones == 0 ? 255 : std::clamp(static_cast<int>(zeros * 255 / (zeros + ones)), 1, 255);
  };
  return {of(counts[0] + counts[1], counts[2] + counts[3]), of(counts[0], counts[1]), of(counts[2], counts[3])};
}

/// RFC 6386, 9.3 and 9.6.
void Encoder::put_segments(BoolWriter& out) const {
  out.put_evenly(plan_.count > 1);
  if (plan_.count > 1) {
    out.put_evenly(true);  // a map of the segments
    out.put_evenly(true);  // their values
    out.put_evenly(true);  // which are not relative
    for (const Segment& segment : plan_.segments) {
      out.optional(segment.index, 7, segment.index != 0);
      if (segment.index != 0) out.put_evenly(false);  // the sign
    }
    for (const Segment& segment : plan_.segments) {
      out.optional(segment.filter, 6, segment.filter != 0);
      if (segment.filter != 0) out.put_evenly(false);
    }
    for (const int probability : segment_probabilities()) out.optional(probability, 8, probability != 255);
  }
  int filter = 0;  // that of all, which turns filtering on
  for (const Segment& segment : plan_.segments) filter = std::max(filter, segment.filter);
  out.put_evenly(false);  // the normal filter
  out.literal(filter, 6);
  out.literal(0, 3);      // its sharpness
  out.put_evenly(false);  // no levels by mode
}

void Encoder::put_modes(BoolWriter& out, const Macroblock& macroblock, const Border& above, const Border& left) const {
  const auto put = [&](bool bit, int probability) { out.put(bit, probability); };
  put(!macroblock.each_4, k_modes_16_probability);
  if (macroblock.each_4) {
    auto up = above.modes, before = left.modes;
    for (std::size_t i = 0; i < 16; ++i) {
      const std::uint8_t* probabilities =
          k_mode_probabilities + (up[i % 4] * k_modes_4 + before[i / 4]) * (k_modes_4 - 1);
      each_mode_bit(macroblock.modes[i], [&](bool bit, int index) { put(bit, probabilities[index]); });
      up[i % 4] = before[i / 4] = macroblock.modes[i];
    }
  } else {
    each_mode_bit_16(macroblock.mode_16, put);
  }
  each_mode_bit_uv(macroblock.mode_uv, put);
}

/// The first partition: RFC 6386, 9.2 to 9.11 and 19.2, and each macroblock's modes.
std::vector<std::uint8_t> Encoder::header() {
  BoolWriter out;
  out.put_evenly(false);  // BT.601
  out.put_evenly(false);  // decoders must clip
  put_segments(out);
  out.literal(0, 2);  // one partition of tokens
  out.literal(plan_.segments[0].index, 7);
  out.literal(0, 5);      // no quantiser of its own for any plane
  out.put_evenly(false);  // no later frame has these probabilities
  for (std::size_t i = 0; i < k_probabilities; ++i) {
    const bool changed = probabilities_[i] != k_default_probabilities[i];
    out.put(changed, k_update_probabilities[i]);
    if (changed) out.literal(probabilities_[i], 8);
  }
  const auto all = macroblocks_.size();
  const auto empty = static_cast<std::size_t>(
      std::count_if(macroblocks_.begin(), macroblocks_.end(), [](const Macroblock& m) { return m.empty; }));
  const int not_empty = std::clamp(static_cast<int>((all - empty) * 255 / all), 1, 255);
  out.put_evenly(true);  // empty macroblocks say so
  out.literal(not_empty, 8);
  const std::array<int, 3> tree = segment_probabilities();
  each_macroblock([&](const Macroblock& macroblock, int, int, Border& above, Border& left) {
    const bool upper = macroblock.segment > 1;
    if (plan_.count > 1) out.put(upper, tree[0]);
    if (plan_.count > 1) out.put(macroblock.segment % 2 != 0, tree[upper ? 2 : 1]);
    out.put(macroblock.empty, not_empty);
    put_modes(out, macroblock, above, left);
    remember_modes(macroblock, above, left);
  });
  return out.finish();
}

std::vector<std::uint8_t> Encoder::tokens() {
  BoolWriter out;
  each_macroblock([&](const Macroblock& macroblock, int, int, Border& above, Border& left) {
    each_block(macroblock, above, left, [&](Plane plane, unsigned context, int first, const Levels& levels) {
      each_token(
          plane, context, first, levels, [&](std::size_t node, bool bit) { out.put(bit, probabilities_[node]); },
          [&](bool bit, int probability) { out.put(bit, probability); });
    });
  });
  return out.finish();
}

/// RIFF, the chunk, the frame's tag and start code (RFC 6386, 9.1), the partitions.
std::vector<std::byte> Encoder::file(const std::vector<std::uint8_t>& header,
                                     const std::vector<std::uint8_t>& tokens) const {
  constexpr std::size_t k_tags = 10;
  std::vector<std::byte> out;
  const std::size_t frame = k_tags + header.size() + tokens.size(), padding = frame % 2;
  out.reserve(20 + frame + padding);
  const auto text = [&](std::string_view letters) {
    for (const char letter : letters) out.push_back(static_cast<std::byte>(letter));
  };
  const auto number = [&](std::size_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(value >> 8 * i & 255));
  };
  text("RIFF");
  number(12 + frame + padding, 4);
  text("WEBPVP8 ");
  number(frame, 4);
  number(std::size_t{1} << 4 | header.size() << 5, 3);  // a key frame, shown
  text("\x9d\x01\x2a");
  number(static_cast<std::size_t>(picture_.width), 2);
  number(static_cast<std::size_t>(picture_.height), 2);
  for (const auto* part : {&header, &tokens})
    out.insert(out.end(), reinterpret_cast<const std::byte*>(part->data()),
               reinterpret_cast<const std::byte*>(part->data()) + part->size());
  number(0, static_cast<int>(padding));
  return out;
}

}  // namespace

std::vector<std::byte> encode(const Yuv& picture, int quality, int effort) {
  constexpr std::int64_t k_most_macroblocks = 1 << 16;  // more would hardly fit
  if (std::int64_t{picture.across()} * picture.down() > k_most_macroblocks) return {};
  return Encoder(picture, quality, effort_of(effort)).encode();
}

}  // namespace thumbs::image::vp8
