// The ICC profile of a JPEG, put together from its APP2 segments (ICC.1:2022, annex B.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "image/codec/warnings.h"

namespace thumbs {

class JpegProfile {
 public:
  /// Takes an APP2 segment's data; others than a profile's are left. Keeps no more than k_most_profile_bytes.
  void add(std::span<const std::byte> segment);

  /// The profile; empty where there is none, or, with a warning, where its parts do not fit together or come to more
  /// than k_most_profile_bytes. Parts may come in any order.
  std::vector<std::byte> assembled(Warnings& warnings) const;

 private:
  std::map<int, std::vector<std::byte>> parts_;  ///< by number, from 1
  int count_ = 0;                                ///< parts, as all of them say
  std::size_t bytes_ = 0;
  bool consistent_ = true;
  bool too_large_ = false;
};

}  // namespace thumbs
