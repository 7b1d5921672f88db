// How far two words are apart: behind nearest() of thumbs/text.h.
#pragma once

#include <cstddef>
#include <string_view>

namespace thumbs::text {

/// How many letters must be added, dropped, replaced or swapped with their neighbour; ASCII case aside.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace thumbs::text
