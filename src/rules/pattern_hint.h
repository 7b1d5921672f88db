// Why a pattern matches nothing, and what would match instead. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scan/names.h"

namespace thumbs::rules {

enum class PatternUse { include, exclude };

/// What follows '"PATTERN" matches nothing': ': did you mean "X"?' where X matches some of `names` (which lie below
/// the set's `source`), or else what is odd about the pattern; "" where there is nothing to say.
std::string pattern_hint(const std::string& pattern, PatternUse use, std::string_view source,
                         const scan::NamesBelow& names);

/// The alternatives of a pattern's braces whose extension is that of no picture, as a slip's is; none where it has no
/// braces. Who lists several extensions need not have a file of each.
std::vector<std::string> odd_alternatives(const std::string& pattern);

}  // namespace thumbs::rules
