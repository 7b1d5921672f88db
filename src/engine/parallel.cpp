#include "engine/parallel.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <exception>

namespace thumbs::engine {

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

}  // namespace thumbs::engine
