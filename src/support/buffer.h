// Large memory blocks that each thread reuses, so that after a few pictures a worker allocates none.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace thumbs {

/// A block of `size` bytes, 64-byte aligned, not initialised. Reuses a free block of this thread, if one fits. The
/// thread that destroys it keeps the block, within the limit of keep_buffers_of(). Throws std::bad_alloc.
class Buffer {
 public:
  Buffer() = default;
  /// again: the next picture is likely to need as much, so that even a rather large block is kept.
  enum class Use { once, again };
  explicit Buffer(std::size_t size, Use use = Use::once);
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
    std::swap(wanted_again_, other.wanted_again_);
  }

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  bool wanted_again_ = false;
};

/// The default of keep_buffers_of().
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

/// Frees the blocks that this thread keeps.
void release_kept_buffers() noexcept;

}  // namespace thumbs
