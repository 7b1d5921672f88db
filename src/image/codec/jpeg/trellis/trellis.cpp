// Nearest values, their symbols' rates; then rounds of choosing with those rates.
#include "image/codec/jpeg/trellis/trellis.h"

#include <cmath>
#include <cstddef>

#include "image/codec/jpeg/trellis/component.h"
#include "image/codec/jpeg/trellis/entropy.h"

namespace thumbs::image {
namespace {

using Kind = JpegComponent::Kind;

std::vector<JpegComponent> transformed(const Picture& picture, const JpegTables& tables) {
  std::vector<JpegComponent> components;
  components.reserve(picture.planes.size());
  for (const Plane& plane : picture.planes) {
    const bool luma = components.empty();
    const Plane& coarsest = picture.planes.back();
    const int width = static_cast<int>(std::ceil(picture.width / plane.pitch_x));
    const int height = static_cast<int>(std::ceil(picture.height / plane.pitch_y));
    components.emplace_back(luma ? Kind::luma : Kind::chroma, plane, width, height,
                            static_cast<int>(coarsest.pitch_x / plane.pitch_x),
                            static_cast<int>(coarsest.pitch_y / plane.pitch_y), tables[luma ? 0 : 1]);
  }
  return components;
}

/// The symbols of both pairs of Huffman tables, or of the one that they had better share.
void count(const std::vector<JpegComponent>& components, JpegContent& content) {
  auto& [luma, chroma] = content.counts;
  luma = components[0].counts();
  if (components.size() < 3) return;
  chroma = components[1].counts();
  chroma.add(components[2].counts());
  JpegCounts both = luma;
  both.add(chroma);
  content.one_table = estimated_bits(both) < estimated_bits(luma) + estimated_bits(chroma);
  if (content.one_table) luma = both;
}

}  // namespace

JpegContent quantise(const Picture& picture, const JpegTables& tables, int rounds) {
  JpegContent content;
  std::vector<JpegComponent> components = transformed(picture, tables);
  for (int round = 0; round < rounds; ++round) {
    count(components, content);
    const JpegRates luma(content.counts[0]);
    const JpegRates chroma = content.one_table ? luma : JpegRates(content.counts[1]);
    for (JpegComponent& component : components) component.quantise(&component == components.data() ? luma : chroma);
  }
  count(components, content);
  for (JpegComponent& component : components) content.components.push_back(component.take());
  return content;
}

}  // namespace thumbs::image
