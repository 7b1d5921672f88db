// What a manifest's values may be: for the parser, which has their text, and for normalised(), which has the values.
// Each fault is a text for people; none means that all is well.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "thumbs/text.h"
#include "thumbs/variant.h"

namespace thumbs::manifest {

struct Range {
  double least;
  double most;
  bool whole = true;  ///< no fractions

  /// "a whole number from 1 to 100".
  std::string text() const;
};

inline constexpr Range k_sides{1, 65535};
inline constexpr Range k_qualities{1, 100};
inline constexpr Range k_levels{0, 9};
inline constexpr Range k_efforts{0, 9};
inline constexpr Range k_sigmas{0, 10, false};
inline constexpr Range k_seconds{0, 1e9, false};
inline constexpr Range k_percents{0, 100, false};
inline constexpr Range k_scales{1, 100, false};
inline constexpr Range k_opacities{0, 1, false};
inline constexpr Range k_margins{0, 50, false};
inline constexpr Range k_sizes{0, static_cast<double>(k_max_size)};

using Fault = std::optional<std::string>;

/// "is 0; must be a whole number from 1 to 100".
Fault fault_of_number(double value, const Range& range);
/// Not empty, and without NUL.
Fault fault_of_text(std::string_view text);
/// The path of a file of ours. A folder's cannot be one, whatever the disk holds.
Fault fault_of_file(std::string_view path);
/// The beginning of URLs: printable ASCII without spaces, as it stands in an HTML attribute.
Fault fault_of_url(std::string_view text);
/// Where results are shared: a folder, or a URL that names of results can be put behind.
Fault fault_of_store(std::string_view text);
Fault fault_of_glob(std::string_view text);
Fault fault_of_template(std::string_view text);
Fault fault_of_variant_name(std::string_view name);

inline constexpr std::string_view k_no_size = "a variant needs a \"width\" or a \"height\"";
inline constexpr std::string_view k_focus_or_position =
    "\"focus\" and \"position\" say the same in two ways: remove one of them";
/// Of a variant that states a focus itself.
Fault fault_of_focused(const Variant& variant);

/// Of a watermark.
Fault fault_of_mark_position(Position position);

/// Names that must differ.
class UniqueNames {
 public:
  explicit UniqueNames(std::string_view what) : what_(what) {}
  /// A fault where another pointer has the name already; one pointer may add it again.
  Fault add(const std::string& name, const std::string& pointer);

 private:
  std::string_view what_;
  std::map<std::string, std::string> pointers_;
};

}  // namespace thumbs::manifest
