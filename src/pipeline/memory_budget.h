// The budget for pixels in flight: bytes are reserved before they are allocated.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>

namespace thumbs::pipeline {

/// Any number of threads may use a budget at once; it must outlive its reservations. Requests are served in the order
/// in which they came, so that a large one is not passed over for ever. A thread that holds a reservation must not
/// ask for another: it may wait for itself.
class MemoryBudget {
 public:
  /// Bytes that are given back with the object. Moved-from and default ones hold nothing.
  class Reservation {
   public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept;
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation() { release(); }

    std::uint64_t bytes() const { return bytes_; }
    /// Gives the bytes back now. May be called from another thread than reserved them.
    void release() noexcept;

   private:
    friend class MemoryBudget;
    Reservation(MemoryBudget& budget, std::uint64_t bytes) : budget_(&budget), bytes_(bytes) {}

    MemoryBudget* budget_ = nullptr;
    std::uint64_t bytes_ = 0;
  };

  explicit MemoryBudget(std::uint64_t bytes) : limit_(bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// Waits until `bytes` are free. More than the whole budget is given when nothing else is reserved, and then nothing
  /// else is given until it is back. Throws Error interrupted where the thread's WorkLimit is stopped meanwhile.
  [[nodiscard]] Reservation reserve(std::uint64_t bytes);

  std::uint64_t limit() const { return limit_; }
  /// The most bytes that were ever reserved at once.
  std::uint64_t peak() const;
  /// How many requests are waiting now.
  std::uint64_t waiting() const;

 private:
  bool fits(std::uint64_t bytes) const;
  void serve_next();
  void leave(std::uint64_t ticket);
  void give_back(std::uint64_t bytes) noexcept;

  const std::uint64_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t used_ = 0;
  std::uint64_t holders_ = 0;
  std::uint64_t peak_ = 0;
  std::uint64_t next_ticket_ = 0;
  std::uint64_t serving_ = 0;
  std::set<std::uint64_t> left_;  ///< tickets that come later, whose threads no longer wait
};

}  // namespace thumbs::pipeline
