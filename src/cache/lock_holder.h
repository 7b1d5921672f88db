// Which process holds a cache, for the message that it is busy.
#pragma once

#include <string>

namespace thumbs::cache {

/// "process 1234 (thumbs build)"; "" if unknown. `folder` is an open descriptor of the cache's folder, on which every
/// run that holds a cache in it has a flock(2). Of several, those whose command lines name `file`; else all.
std::string holder_of_cache(int folder, const std::string& file);

}  // namespace thumbs::cache
