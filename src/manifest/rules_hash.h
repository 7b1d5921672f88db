// What the rules of a manifest are, as one number: machines that build parts of one whole must agree on it.
#pragma once

#include "support/hash.h"
#include "thumbs/manifest.h"

namespace thumbs::manifest {

/// Equal for normalised manifests whose sets take the same files, make the same outputs of them and shape them in the
/// same way, by the same versions of our stages. Names of sets do not count, nor does what is in a watermark's file.
Hash128 rules_hash(const Manifest& manifest);

}  // namespace thumbs::manifest
