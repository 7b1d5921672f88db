// Work on several threads: what the other modules need of oneTBB, whose headers take long to compile.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace thumbs::parallel {

/// Runs `body`; all that it calls shares at most `jobs` threads.
void with_threads(int jobs, const std::function<void()>& body);

/// Runs both, at once where there is a thread for it. Where both fail, throws what the first one threw.
void at_once(const std::function<void()>& first, const std::function<void()>& second);

/// Calls `body` with each number below `count`, in no order, on several threads.
void for_each_index(std::size_t count, const std::function<void(std::size_t)>& body);

/// Calls `body` with ranges [begin, end) of about `grain` numbers that make up all numbers below `count`, in no order,
/// on several threads. A thread that waits for the others does not start on other work, which would nest its stack.
void for_each_range(std::size_t count, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body);

/// Tasks that may start further tasks.
class TaskGroup {
 public:
  TaskGroup();
  ~TaskGroup();
  void run(std::function<void()> task);
  /// Returns once all tasks are done. Throws what a task threw; the tasks that had not begun by then are left out.
  void wait();

 private:
  struct Group;
  std::unique_ptr<Group> group_;
};

}  // namespace thumbs::parallel
