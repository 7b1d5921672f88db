// RFC 4648, with padding.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thumbs::pageindex {

std::string base64(std::span<const std::uint8_t> bytes);
/// Empty where `text` has other characters than those of the alphabet, and `=` at its end.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace thumbs::pageindex
