// Gathers changes until they pause: several within a short time are one build. Pure: the clock is the caller's.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "watch/watcher.h"

namespace thumbs::watch {

/// What to look at in one build.
struct Changes {
  std::set<std::string> files;
  bool everything = false;
};

class Debounce {
 public:
  /// A build is due after `quiet` seconds without a change, and at the latest after ten times that.
  explicit Debounce(double quiet) : quiet_(quiet) {}

  /// `now` never goes back.
  void add(const Events& events, double now);
  /// When the next build is due; empty: nothing is known to have changed.
  std::optional<double> due() const;
  /// The changes that are due at `now`, none afterwards. A file that somebody writes to without ever closing it counts
  /// as changed once it rests.
  Changes take(double now);

 private:
  static constexpr double k_most = 10;     ///< times `quiet`
  static constexpr double k_patience = 2;  ///< seconds for a file that is being written

  double quiet_;
  Changes changes_;
  std::map<std::string, double> writing_;  ///< with the time of the last write
  double first_ = 0;                       ///< time of the first and the last of `changes_`
  double last_ = 0;
};

}  // namespace thumbs::watch
