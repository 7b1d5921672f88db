// Each thread keeps a few free blocks, and none that is huge.
#include "support/buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

namespace thumbs {
namespace {

constexpr std::align_val_t k_alignment{64};
constexpr std::size_t k_most_kept = 32;
constexpr std::size_t k_largest_kept = std::size_t{4} << 20;
constexpr std::size_t k_largest_wanted_again = std::size_t{8} << 20;
// Sizes are rounded up, so that pictures of similar size share blocks.
constexpr std::size_t k_grain = std::size_t{64} << 10;

constinit thread_local std::size_t t_most_kept = k_most_bytes_kept;

struct Block {
  std::byte* data;
  std::size_t capacity;
};

// Large blocks are mmapped: glibc's aligned allocation does not reuse the hole of a freed block of the same size, so
// the heap would grow with each file.
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define THUMBS_RED_ZONES
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(THUMBS_RED_ZONES)
constexpr std::size_t k_mapped = SIZE_MAX;  // only heap blocks have red zones
#else
constexpr std::size_t k_mapped = std::size_t{1} << 20;
#endif

std::byte* allocate(std::size_t capacity) {
  if (capacity < k_mapped) return static_cast<std::byte*>(operator new(capacity, k_alignment));
  void* const mapped = ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::byte*>(mapped);
}

void free_block(Block block) noexcept {
  if (block.capacity < k_mapped) {
    operator delete(block.data, k_alignment);
  } else {
    ::munmap(block.data, block.capacity);
  }
}

class Kept {
 public:
  Kept() { blocks_.reserve(k_most_kept); }
  ~Kept() { release(); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

  // The smallest block that is large enough, if it wastes no more than half.
  Block take(std::size_t size) {
    auto best = blocks_.end();
    for (auto block = blocks_.begin(); block != blocks_.end(); ++block)
      if (block->capacity >= size && block->capacity / 2 <= size + k_grain &&
          (best == blocks_.end() || block->capacity < best->capacity))
        best = block;
    if (best == blocks_.end()) return {nullptr, 0};
    const Block found = *best;
    drop(best);
    return found;
  }

  bool keep(Block block, std::size_t largest) {
    const std::size_t most = t_most_kept;
    if (block.capacity > std::min(largest, most)) return false;
    // The oldest block is the least likely to be needed.
    while (blocks_.size() == k_most_kept || bytes_ + block.capacity > most) {
      free_block(blocks_.front());
      drop(blocks_.begin());
    }
    blocks_.push_back(block);
    bytes_ += block.capacity;
    return true;
  }

  void release() noexcept {
    for (const Block& block : blocks_) free_block(block);
    blocks_.clear();
    bytes_ = 0;
  }

 private:
  void drop(std::vector<Block>::iterator block) {
    bytes_ -= block->capacity;
    blocks_.erase(block);
  }

  std::vector<Block> blocks_;
  std::size_t bytes_ = 0;  ///< total capacity of blocks_
};

Kept& kept() {
  thread_local Kept instance;
  return instance;
}

}  // namespace

Buffer::Buffer(std::size_t size, Use use) : size_(size), wanted_again_(use == Use::again) {
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
  if (data_ == nullptr) return;
  const std::size_t largest = wanted_again_ ? k_largest_wanted_again : k_largest_kept;
  if (!kept().keep({data_, capacity_}, largest)) free_block({data_, capacity_});
}

KeptBuffers::KeptBuffers(std::size_t bytes) noexcept : before_(std::exchange(t_most_kept, bytes)) {}

KeptBuffers::~KeptBuffers() { t_most_kept = before_; }

void release_kept_buffers() noexcept { kept().release(); }

}  // namespace thumbs
