// The blocks that a thread keeps: a handful, so that one huge picture does not stay in memory for ever.
#include "support/buffer.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

namespace thumbs {
namespace {

constexpr std::size_t k_alignment = 64;
constexpr std::size_t k_most_kept = 12;
constexpr std::size_t k_largest_kept = std::size_t{4} << 20;
// Sizes are rounded up, so that pictures of nearly the same size share blocks.
constexpr std::size_t k_grain = std::size_t{64} << 10;

// Aligned by hand: glibc's aligned allocation asks for more than it returns, so that it cannot use a block of the same
// size again that was let go before, and the heap grows and grows. What operator new gave stands just before the block.
std::byte* allocate(std::size_t capacity) {
  if (capacity > SIZE_MAX - 2 * k_alignment) throw std::bad_alloc();
  void* const whole = operator new(capacity + 2 * k_alignment);
  void* data = static_cast<std::byte*>(whole) + sizeof whole;
  std::size_t space = capacity + 2 * k_alignment - sizeof whole;
  std::align(k_alignment, capacity, data, space);
  std::memcpy(static_cast<std::byte*>(data) - sizeof whole, &whole, sizeof whole);
  return static_cast<std::byte*>(data);
}

void deallocate(std::byte* data) noexcept {
  void* whole = nullptr;
  std::memcpy(&whole, data - sizeof whole, sizeof whole);
  operator delete(whole);
}

struct Block {
  std::byte* data;
  std::size_t capacity;
};

class Kept {
 public:
  Kept() { blocks_.reserve(k_most_kept); }
  ~Kept() { release(); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

  // The smallest block that is large enough, unless it would waste more than it holds.
  Block take(std::size_t size) {
    auto best = blocks_.end();
    for (auto block = blocks_.begin(); block != blocks_.end(); ++block)
      if (block->capacity >= size && block->capacity / 2 <= size + k_grain &&
          (best == blocks_.end() || block->capacity < best->capacity))
        best = block;
    if (best == blocks_.end()) return {nullptr, 0};
    const Block found = *best;
    blocks_.erase(best);
    return found;
  }

  bool keep(Block block) {
    if (block.capacity > k_largest_kept) return false;
    if (blocks_.size() == k_most_kept) {  // the one that waited longest is the one that is needed least
      deallocate(blocks_.front().data);
      blocks_.erase(blocks_.begin());
    }
    blocks_.push_back(block);
    return true;
  }

  void release() noexcept {
    for (const Block& block : blocks_) deallocate(block.data);
    blocks_.clear();
  }

 private:
  std::vector<Block> blocks_;
};

Kept& kept() {
  thread_local Kept instance;
  return instance;
}

}  // namespace

Buffer::Buffer(std::size_t size) : size_(size) {
  if (size == 0) return;
  const Block block = kept().take(size);
  data_ = block.data;
  capacity_ = block.capacity;
  if (data_ != nullptr) return;
  if (size > SIZE_MAX - k_grain) throw std::bad_alloc();
  capacity_ = (size + k_grain - 1) / k_grain * k_grain;
  data_ = allocate(capacity_);
}

Buffer::~Buffer() {
  if (data_ != nullptr && !kept().keep({data_, capacity_})) deallocate(data_);
}

void release_kept_buffers() noexcept { kept().release(); }

}  // namespace thumbs
