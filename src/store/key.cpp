// Hashes a text of all that an output follows from.
#include "store/key.h"

#include <algorithm>

namespace thumbs::store {

std::string Key::hex() const {
  constexpr std::string_view k_hex_digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::byte byte : bytes) {
    text += k_hex_digits[std::to_integer<std::size_t>(byte >> 4)];
    text += k_hex_digits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

std::string Key::path() const { return "ac/" + hex(); }

Key key_of(const Origin& origin) {
  std::string text = "a\nthumbs-store 1\n" + origin.source.hex();
  for (const std::string_view part : {origin.recipe, origin.stages, origin.codecs}) (text += '\n') += part;
  Key key;
  const std::array<std::byte, 16> first = hash_text(text).bytes();
  text.front() = 'b';
  const std::array<std::byte, 16> second = hash_text(text).bytes();
  std::ranges::copy(first, key.bytes.begin());
  std::ranges::copy(second, key.bytes.begin() + first.size());
  return key;
}

}  // namespace thumbs::store
