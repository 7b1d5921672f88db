// The ICC profile of a JPEG, put together from its APP2 segments (ICC.1:2022, annex B.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "image/codec/warnings.h"

namespace thumbs::image {

class JpegProfile {
 public:
  /// Takes an APP2 segment's data; ignores those without a profile. Keeps no more than k_most_profile_bytes.
  void add(std::span<const std::byte> segment);

  /// The profile. Empty if there is none, or, with a warning, if the parts do not make a profile or exceed
  /// k_most_profile_bytes. Parts may come in any order and repeatedly. If their numbers are wrong, they are joined in
  /// the way that gives the size in the profile's header, with a warning.
  std::vector<std::byte> assembled(Warnings& warnings) const;

 private:
  struct Part {
    int number = 0;
    int count = 0;  ///< of all parts, as this one says
    std::vector<std::byte> data;
  };

  bool is_known(const Part& part);
  bool numbers_are_right() const;
  std::vector<const Part*> by_number(bool first_of_each) const;
  std::vector<std::byte> best_guess() const;
  static std::vector<std::byte> joined(const std::vector<const Part*>& parts);

  std::vector<Part> parts_;                                ///< in the file's order, without repeats
  std::map<std::pair<int, std::size_t>, std::size_t> at_;  ///< by number and hash: where in parts_
  std::size_t bytes_ = 0;
  bool too_large_ = false;
};

}  // namespace thumbs::image
