// What a store holds of an output: a head of a few lines of text, and the output's bytes.
//
//   thumbs-store 1
//   key 64 hex digits
//   hash 32 hex digits: XXH3-128 of all that follows this line
//   format jpeg
//   width 256
//   height 171
//   milliseconds 000007
//   look hex digits, or -, and spaces
//   warnings 1
//   28 its colour profile is broken
//   bytes 12345
//   (an empty line, then the bytes)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/key.h"
#include "support/hash.h"
#include "support/picture_look.h"

namespace thumbs::store {

/// Larger results are not shared, and larger answers refused.
inline constexpr std::size_t k_most_entry = std::size_t{32} << 20;

struct Entry {
  std::string format;  ///< of the output, as the cache spells it: "jpeg"
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t milliseconds = 0;     ///< that making it took
  std::optional<PictureLook> look;    ///< of the source, where somebody asked for it
  std::vector<std::string> warnings;  ///< what is wrong with the source, as a build says it
  std::span<const std::byte> bytes;   ///< of the output
  bool operator==(const Entry& other) const;
};

/// Whether it can be stored whole.
bool fits(const Entry& entry);

/// REQUIRES fits().
std::vector<std::byte> to_bytes(const Key& key, const Entry& entry);

/// Reads what came for `key` into `entry`, whose bytes are a part of `answer`. Returns what is wrong with it, for
/// people; then it must not be used. No bytes do harm.
std::optional<std::string> read_entry(const Key& key, std::span<const std::byte> answer, Entry& entry);

}  // namespace thumbs::store
