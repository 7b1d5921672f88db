// What oneTBB promises, told to ThreadSanitizer: a task sees what came before it was spawned, and who waits for it sees
// what it did. The system's oneTBB is not built with ThreadSanitizer, which therefore takes every hand-over between
// tasks for a race. The headers in oneapi/tbb beside this stand before the real ones in tsan builds; they wrap the
// algorithms that thumbs uses, and add no order between tasks that run at the same time.
#pragma once

#include <sanitizer/tsan_interface.h>

#include <utility>

namespace thumbs_told {

inline void release(const void* key) { __tsan_release(const_cast<void*>(key)); }
inline void acquire(const void* key) { __tsan_acquire(const_cast<void*>(key)); }

struct AtEnd {
  const void* key;
  ~AtEnd() { release(key); }
};

/// A call of an algorithm: its bodies come after its start, and its end after them.
class Call {
 public:
  Call() { release(&start_); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() { acquire(&end_); }

  template <class Body, class... Arguments>
  decltype(auto) run(const Body& body, Arguments&&... arguments) const {
    acquire(&start_);
    const AtEnd end{&end_};
    return body(std::forward<Arguments>(arguments)...);
  }

 private:
  char start_ = 0;
  char end_ = 0;
};

}  // namespace thumbs_told
