// The entropy-coded data of one scan in memory, run by run (between restart markers), with the stuffed bytes taken out
// beforehand: reading bits then needs no look at single bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "support/buffer.h"

namespace thumbs::image {

/// The next bits, the first of them at the top.
struct BitWindow {
  std::uint64_t bits = 0;
  int count = 0;  ///< how many of them are ready
  const std::uint8_t* next = nullptr;

  /// Makes at least 56 bits ready. REQUIRES 8 bytes at `next`.
  void fill() {
    std::uint64_t bytes = 0;
    for (int i = 0; i < 8; ++i) bytes = bytes << 8 | next[i];  // compilers make one load of it
    bits |= bytes >> count;
    next += (63 - count) >> 3;
    count |= 56;
  }
  /// REQUIRES 0 ≤ size ≤ 32.
  unsigned peek(int size) const { return static_cast<unsigned>(bits >> 1 >> (63 - size)); }
  void drop(int size) {
    bits <<= size;
    count -= size;
  }
  unsigned take(int size) {
    const unsigned value = peek(size);
    drop(size);
    return value;
  }
};

class JpegRuns {
 public:
  /// No MCU takes more: 10 blocks of 64 symbols with 16 bits and 15 that follow.
  static constexpr std::size_t k_mcu_bytes = 10 * 64 * 31 / 8;
  static constexpr std::size_t k_memory = std::size_t{68} << 10;

  /// `data` begins with the scan's first byte, and must outlive the object.
  explicit JpegRuns(std::span<const std::byte> data);

  /// The next run's first bits.
  BitWindow begin();

  /// To be called before each MCU: all of it then lies ahead (behind a run's end: zeros). False where more was taken
  /// than the run has.
  bool ready(BitWindow& window) { return window.next < enough_ || more(window); }

  /// At a run's end: the code of the marker that follows; -1 where there is more data before it, or was too little, or
  /// no marker.
  int finish(const BitWindow& window) const;

 private:
  bool more(BitWindow& window);
  void load(std::size_t kept);

  std::span<const std::byte> data_;
  std::size_t at_ = 0;  ///< of what was not loaded yet
  Buffer buffer_;
  const std::uint8_t* end_ = nullptr;     ///< of what is loaded
  const std::uint8_t* enough_ = nullptr;  ///< from here on ready() must look closer
  bool whole_ = false;                    ///< the run's end is loaded
  int marker_ = -1;
};

}  // namespace thumbs::image
