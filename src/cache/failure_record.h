// Why an output could not be made, for people.
#pragma once

#include <compare>
#include <string>

namespace thumbs::cache {

/// Of an output whose last attempt failed (OutputRecord::failed).
struct FailureRecord {
  std::string output;   ///< its path
  std::string message;  ///< ItemError::message
  auto operator<=>(const FailureRecord&) const = default;
};

}  // namespace thumbs::cache
