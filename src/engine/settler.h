// Settles finished work batch by batch on a thread of its own, so that no worker waits for the disk.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "pipeline/work.h"

namespace thumbs::engine {

/// A queue of finished work in front of one thread. Thread-safe.
class Settler {
 public:
  using Batch = std::vector<std::shared_ptr<pipeline::Work>>;

  /// `settle` gets each piece of work once, in the order in which it came: every 512 outputs, and every tenth of a
  /// second. It is never called twice at once.
  explicit Settler(std::function<void(Batch&)> settle);
  Settler(const Settler&) = delete;
  Settler& operator=(const Settler&) = delete;
  /// Settles what is left; what `settle` throws is lost.
  ~Settler();

  /// Waits while two batches are waiting: what is not settled takes room on the disk.
  void give(std::shared_ptr<pipeline::Work> work);

  /// Settles soon what was given: where little is left to do, the end need not wait for much.
  void settle_soon();

  /// Waits until all that was given is settled. Throws what `settle` threw, after which it is called no more.
  void drain();

 private:
  void run();
  void settle_next(std::unique_lock<std::mutex>& lock);

  std::function<void(Batch&)> settle_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable settled_;
  Batch waiting_;
  std::size_t waiting_outputs_ = 0;
  bool busy_ = false;
  bool draining_ = false;
  bool hurried_ = false;
  bool ended_ = false;
  std::exception_ptr thrown_;
  std::thread thread_;
};

}  // namespace thumbs::engine
