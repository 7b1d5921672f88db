// Where make's jobserver is, from MAKEFLAGS.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace thumbs::jobserver {

/// A named pipe, or the two ends of a pipe that were inherited.
struct Place {
  std::string fifo = {};  ///< "": the descriptors
  int read = -1;
  int write = -1;
  bool operator==(const Place&) const = default;
};

/// What GNU make since 4.2 and ninja since 1.13 say, and older makes; the last mention counts, and none behind "--".
/// Empty where there is none, or where it is switched off. Pure.
std::optional<Place> place_in(std::string_view makeflags);

}  // namespace thumbs::jobserver
