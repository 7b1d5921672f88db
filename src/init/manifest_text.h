// Writes proposed sets as a manifest with comments. Pure.
#pragma once

#include <string>
#include <vector>

#include "init/propose.h"

namespace thumbs::init {

/// The text of a manifest; `cache` is the path of its cache.
std::string manifest_text(const std::vector<ProposedSet>& sets, const std::string& cache);

}  // namespace thumbs::init
