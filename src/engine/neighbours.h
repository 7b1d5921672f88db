// Other manifests beside this one: what they look after is not ours.
#pragma once

#include <vector>

#include "disk/disk.h"
#include "thumbs/manifest.h"

namespace thumbs::engine {

/// The manifests among the *.json of this one's folder. Never throws for what is none or cannot be read.
std::vector<Manifest> manifests_beside(const disk::DiskReader& disk, const Manifest& manifest);

}  // namespace thumbs::engine
