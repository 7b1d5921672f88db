// See told.h. The real header under another name, and its algorithm wrapped.
#pragma once

// Before the real header, which includes the real one of it.
#include <oneapi/tbb/task_group.h>

#define parallel_for parallel_for_untold
#include_next <oneapi/tbb/parallel_for.h>
#undef parallel_for

#include "../../told.h"

namespace tbb {

template <class Range, class Body>
void parallel_for(const Range& range, const Body& body) {
  const thumbs_told::Call call;
  parallel_for_untold(range, [&call, &body](const Range& part) { call.run(body, part); });
}

template <class Index, class Body>
void parallel_for(Index first, Index last, const Body& body) {
  const thumbs_told::Call call;
  parallel_for_untold(first, last, [&call, &body](Index i) { call.run(body, i); });
}

}  // namespace tbb
