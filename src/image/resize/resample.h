// The SIMD heart of the resize: one plane through two filters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "image/picture.h"
#include "image/resize/kernel.h"

namespace thumbs::image {

/// Filters `in` down its columns, then along its rows. Without `transpose` the outputs of `across` run along the rows
/// of `out`; with it down its columns. `across` must have even starts; both filters are of the depth of `in` resp. of
/// 16 bits. Exact integer arithmetic: every instruction set gives the same samples.
///
/// 8-bit samples are kept with 6 fractional bits between the two passes, 16-bit ones centred on 0 and quartered.
void resample_plane(const Plane& in, const AxisFilter& down, const AxisFilter& across, bool transpose, Plane& out);

inline constexpr int k_weight_bits = 14;    ///< of a sum of weighted int16 samples
inline constexpr int k_fraction_bits = 6;   ///< of 8-bit samples between the passes
inline constexpr int k_middle_16 = 0x8000;  ///< what 16-bit samples are centred on

/// Output rows are made in strips of so many: they lie side by side in vectors while rows are filtered.
inline constexpr int k_strip_rows = 16;

/// A run of outputs of `across` and the columns they need, so that the strip of a wide picture stays small.
struct Chunk {
  int first = 0;  ///< outputs [first, last); first is a multiple of 16
  int last = 0;
  int begin = 0;  ///< columns [begin, end), both multiples of 64
  int end = 0;
  std::size_t columns() const { return static_cast<std::size_t>(end - begin); }
  std::size_t outputs() const { return static_cast<std::size_t>(last - first); }
};

/// The chunk that begins at output `first`.
Chunk next_chunk(const AxisFilter& across, int first);

/// An upper estimate of the bytes that resample_plane needs for so many columns and outputs, where an output needs
/// `reach` columns.
std::uint64_t strip_memory(double columns, double reach, double outputs);

/// Zeroed memory for vectors.
template <class T>
class AlignedBuffer {
 public:
  explicit AlignedBuffer(std::size_t size) : data_(new (k_alignment) T[size]()) {}
  T* get() const { return data_.get(); }

 private:
  static constexpr std::align_val_t k_alignment{64};
  struct Free {
    void operator()(T* p) const { ::operator delete[](p, k_alignment); }
  };
  std::unique_ptr<T[], Free> data_;
};

}  // namespace thumbs::image
