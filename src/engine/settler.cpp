// Where no thread can be started, whoever gives or drains settles.
#include "engine/settler.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace thumbs::engine {
namespace {

constexpr std::size_t k_settled_outputs = 512;
constexpr std::chrono::milliseconds k_settled_age{100};  // so that thumbnails appear one by one where each takes long

// A source whose look alone is wanted counts, too.
std::size_t weight(const pipeline::Work& work) { return std::max<std::size_t>(work.made.size(), 1); }

}  // namespace

Settler::Settler(std::function<void(Batch&)> settle) : settle_(std::move(settle)) {
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
  }
}

Settler::~Settler() {
  {
    std::unique_lock lock(mutex_);
    ended_ = true;
    if (!thread_.joinable()) settle_next(lock);
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Settler::give(std::shared_ptr<pipeline::Work> work) {
  std::unique_lock lock(mutex_);
  waiting_outputs_ += weight(*work);
  waiting_.push_back(std::move(work));
  if (waiting_outputs_ < k_settled_outputs) return;
  if (!thread_.joinable()) return settle_next(lock);
  work_.notify_one();
  settled_.wait(lock, [this] { return waiting_outputs_ < 2 * k_settled_outputs; });
}

void Settler::settle_soon() {
  const std::lock_guard lock(mutex_);
  hurried_ = true;
  work_.notify_one();
}

void Settler::drain() {
  std::unique_lock lock(mutex_);
  if (thread_.joinable()) {
    draining_ = true;
    work_.notify_one();
    settled_.wait(lock, [this] { return waiting_.empty() && !busy_; });
    draining_ = false;
  } else {
    settle_next(lock);
  }
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void Settler::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait_for(lock, k_settled_age, [this] {
      return ended_ || ((draining_ || hurried_) && !waiting_.empty()) || waiting_outputs_ >= k_settled_outputs;
    });
    hurried_ = false;
    if (!waiting_.empty()) settle_next(lock);
    if (ended_ && waiting_.empty()) return;
  }
}

void Settler::settle_next(std::unique_lock<std::mutex>& lock) {
  Batch batch = std::exchange(waiting_, {});
  waiting_outputs_ = 0;
  if (batch.empty() || thrown_) return settled_.notify_all();
  busy_ = true;
  lock.unlock();
  std::exception_ptr thrown;
  try {
    settle_(batch);
  } catch (...) {
    thrown = std::current_exception();
  }
  batch.clear();
  lock.lock();
  busy_ = false;
  if (thrown) thrown_ = thrown;
  settled_.notify_all();
}

}  // namespace thumbs::engine
