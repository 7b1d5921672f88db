// For tests: the instruction sets that the resize was compiled for and this machine has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace thumbs::image {

struct ResizeTarget {
  std::int64_t id = 0;
  std::string name;  ///< "AVX2"
};

/// Those that may be chosen now, best first.
std::vector<ResizeTarget> resize_targets();

/// Makes every later resize of this process use `target`. No resize may be under way.
void use_resize_target(const ResizeTarget& target);

/// Undoes use_resize_target.
void use_best_resize_target();

}  // namespace thumbs::image
