// A thread-local pointer to the current limit.
#include "support/work_limit.h"

#include <ctime>
#include <utility>

namespace thumbs {
namespace {

constinit thread_local WorkLimit* t_current = nullptr;

}  // namespace

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

WorkLimit::WorkLimit(double seconds, const std::atomic<bool>* stop)
    : begin_(thread_cpu_seconds()), seconds_(seconds), stop_(stop), outer_(std::exchange(t_current, this)) {}

WorkLimit::~WorkLimit() {
  t_current = outer_;
  if (outer_ != nullptr) outer_->add_used(elsewhere_);
}

double WorkLimit::used() const { return thread_cpu_seconds() - begin_ + elsewhere_; }

WorkLimit* WorkLimit::current() { return t_current; }

const GivenUp* WorkLimit::reached_with(double seconds) const {
  if (stopped()) return &k_interrupted;
  return seconds_ > 0 && used() + seconds > seconds_ ? &k_too_slow : nullptr;
}

const GivenUp* work_given_up() { return t_current != nullptr ? t_current->reached() : nullptr; }

void keep_within_limits() {
  if (const GivenUp* reason = work_given_up()) throw Error(reason->code, reason->text);
}

}  // namespace thumbs
