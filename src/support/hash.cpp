// XXH3-128 by xxHash.
#include "support/hash.h"

#include <xxhash.h>

#include <cstring>
#include <new>
#include <utility>

namespace thumbs {
namespace {

Hash128 from(const XXH128_hash_t& hash) { return {.high = hash.high64, .low = hash.low64}; }

constexpr int k_bytes_of_half = 8;

}  // namespace

std::array<std::byte, 16> Hash128::bytes() const {
  std::array<std::byte, 16> out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint64_t half = i < k_bytes_of_half ? high : low;
    out[i] = static_cast<std::byte>(half >> (8 * (7 - i % k_bytes_of_half)));
  }
  return out;
}

Hash128 Hash128::from_bytes(std::span<const std::byte, 16> bytes) {
  XXH128_canonical_t canonical;
  std::memcpy(canonical.digest, bytes.data(), sizeof canonical.digest);
  const XXH128_hash_t hash = XXH128_hashFromCanonical(&canonical);
  return {.high = hash.high64, .low = hash.low64};
}

std::string Hash128::hex() const {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text;
  text.reserve(32);
  for (const std::byte byte : bytes()) {
    text += k_digits[std::to_integer<std::size_t>(byte >> 4)];
    text += k_digits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

Hash128 hash_bytes(std::span<const std::byte> bytes) { return from(XXH3_128bits(bytes.data(), bytes.size())); }

Hash128 hash_text(std::string_view text) { return hash_bytes(std::as_bytes(std::span(text))); }

struct Hasher::State {
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> xxh3{XXH3_createState()};
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  if (!state_->xxh3) throw std::bad_alloc();
  reset();
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::reset() { XXH3_128bits_reset(state_->xxh3.get()); }

void Hasher::update(std::span<const std::byte> bytes) {
  if (!bytes.empty()) XXH3_128bits_update(state_->xxh3.get(), bytes.data(), bytes.size());
}

Hash128 Hasher::digest() const { return from(XXH3_128bits_digest(state_->xxh3.get())); }

}  // namespace thumbs
