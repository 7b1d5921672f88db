// A picture that another process decodes, for libraries that cannot be asked to end (support/apart.h).
#pragma once

#include <functional>
#include <optional>

#include "image/picture.h"

namespace thumbs {

/// What `make` gives in a process of its own; empty where the system allows none. Throws as run_apart() does. Both
/// processes hold the planes for a moment.
std::optional<Picture> picture_apart(const std::function<Picture()>& make);

}  // namespace thumbs
