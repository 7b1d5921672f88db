// How a thumbnail stands, as the page shows it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "thumbs/report.h"

namespace thumbs::gallery {

enum class State : std::uint8_t { fresh, stale, failed, missing, orphan };

inline constexpr std::array k_states = {State::fresh, State::stale, State::failed, State::missing, State::orphan};

std::string_view to_string(State state);

/// `failed`: the last attempt to make it failed, whether an older thumbnail is there or not. `missing`: it is to be
/// made, and there is no file.
State state_of(const Item& item);

}  // namespace thumbs::gallery
