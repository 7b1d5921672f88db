// A few threads that do nothing but close(2), started when the first file comes.
#include "disk/late_release.h"

#include <fcntl.h>

#include <system_error>
#include <utility>

namespace thumbs::disk {
namespace {

constexpr std::size_t k_most_threads = 4;
constexpr std::size_t k_most_waiting = 32;  // few, so that the limit on open files is not felt

}  // namespace

Fd LateRelease::hold([[maybe_unused]] const ReachablePath& place) {
#ifdef O_PATH
  return Fd(::openat(place.folder(), place.path(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
#else
  return Fd();
#endif
}

// One more thread as long as all are busy. With `mutex_` held.
bool LateRelease::has_thread() {
  if (threads_.size() > busy_ + waiting_.size() || threads_.size() == k_most_threads) return true;
  try {
    threads_.emplace_back([this] { close_all(); });
    return true;
  } catch (const std::system_error&) {
    return !threads_.empty();
  }
}

void LateRelease::give(Fd held) {
  if (!held) return;
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= k_most_waiting || !has_thread()) return;  // closed here, once the lock is free
  waiting_.push_back(std::move(held));
  work_.notify_one();
}

void LateRelease::close_all() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Fd next = std::move(waiting_.front());
    waiting_.pop_front();
    ++busy_;
    lock.unlock();
    next.close();
    lock.lock();
    --busy_;
    if (busy_ == 0 && waiting_.empty()) idle_.notify_all();
  }
}

void LateRelease::drain() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return busy_ == 0 && waiting_.empty(); });
}

LateRelease::~LateRelease() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace thumbs::disk
