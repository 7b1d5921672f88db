// Values of attributes of SVG: lengths, view boxes, data: URIs.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace thumbs::image {

/// In pixels of CSS (96 an inch); empty for percentages and what is no length.
std::optional<double> svg_length(std::string_view text);

/// Four numbers: x, y, width, height. Empty if it is broken or has no area.
std::optional<std::array<double, 4>> svg_view_box(std::string_view text);

/// The bytes of "data:image/…;base64,…"; empty for anything else.
std::vector<std::byte> svg_data(std::string_view uri);

}  // namespace thumbs::image
