// One variant without a manifest around it.
#pragma once

#include "thumbs/variant.h"

namespace thumbs::manifest {

/// Throws Error `usage` where a setting is out of its range, or no size is asked for. The name may be empty.
void require_sound(const Variant& variant);

}  // namespace thumbs::manifest
