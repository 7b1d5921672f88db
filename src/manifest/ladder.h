// Ladders: a variant with `widths` or `formats` stands for one variant for each pair.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "manifest/rules.h"
#include "thumbs/variant.h"

namespace thumbs::manifest {

inline constexpr std::string_view k_both_widths = "\"width\" and \"widths\" cannot be combined: remove one";
inline constexpr std::string_view k_both_formats = "\"format\" and \"formats\" cannot be combined: remove one";

bool is_ladder(const Variant& variant);

/// The variants that `stated` stands for: itself, where it is no ladder. By width, then by format. `pointer`: of
/// `stated`, where it has none yet.
std::vector<Variant> rungs_of(const Variant& stated, const std::string& pointer);

/// Widths that do not ascend at `i`.
Fault fault_of_width(const std::vector<int>& widths, std::size_t i);
/// A format that an earlier item names.
Fault fault_of_format(const std::vector<OutputFormat>& formats, std::size_t i);
/// A height that grows too large with the width at `i`.
Fault fault_of_scaled_height(const Variant& ladder, std::size_t i);

/// Names of a set's variants, which must differ; those of one ladder may share one, for their formats tell them apart.
class VariantNames {
 public:
  Fault add(const Variant& variant, const std::string& pointer);

 private:
  UniqueNames stated_{"variant"};
  UniqueNames made_{"variant"};
};

}  // namespace thumbs::manifest
