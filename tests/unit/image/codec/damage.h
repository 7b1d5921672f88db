// Makes broken files for tests: changes, removes or inserts one to three bytes of a good one.
#pragma once

#include <cstddef>
#include <random>

#include "support/pictures.h"

namespace thumbs::test {

inline void damage(Bytes& bytes, std::mt19937& random) {
  for (auto changes = 1 + random() % 3; changes > 0; --changes) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 5) {
      case 0: bytes[at] = static_cast<std::byte>(random()); break;
      case 1: bytes[at] ^= static_cast<std::byte>(1U << random() % 8); break;
      case 2: bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at)); break;
      case 3: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::byte>(random())); break;
      default: bytes[at] = std::byte{0xFF};
    }
  }
}

}  // namespace thumbs::test
