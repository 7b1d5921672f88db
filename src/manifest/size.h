// Sizes in bytes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace thumbs {

/// Bytes of "1GiB", "64MiB", "500MB", "1.5G", "4096" or "4096B": a number, at most one space, and a unit, case aside.
/// K, M, G, T and KiB … TiB are powers of 1024, KB … TB powers of 1000. A fraction is rounded to whole bytes. Empty for
/// anything else and for sizes of 2^53 bytes or more.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// The largest size that a manifest may state: what every JSON reader holds exactly.
inline constexpr std::uint64_t k_max_size = (std::uint64_t{1} << 53) - 1;

}  // namespace thumbs
