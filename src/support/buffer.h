// Large blocks of memory that each thread uses again: after the first few pictures a worker asks the system for none.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace thumbs {

/// A block of `size` bytes, 64-byte aligned, not initialised. Its memory comes from blocks that this thread let go
/// before, where one fits; and goes back to the thread that lets it go, which keeps a few. Throws std::bad_alloc.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t size);
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer();

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::span<std::byte> bytes() const { return {data_, size_}; }

 private:
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// What each thread keeps at most, unless it is told otherwise.
inline constexpr std::size_t k_most_bytes_kept = std::size_t{24} << 20;

/// From its construction to its destruction the calling thread keeps `bytes` at most. Blocks that are kept already stay
/// until the next is let go.
class KeptBuffers {
 public:
  explicit KeptBuffers(std::size_t bytes) noexcept;
  ~KeptBuffers();
  KeptBuffers(const KeptBuffers&) = delete;
  KeptBuffers& operator=(const KeptBuffers&) = delete;

 private:
  std::size_t before_;
};

/// Gives the blocks that this thread keeps back to the system.
void release_kept_buffers() noexcept;

}  // namespace thumbs
