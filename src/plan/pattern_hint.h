// Why a pattern matches nothing, and what would match instead. Pure.
#pragma once

#include <string>
#include <string_view>

#include "scan/names.h"

namespace thumbs {

enum class PatternUse { include, exclude };

/// What follows '"PATTERN" matches nothing': ': did you mean "X"?' where X matches some of `names` (which lie below
/// the set's `source`), or else what is odd about the pattern; "" where there is nothing to say.
std::string pattern_hint(const std::string& pattern, PatternUse use, std::string_view source, const NamesBelow& names);

}  // namespace thumbs
