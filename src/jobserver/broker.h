// The process that holds tokens of a jobserver for a run, and puts them back when the run is over, whatever ended it: a
// killed process could not.
#pragma once

#include <memory>
#include <string>

#include "jobserver/makeflags.h"
#include "support/companion.h"

namespace thumbs::jobserver {

/// What goes over its socket, a byte each.
inline constexpr char k_want = 'w';     ///< to the broker: one more token
inline constexpr char k_cancel = 'c';   ///< to the broker: one less
inline constexpr char k_return = 'r';   ///< to the broker: one back
inline constexpr char k_quit = 'q';     ///< to the broker: all back, and end
inline constexpr char k_granted = 'g';  ///< from the broker

/// Null, and why in `fault`, where the jobserver cannot be reached.
std::unique_ptr<Companion> start_broker(const Place& place, std::string& fault);

}  // namespace thumbs::jobserver
