// Work on several threads: what the engine needs of TBB, whose headers take long to compile.
#pragma once

#include <cstddef>
#include <functional>

namespace thumbs::engine {

/// Runs `body`; all that it calls shares at most `jobs` threads.
void with_threads(int jobs, const std::function<void()>& body);

/// Runs both, at once where there is a thread for it. Where both fail, throws what the first one threw.
void at_once(const std::function<void()>& first, const std::function<void()>& second);

/// Calls `body` with each number below `count`, in no order, on several threads.
void for_each_index(std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace thumbs::engine
