// Resampling planes: separable filters in fixed point, the same bytes on every instruction set (Highway).
#pragma once

#include "image/geometry.h"
#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// Chroma planes of the result: one sample for each pixel, or every second one across (and down).
enum class ChromaGrid { full, half_x, half_xy };

/// Resamples `in`, or geometry.region of it as if there were nothing else, to geometry.crop, upright: scale, crop,
/// mirror and transpose in one go; each plane by its own pitch, so that siting is exact for every sampling and odd
/// size. Planes of the result have pitch 1, or 2 where `chroma` says so (chroma planes of a ycbcr picture only;
/// ⌈size/2⌉ samples). The result's depth is that of `in`; its width and height are those of geometry.crop. Where
/// nothing has to be scaled on an axis (equal size, pitch 1) samples are copied there: no blur.
///
/// Kernels are those of Pillow/libvips with support scaled by the shrink; `box` averages, `nearest` takes the sample
/// at the centre, `cubic` is Catmull-Rom (a = -0.5), `mitchell` B = C = 1/3. At edges weights outside
/// the picture are dropped and the rest normalised. Filters are fixed point of 14 bits (more for long windows) whose
/// weights sum to one exactly; within 1 of 255 of the same filter in double precision. Between the two passes 16-bit
/// samples keep 15 bits. Of a premultiplied picture colour and alpha are cut off to their range together, so that edges
/// of alpha change no colour. Any thread; each keeps a few filters it made.
Picture resize(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel, ChromaGrid chroma);

/// The same for the one 16-bit plane of `in`, which belongs to a premultiplied picture: as settle_overshoot() takes it.
Plane resize_quartered(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel);

}  // namespace thumbs::image
