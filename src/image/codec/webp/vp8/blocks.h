// Blocks of 4×4 samples: prediction, transforms, quantisation. In vectors, and plainly: both give the same.
#pragma once

#include <cstddef>
#include <cstdint>

#include "image/codec/webp/vp8/costs.h"
#include "image/codec/webp/vp8/tables.h"

namespace thumbs::image::vp8 {

/// Samples of a plane, or of a block's prediction.
struct Samples {
  const std::uint8_t* at;
  std::ptrdiff_t stride;
  Samples moved(int x, int y) const { return {at + y * stride + x, stride}; }
};
struct Target {
  std::uint8_t* at;
  std::ptrdiff_t stride;
  Target moved(int x, int y) const { return {at + y * stride + x, stride}; }
  operator Samples() const { return {at, stride}; }  // NOLINT(google-explicit-constructor): as a pointer to const
};

/// How a kind of block is quantised, in natural order.
struct Quantiser {
  alignas(16) std::int16_t step[16];
  alignas(16) std::int16_t inverse[16];  ///< 65536 / step, rounded up
  alignas(16) std::int16_t rounding[16];

  /// What is left after the division is rounded up from 256 - bias, in 256ths, on.
  static Quantiser of(int dc_step, int ac_step, int dc_bias, int ac_bias);
};

struct Coefficients {
  alignas(16) std::int16_t at[16];  ///< natural order
};

/// The samples around a 4×4 block, from its lower left to its upper right: L K J I X A B C D E F G H.
struct Edge {
  alignas(16) std::uint8_t at[16];
};

/// All ten predictions of a 4×4 block, and how far they are from it (by Hadamard's transform).
struct Predictions {
  alignas(16) std::uint8_t at[k_modes_4][16];
  int distance[k_modes_4];
};

void predict(const Edge& edge, Samples source, Predictions& out);

/// The distance of a prediction of `width` × `height` samples, in blocks of 4×4.
int distance(Samples source, Samples prediction, int width, int height);

Coefficients transformed(Samples source, Samples prediction);

/// Quantises; `coefficients` become what a decoder will have. `first` 1: the DC is left alone.
void quantise(Coefficients& coefficients, const Quantiser& quantiser, int first, Levels& levels);

/// What a decoder makes of the block. Returns the squared error.
int restored(const Coefficients& coefficients, Samples source, Samples prediction, Target out);

namespace plain {
void predict(const Edge& edge, Samples source, Predictions& out);
int distance(Samples source, Samples prediction, int width, int height);
Coefficients transformed(Samples source, Samples prediction);
void quantise(Coefficients& coefficients, const Quantiser& quantiser, int first, Levels& levels);
int restored(const Coefficients& coefficients, Samples source, Samples prediction, Target out);
}  // namespace plain

/// Which bytes of a row of tables make a mode's prediction: places in the edge, in the edge blurred by 1 2 1, and in
/// that blurred by 1 1; 0x80 where it is none of that table.
struct PredictionPlaces {
  alignas(16) std::uint8_t raw[16], blurred[16], between[16];
};
extern const PredictionPlaces k_prediction_places[k_modes_4];

/// Walsh and Hadamard's transform of the 16 DCs, and a decoder's way back.
Coefficients gathered_dcs(const Coefficients (&blocks)[16]);
void spread_dcs(const Coefficients& dcs, Coefficients (&blocks)[16]);

}  // namespace thumbs::image::vp8
