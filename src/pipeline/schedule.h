// The order in which sources are begun, so that no worker stands idle while another is at the last large one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace thumbs::pipeline {

/// Positions of tasks of these costs (in any unit), in the order in which `jobs` workers should take them: the given
/// one, which is that of the paths and good for disks and for people; but near the end largest first (R. L. Graham,
/// Bounds on multiprocessing timing anomalies, 1969). The end begins early enough that what is left keeps the other
/// workers busy beside the largest.
std::vector<std::uint32_t> schedule(std::span<const std::uint64_t> costs, int jobs);

}  // namespace thumbs::pipeline
