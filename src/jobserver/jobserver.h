// Slots to work on: one that a process has by being started, and one for each token that a jobserver lends.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "support/companion.h"
#include "thumbs/jobserver.h"

namespace thumbs {

/// Any number of threads may use it at once.
class Jobserver {
 public:
  /// Right to work on one picture, given back with the object.
  class Slot {
   public:
    Slot() = default;
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&& other) noexcept;
    ~Slot() { release(); }
    void release();

   private:
    friend class Jobserver;
    Slot(Jobserver* jobserver, bool token) : jobserver_(jobserver), token_(token) {}
    Jobserver* jobserver_ = nullptr;
    bool token_ = false;
  };

  explicit Jobserver(std::unique_ptr<Companion> broker);
  Jobserver(const Jobserver&) = delete;
  Jobserver& operator=(const Jobserver&) = delete;
  ~Jobserver();

  /// Takes the slot that costs nothing, or waits for it or a token, whichever comes first. Without one where `stop`.
  [[nodiscard]] Slot acquire(const std::function<bool()>& stop);

 private:
  void release(bool token);
  void say(char what) const;
  void hear();

  std::unique_ptr<Companion> broker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool own_slot_ = true;  // is free
  std::size_t waiting_ = 0;
  std::size_t granted_ = 0;  // tokens that no thread has taken yet
  bool broken_ = false;
  std::thread ear_;
};

}  // namespace thumbs
