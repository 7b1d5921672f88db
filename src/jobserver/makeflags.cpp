// Word by word.
#include "jobserver/makeflags.h"

#include <algorithm>
#include <charconv>

namespace thumbs::jobserver {
namespace {

std::optional<Place> place_of(std::string_view value) {
  constexpr std::string_view k_fifo = "fifo:";
  if (value.starts_with(k_fifo)) {
    value.remove_prefix(k_fifo.size());
    return value.empty() ? std::nullopt : std::optional(Place{std::string(value)});
  }
  Place place;
  const char* const end = value.data() + value.size();
  const auto first = std::from_chars(value.data(), end, place.read);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ',') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, place.write);
  if (second.ec != std::errc() || second.ptr != end || place.read < 0 || place.write < 0) return std::nullopt;
  return place;
}

}  // namespace

std::optional<Place> place_in(std::string_view makeflags) {
  std::optional<Place> place;
  while (!makeflags.empty()) {
    const std::size_t end = std::min(makeflags.find(' '), makeflags.size());
    const std::string_view word = makeflags.substr(0, end);
    makeflags.remove_prefix(std::min(end + 1, makeflags.size()));
    if (word == "--") break;
    for (const std::string_view option : {"--jobserver-auth=", "--jobserver-fds="})
      if (word.starts_with(option)) place = place_of(word.substr(option.size()));
  }
  return place;
}

}  // namespace thumbs::jobserver
