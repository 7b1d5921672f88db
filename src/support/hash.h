// Content hashes: XXH3 with 128 bits, in canonical (big-endian) byte order.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace thumbs {

/// The algorithm's name in caches and lockfiles.
inline constexpr std::string_view k_hash_algorithm = "xxh3-128";

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Hash128&) const = default;
  std::string hex() const;                  ///< 32 lower-case digits
  std::array<std::byte, 16> bytes() const;  ///< canonical order
  static Hash128 from_bytes(std::span<const std::byte, 16> bytes);
};

Hash128 hash_bytes(std::span<const std::byte> bytes);
Hash128 hash_text(std::string_view text);

/// Hashes data in pieces.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  void reset();
  void update(std::span<const std::byte> bytes);
  Hash128 digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace thumbs

template <>
struct std::hash<thumbs::Hash128> {
  std::size_t operator()(const thumbs::Hash128& h) const noexcept { return static_cast<std::size_t>(h.low ^ h.high); }
};
