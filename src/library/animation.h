// Whether a file holds more than one picture. Its container says so; no codec is asked.
#pragma once

#include <cstddef>
#include <span>

#include "thumbs/variant.h"

namespace thumbs::library {

/// False where that cannot be told.
bool is_animated(std::span<const std::byte> file, SourceFormat format);

}  // namespace thumbs::library
