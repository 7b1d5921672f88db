// Inputs that fuzzing starts from, made in code: one or more of each kind that a target reads.
#pragma once

#include <vector>

#include "support/pictures.h"

namespace thumbs::test {

/// Files in every picture format that this build reads, but SVG.
std::vector<Bytes> picture_seeds();
/// Texts, blocks of metadata, profiles, SVG, a cache. Of targets whose first byte chooses, that byte first.
std::vector<Bytes> other_seeds();

}  // namespace thumbs::test
