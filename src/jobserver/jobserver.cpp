// Counts; the tokens themselves are the broker's.
#include "jobserver/jobserver.h"

#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

#include "jobserver/broker.h"
#include "jobserver/makeflags.h"

namespace thumbs {
namespace {

constexpr std::chrono::milliseconds k_between_looks{20};

}  // namespace

Jobserver::Slot::Slot(Slot&& other) noexcept
    : jobserver_(std::exchange(other.jobserver_, nullptr)), token_(other.token_) {}

Jobserver::Slot& Jobserver::Slot::operator=(Slot&& other) noexcept {
  if (this != &other) {
    release();
    jobserver_ = std::exchange(other.jobserver_, nullptr);
    token_ = other.token_;
  }
  return *this;
}

void Jobserver::Slot::release() {
  if (jobserver_ != nullptr) jobserver_->release(token_);
  jobserver_ = nullptr;
}

Jobserver::Jobserver(std::unique_ptr<Companion> broker) : broker_(std::move(broker)) {}

Jobserver::~Jobserver() {
  if (!ear_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    say(jobserver::k_quit);
  }
  ear_.join();
}

Jobserver::Slot Jobserver::acquire(const std::function<bool()>& stop) {
  std::unique_lock lock(mutex_);
  // The thread is started late: the process may confine itself before.
  if (!ear_.joinable()) ear_ = std::thread([this] { hear(); });
  if (std::exchange(own_slot_, false)) return {this, false};
  ++waiting_;
  say(jobserver::k_want);
  while (!own_slot_ && granted_ == 0 && !stop()) changed_.wait_for(lock, k_between_looks);
  --waiting_;
  if (granted_ > 0) {
    --granted_;
    return {this, true};
  }
  say(jobserver::k_cancel);
  return std::exchange(own_slot_, false) ? Slot(this, false) : Slot();
}

void Jobserver::release(bool token) {
  const std::lock_guard lock(mutex_);
  if (token) {
    say(jobserver::k_return);
  } else {
    own_slot_ = true;
    changed_.notify_one();
  }
}

void Jobserver::say(char what) const {
  if (!broken_) static_cast<void>(write_fully(broker_->socket(), &what, 1));
}

void Jobserver::hear() {
  char said = 0;
  while (read_fully(broker_->socket(), &said, 1)) {
    const std::lock_guard lock(mutex_);
    if (granted_ < waiting_) {
      ++granted_;
      changed_.notify_one();
    } else {
      say(jobserver::k_return);  // it was cancelled too late
    }
  }
  const std::lock_guard lock(mutex_);
  broken_ = true;
}

JobserverJoin join_jobserver() {
  const char* const makeflags = std::getenv("MAKEFLAGS");
  const auto place = makeflags != nullptr ? jobserver::place_in(makeflags) : std::nullopt;
  if (!place) return {};
  std::string fault;
  std::unique_ptr<Companion> broker = jobserver::start_broker(*place, fault);
  if (broker) return {std::make_shared<Jobserver>(std::move(broker)), {}};
  const std::string hint =
      place->fifo.empty() ? ": begin the recipe's line with \"+\", so that make lends it, or use -j" : ": use -j";
  return {nullptr, "the jobserver of MAKEFLAGS cannot be reached (" + fault + ")" + hint};
}

}  // namespace thumbs
