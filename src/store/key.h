// The name of a result in a store.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "support/hash.h"

namespace thumbs::store {

/// 256 bits, because that is what caches with the layout of Bazel's take (/ac/<64 hex digits>).
struct Key {
  std::array<std::byte, 32> bytes = {};
  auto operator<=>(const Key&) const = default;
  std::string hex() const;   ///< 64 lower-case digits
  std::string path() const;  ///< "ac/" and the digits: where a store keeps it
};

/// All that decides what the bytes of an output are.
struct Origin {
  Hash128 source;           ///< of the source's bytes
  std::string_view recipe;  ///< as canonical text
  std::string_view stages;  ///< with their versions
  std::string_view codecs;  ///< the libraries that read the source and write the output, with their versions
};

/// Two XXH3 of 128 bits, over the text with another first letter each. A key is a name, not a proof: who may write to a
/// store may put anything under any name, and a stronger hash would not change that.
Key key_of(const Origin& origin);

}  // namespace thumbs::store
