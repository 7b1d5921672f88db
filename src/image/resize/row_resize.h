// Resizes a picture while its rows come: holds a band of rows, never all of them.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "image/codec/row_sink.h"
#include "image/geometry.h"
#include "image/resize/plane_filters.h"
#include "image/resize/resize.h"
#include "support/work_limit.h"

namespace thumbs::image {

/// One plane. Collects the rows that the next few output rows need, makes those, and drops the rows that no later
/// output row needs.
class PlaneRowResize {
 public:
  /// `shape` has the plane's size, depth and pitch.
  PlaneRowResize(const Plane& shape, const PlaneSpecs& specs);

  /// The next rows, from top to bottom.
  void take(const Plane& rows);
  /// To be called once. REQUIRES that all rows came.
  Plane result() { return std::move(out_); }

 private:
  /// Output rows [first, first + count), the rows [begin, end) that they need, and in `keep` the first row that this or
  /// a later group needs.
  struct Group {
    int first = 0;
    int count = 0;
    int begin = 0;
    int end = 0;
    int keep = 0;
  };

  std::vector<Group> groups_of(int size, int height) const;
  void plan_groups(const Plane& shape);
  void append(const Plane& rows, int y);
  void let_go(int rows);
  void make(const Group& group);

  AxisFilter down_;
  AxisFilter across_;
  AxisFilter slice_;  ///< the part of down_ for one group, counted from the band's first row
  bool transpose_;
  bool mirrored_;
  Plane out_;
  std::vector<Group> groups_;  ///< in the order in which their rows come
  std::size_t next_group_ = 0;
  int next_row_ = 0;
  Plane band_;  ///< `held_` rows of the plane, from row first_held_ on
  Plane part_;  ///< the outputs of one group
  int capacity_ = 0;
  int first_held_ = 0;
  int held_ = 0;
  Pace pace_;
};

/// Gives the same samples as resize(), and takes the same arguments, for a picture that comes by rows.
class RowResize final : public RowSink {
 public:
  RowResize(Orientation orientation, const Geometry& geometry, Kernel kernel, ChromaGrid chroma)
      : orientation_(orientation), geometry_(geometry), kernel_(kernel), chroma_(chroma) {}

  void begin(const Picture& frame) override;
  void take(std::size_t plane, const Plane& rows) override { planes_[plane].take(rows); }
  /// To be called once, after the last row.
  Picture result();

 private:
  Orientation orientation_;
  Geometry geometry_;
  Kernel kernel_;
  ChromaGrid chroma_;
  Picture out_;
  std::vector<PlaneRowResize> planes_;
  bool quartered_ = false;  ///< see overshoot.h
};

/// An upper estimate of the bytes that a PlaneRowResize holds beside its result and its filters, for rows of
/// `row_bytes`, of which `rows` make `outputs` with a window `reach` outputs wide.
double row_resize_memory(double row_bytes, double rows, double outputs, double reach);

}  // namespace thumbs::image
