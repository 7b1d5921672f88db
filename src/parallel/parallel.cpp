#include "parallel/parallel.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <exception>
#include <utility>

namespace thumbs::parallel {

void with_threads(int jobs, const std::function<void()>& body) {
  oneapi::tbb::task_arena arena(jobs);
  arena.execute([&body] { body(); });
}

void at_once(const std::function<void()>& first, const std::function<void()>& second) {
  std::exception_ptr first_failure;
  std::exception_ptr second_failure;
  const auto caught = [](const std::function<void()>& body, std::exception_ptr& failure) {
    try {
      body();
    } catch (...) {
      failure = std::current_exception();
    }
  };
  oneapi::tbb::task_group beside;
  beside.run([&] { caught(first, first_failure); });
  caught(second, second_failure);
  beside.wait();
  for (const std::exception_ptr& failure : {first_failure, second_failure})
    if (failure) std::rethrow_exception(failure);
}

void for_each_index(std::size_t count, const std::function<void(std::size_t)>& body) {
  oneapi::tbb::parallel_for(std::size_t{0}, count, [&body](std::size_t i) { body(i); });
}

void for_each_range(std::size_t count, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body) {
  oneapi::tbb::this_task_arena::isolate([&] {
    oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, count, grain),
                              [&body](const auto& range) { body(range.begin(), range.end()); });
  });
}

struct TaskGroup::Group {
  oneapi::tbb::task_group tasks;
};

TaskGroup::TaskGroup() : group_(std::make_unique<Group>()) {}
TaskGroup::~TaskGroup() = default;

void TaskGroup::run(std::function<void()> task) { group_->tasks.run(std::move(task)); }
void TaskGroup::wait() { group_->tasks.wait(); }

}  // namespace thumbs::parallel
