// A ticket queue around one counter.
#include "pipeline/memory_budget.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "support/stage_time.h"
#include "support/work_limit.h"

namespace thumbs::pipeline {
namespace {

/// A signal wakes nobody who waits: so often a waiting thread looks whether the run is to stop.
constexpr std::chrono::milliseconds k_between_looks{50};

}  // namespace

MemoryBudget::Reservation::Reservation(Reservation&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryBudget::Reservation& MemoryBudget::Reservation::operator=(Reservation&& other) noexcept {
  if (this != &other) {
    release();
    budget_ = std::exchange(other.budget_, nullptr);
    bytes_ = std::exchange(other.bytes_, 0);
  }
  return *this;
}

void MemoryBudget::Reservation::release() noexcept {
  if (budget_ != nullptr) budget_->give_back(bytes_);
  budget_ = nullptr;
  bytes_ = 0;
}

MemoryBudget::Reservation MemoryBudget::reserve(std::uint64_t bytes) {
  const InStage in_stage(Stage::memory);
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = next_ticket_++;
  const WorkLimit* work = WorkLimit::current();
  while (!changed_.wait_for(lock, k_between_looks, [&] { return ticket == serving_ && fits(bytes); })) {
    if (work == nullptr || !work->stopped()) continue;
    leave(ticket);
    throw Error(k_interrupted.code, k_interrupted.text);
  }
  serve_next();
  ++holders_;
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  changed_.notify_all();  // the next in the queue may fit as well
  return Reservation(*this, bytes);
}

void MemoryBudget::serve_next() {
  ++serving_;
  while (left_.erase(serving_) != 0) ++serving_;
}

void MemoryBudget::leave(std::uint64_t ticket) {
  if (ticket == serving_)
    serve_next();
  else
    left_.insert(ticket);
  changed_.notify_all();
}

// With an over-large holder inside, used_ is beyond the limit: nothing fits, not even 0 bytes.
bool MemoryBudget::fits(std::uint64_t bytes) const {
  return holders_ == 0 || (used_ <= limit_ && bytes <= limit_ - used_);
}

// Notifies under the lock: the budget may be destroyed as soon as the last reservation is seen to be back.
void MemoryBudget::give_back(std::uint64_t bytes) noexcept {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  --holders_;
  changed_.notify_all();
}

std::uint64_t MemoryBudget::peak() const {
  const std::lock_guard lock(mutex_);
  return peak_;
}

std::uint64_t MemoryBudget::waiting() const {
  const std::lock_guard lock(mutex_);
  return next_ticket_ - serving_ - left_.size();
}

}  // namespace thumbs::pipeline
