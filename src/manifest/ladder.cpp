// Multiplies widths by formats.
#include "manifest/ladder.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "manifest/names.h"

namespace thumbs::manifest {
namespace {

/// The height of the first width, scaled to the width at `i`; half up.
std::int64_t scaled_height(const Variant& ladder, std::size_t i) {
  const std::int64_t first = ladder.widths.front();
  return (2 * std::int64_t{*ladder.height} * ladder.widths[i] + first) / (2 * first);
}

Variant without_lists(const Variant& stated) {
  Variant one = stated;
  one.widths.clear();
  one.formats.clear();
  one.statement.ladder = stated.name;
  return one;
}

std::vector<Variant> by_width(const Variant& stated) {
  std::vector<Variant> sizes;
  for (std::size_t i = 0; i < stated.widths.size(); ++i) {
    Variant& one = sizes.emplace_back(without_lists(stated));
    one.name += "-" + std::to_string(stated.widths[i]);
    one.width = stated.widths[i];
    if (stated.height) one.height = static_cast<int>(scaled_height(stated, i));
    one.statement.width = i;
  }
  if (sizes.empty()) sizes.push_back(without_lists(stated));
  return sizes;
}

}  // namespace

bool is_ladder(const Variant& variant) { return !variant.widths.empty() || !variant.formats.empty(); }

std::vector<Variant> rungs_of(const Variant& stated, const std::string& pointer) {
  Variant placed = stated;
  if (placed.statement.pointer.empty()) placed.statement.pointer = pointer;
  if (!is_ladder(stated)) return {std::move(placed)};
  std::vector<Variant> rungs;
  for (const Variant& size : by_width(placed)) {
    if (stated.formats.empty()) rungs.push_back(size);
    for (std::size_t i = 0; i < stated.formats.size(); ++i) {
      Variant& one = rungs.emplace_back(size);
      one.format = stated.formats[i];
      one.statement.format = i;
    }
  }
  return rungs;
}

Fault fault_of_width(const std::vector<int>& widths, std::size_t i) {
  if (i == 0 || widths[i] > widths[i - 1]) return std::nullopt;
  const std::string same = " is the same as the one before it: remove one";
  const std::string less =
      " is less than " + std::to_string(widths[i - 1]) + " before it: list widths in ascending order";
  return std::to_string(widths[i]) + (widths[i] == widths[i - 1] ? same : less);
}

Fault fault_of_format(const std::vector<OutputFormat>& formats, std::size_t i) {
  const auto here = formats.begin() + static_cast<std::ptrdiff_t>(i);
  if (std::find(formats.begin(), here, formats[i]) == here) return std::nullopt;
  return in_quotes(name_of(formats[i])) + " is in the list already: remove one";
}

Fault fault_of_scaled_height(const Variant& ladder, std::size_t i) {
  if (!ladder.height || ladder.widths.front() < 1) return std::nullopt;
  const std::int64_t height = scaled_height(ladder, i);
  if (static_cast<double>(height) <= k_sides.most) return std::nullopt;
  return "the height at this width would be " + std::to_string(height) + "; must be " + k_sides.text();
}

Fault VariantNames::add(const Variant& variant, const std::string& pointer) {
  const bool rung = !variant.statement.ladder.empty();
  if (Fault fault = stated_.add(rung ? variant.statement.ladder : variant.name, pointer)) return fault;
  for (const Variant& one : rungs_of(variant, pointer))
    if (Fault fault = made_.add(one.name, pointer)) return fault;
  return std::nullopt;
}

}  // namespace thumbs::manifest
