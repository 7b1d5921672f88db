// See told.h. The real header under another name, and its class wrapped.
#pragma once

#define task_group task_group_untold
#include_next <oneapi/tbb/task_group.h>
#undef task_group

#include <memory>

#include "../../told.h"

namespace tbb {

class task_group : private task_group_untold {
 public:
  using task_group_untold::cancel;

  template <class Body>
  void run(Body body) {
    auto* const task = new Task<Body>{std::move(body), &end_};
    thumbs_told::release(task);
    task_group_untold::run([task] {
      thumbs_told::acquire(task);
      task->run();
    });
  }

  task_group_status wait() {
    const task_group_status status = task_group_untold::wait();
    thumbs_told::acquire(&end_);
    return status;
  }

 private:
  template <class Body>
  struct Task {
    Body body;
    const void* end;
    // Told of the end however the body ends.
    void run() {
      const thumbs_told::AtEnd told{end};
      const std::unique_ptr<Task> self(this);
      body();
    }
  };
  char end_ = 0;
};

}  // namespace tbb
