// Decodes a picture in another process, for libraries that cannot be interrupted (support/apart.h).
#pragma once

#include <functional>
#include <optional>

#include "image/picture.h"

namespace thumbs::image {

/// Runs `make` in a process of its own; empty if the system does not allow one. Throws as run_apart() does. Both
/// processes hold the planes for a moment.
std::optional<Picture> picture_apart(const std::function<Picture()>& make);

}  // namespace thumbs::image
