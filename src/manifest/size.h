// Parses sizes such as "64MiB".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace thumbs {

/// The bytes of "1GiB", "64MiB", "500MB", "1.5G", "4096" or "4096B": a number, at most one space, and a unit in any
/// case. K, M, G, T and KiB … TiB are powers of 1024, KB … TB powers of 1000. Rounds to whole bytes. Empty for anything
/// else, and for 2^53 bytes or more.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// The largest size in a manifest, 2^53 - 1: exact in every JSON reader.
inline constexpr std::uint64_t k_max_size = (std::uint64_t{1} << 53) - 1;

}  // namespace thumbs
