// Chunks → colour space (PNG 3, section 11.3.2).
#include "image/codec/png/colour.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <string>

#include "image/codec/png/chunks.h"
#include "image/codec/png/inflate.h"
#include "image/colour/code_points.h"
#include "support/big_endian.h"

namespace thumbs::image {
namespace {

using Data = std::vector<std::byte>;

constexpr double k_unit = 100000;  // of gAMA and cHRM

/// The chunks that speak of colours, the first of each name.
struct ColourChunks {
  std::map<std::uint32_t, Data> found;

  const Data* get(const char (&name)[5]) const {
    const auto at = found.find(png_chunk_name(name));
    return at == found.end() ? nullptr : &at->second;
  }
};

bool speaks_of_colours(std::uint32_t name) {
  return name == png_chunk_name("cICP") || name == png_chunk_name("iCCP") || name == png_chunk_name("sRGB") ||
         name == png_chunk_name("gAMA") || name == png_chunk_name("cHRM");
}

std::string text_of(std::uint32_t name) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(name >> shift & 255);
  return text;
}

ColourChunks read_chunks(ByteSource& source, Warnings& warnings) {
  ColourChunks chunks;
  PngChunks all(source);
  while (const auto chunk = all.next()) {
    if (chunk->name == png_chunk_name("IDAT") || chunk->name == png_chunk_name("IEND")) break;
    if (!speaks_of_colours(chunk->name) || chunk->length > k_most_profile_bytes || chunks.found.contains(chunk->name)) {
      if (!all.skip(*chunk)) break;
      continue;
    }
    if (auto data = all.data(*chunk)) {
      chunks.found.emplace(chunk->name, std::move(*data));
    } else {
      warnings.add(text_of(chunk->name) + " is ignored: it is broken");
    }
  }
  return chunks;
}

std::uint32_t number_at(std::span<const std::byte> data, std::size_t at) { return big_endian_32(data.subspan(at)); }

/// Name, 0, method 0, deflated profile, whose first four bytes are its size. Empty if it is broken or too large.
Data inflated_profile(const Data& chunk) {
  constexpr std::size_t k_most_name = 79, k_least_profile = 128;
  const auto name_end = std::find(chunk.begin(), chunk.end(), std::byte{0});
  const auto name_bytes = static_cast<std::size_t>(name_end - chunk.begin());
  if (name_bytes > k_most_name || name_bytes + 2 >= chunk.size() || chunk[name_bytes + 1] != std::byte{0}) return {};
  const auto deflated = std::span(chunk).subspan(name_bytes + 2);
  std::array<std::byte, 4> head;
  if (inflate_into(deflated, head) != head.size()) return {};
  const std::size_t size = number_at(head, 0);
  if (size < k_least_profile || size > k_most_profile_bytes) return {};
  Data profile(size);
  if (inflate_into(deflated, profile) != size) return {};
  return profile;
}

/// Warns of broken chunks, and notes the first.
class Broken {
 public:
  Broken(Warnings& warnings, std::string& first) : warnings_(warnings), first_(first) {}
  void add(const std::string& chunk) {
    const std::string text = chunk + " is ignored: it is broken";
    warnings_.add(text);
    if (first_.empty()) first_ = text;
  }

 private:
  Warnings& warnings_;
  std::string& first_;
};

/// Empty if it cannot be used.
std::optional<ColourEncoding> read_cicp(const Data& chunk, Warnings& warnings, Broken& broken) {
  const auto ignored = [&](const std::string& why) {
    warnings.add("cICP is ignored: " + why);
    return std::optional<ColourEncoding>();
  };
  if (chunk.size() != 4) return broken.add("cICP"), std::nullopt;
  const auto at = [&](std::size_t i) { return std::to_integer<int>(chunk[i]); };
  const CodePoints meant = encoding_of(at(0), at(1));
  if (!meant.encoding) return ignored(meant.fault);
  if (at(2) != 0 || at(3) != 1) return ignored("only full-range RGB is supported");
  return meant.encoding;
}

bool near(Chromaticity a, Chromaticity b) {
  constexpr double k_tolerance = 0.002;
  return std::abs(a.x - b.x) <= k_tolerance && std::abs(a.y - b.y) <= k_tolerance;
}

bool is_srgb(const Chromaticities& c) {
  const Chromaticities& s = k_srgb_chromaticities;
  return near(c.white, s.white) && near(c.red, s.red) && near(c.green, s.green) && near(c.blue, s.blue);
}

std::optional<Chromaticities> read_chrm(const Data& chunk) {
  if (chunk.size() != 32) return std::nullopt;
  std::array<Chromaticity, 4> points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i] = {number_at(chunk, i * 8) / k_unit, number_at(chunk, i * 8 + 4) / k_unit};
    if (points[i].x > 1 || points[i].y > 1) return std::nullopt;
  }
  // A white without y has no light; collinear primaries span nothing, which lcms finds out.
  if (points[0].y <= 0 || points[0].x <= 0) return std::nullopt;
  return Chromaticities{points[0], points[1], points[2], points[3]};
}

/// Empty if it is sRGB, or cannot be used.
std::optional<ColourEncoding> read_gamma(const Data& gamma, const Data* chromaticities, Broken& broken) {
  // Numbers beyond these are mistakes: nobody stores light to the power of a hundredth.
  constexpr double k_least = 0.01, k_most = 10, k_srgb = 0.45455, k_same = 0.01;
  const double value = gamma.size() == 4 ? number_at(gamma, 0) / k_unit : 0;
  if (value < k_least || value > k_most) {
    broken.add("gAMA");
    return std::nullopt;
  }
  ColourEncoding encoding;
  if (chromaticities != nullptr) {
    if (const auto read = read_chrm(*chromaticities)) {
      encoding.chromaticities = *read;
    } else {
      broken.add("cHRM");
    }
  }
  if (std::abs(value - k_srgb) <= k_same && is_srgb(encoding.chromaticities)) return std::nullopt;
  encoding.curve = TransferCurve::power;
  encoding.exponent = 1 / value;
  return encoding;
}

}  // namespace

ColourSpace png_colours(ByteSource& source, Warnings& warnings, std::string& broken_chunk) {
  Broken broken(warnings, broken_chunk);
  const ColourChunks chunks = read_chunks(source, warnings);
  ColourSpace colours;
  if (const Data* cicp = chunks.get("cICP")) {
    colours.encoding = read_cicp(*cicp, warnings, broken);
    if (colours.encoding) return colours;
  }
  if (const Data* iccp = chunks.get("iCCP")) {
    colours.profile = inflated_profile(*iccp);
    if (colours.profile.empty()) warnings.add("iCCP is ignored: it is broken or too large");
  }
  const Data* gamma = chunks.get("gAMA");
  if (chunks.get("sRGB") == nullptr && gamma != nullptr)
    colours.encoding = read_gamma(*gamma, chunks.get("cHRM"), broken);
  return colours;
}

}  // namespace thumbs::image
