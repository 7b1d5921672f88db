// A thread-local pointer to the current limit.
#include "support/work_limit.h"

#include <chrono>
#include <ctime>
#include <utility>

namespace thumbs {
namespace {

constinit thread_local WorkLimit* t_current = nullptr;

}  // namespace

double clock_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

WorkLimit::WorkLimit(double seconds, const std::atomic<bool>* stop)
    : begin_(thread_cpu_seconds()),
      clock_begin_(clock_seconds()),
      seconds_(seconds),
      stop_(stop),
      outer_(std::exchange(t_current, this)) {}

WorkLimit::~WorkLimit() {
  t_current = outer_;
  if (outer_ != nullptr) outer_->add_used(elsewhere_);
}

double WorkLimit::used() const { return thread_cpu_seconds() - begin_ + elsewhere_; }

WorkLimit* WorkLimit::current() { return t_current; }

const GivenUp* WorkLimit::reached_with(double seconds) const {
  if (stopped()) return &k_interrupted;
  if (seconds_ <= 0) return nullptr;
  // A thread uses no more CPU time than goes by, and this clock costs no system call.
  if (clock_seconds() - clock_begin_ + elsewhere_ + seconds <= seconds_) return nullptr;
  return used() + seconds > seconds_ ? &k_too_slow : nullptr;
}

const GivenUp* work_given_up() { return t_current != nullptr ? t_current->reached() : nullptr; }

void keep_within_limits() {
  if (const GivenUp* reason = work_given_up()) throw Error(reason->code, reason->text);
}

}  // namespace thumbs
