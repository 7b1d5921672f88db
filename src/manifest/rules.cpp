// Ranges, names, globs and templates.
#include "manifest/rules.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "manifest/glob.h"
#include "manifest/names.h"
#include "manifest/path_template.h"

namespace thumbs::manifest {
namespace {

constexpr std::string_view k_name_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/// Whole numbers in full, others as short as they can be told apart.
std::string digits_of(double value) {
  char digits[64];
  const bool plain = std::floor(value) == value && std::fabs(value) < 1e16;
  const auto end = plain ? std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed).ptr
                         : std::to_chars(digits, digits + sizeof digits, value).ptr;
  return {digits, end};
}

template <class Check>
Fault fault_in(Check check) {
  try {
    check();
    return std::nullopt;
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace

std::string Range::text() const {
  return std::string(whole ? "a whole number" : "a number") + " from " + digits_of(least) + " to " + digits_of(most);
}

Fault fault_of_number(double value, const Range& range) {
  const bool inside = value >= range.least && value <= range.most;
  if (inside && (!range.whole || std::floor(value) == value)) return std::nullopt;
  const std::string given = std::isfinite(value) ? "is " + digits_of(value) : "is out of range";
  return given + "; must be " + range.text();
}

Fault fault_of_text(std::string_view text) {
  if (text.empty()) return "must not be empty";
  if (text.find('\0') != std::string_view::npos) return "must not contain a NUL character";
  return std::nullopt;
}

Fault fault_of_file(std::string_view path) {
  const std::string_view last = path.substr(path.rfind('/') + 1);
  if (!last.empty() && last != "." && last != "..") return std::nullopt;
  return "names a folder, not a file: " + in_quotes(path);
}

Fault fault_of_url(std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  if (plain) return std::nullopt;
  return "is not a URL: " + in_quotes(text) + ": percent-encode spaces and characters that are not ASCII";
}

Fault fault_of_store(std::string_view text) {
  constexpr std::string_view k_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const std::string_view scheme = text.substr(0, text.find("://"));
  const bool has_scheme =
      scheme.size() != text.size() && !scheme.empty() && k_letters.find(scheme.front()) != std::string_view::npos &&
      scheme.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-") ==
          std::string_view::npos;
  if (!has_scheme) return std::nullopt;
  if (scheme != "http" && scheme != "https")
    return "is no store: " + in_quotes(text) + ": use a folder, or a URL that begins with http:// or https://";
  if (Fault fault = fault_of_url(text)) return fault;
  const std::string_view rest = text.substr(scheme.size() + 3);
  if (rest.empty() || rest.front() == '/') return "names no host: " + in_quotes(text);
  if (rest.find_first_of("?#") == std::string_view::npos) return std::nullopt;
  return "must not contain \"?\" or \"#\": paths are put behind it";
}

Fault fault_of_glob(std::string_view text) {
  return fault_in([text] { Glob{text}; });
}

Fault fault_of_template(std::string_view text) {
  return fault_in([text] {
    if (PathTemplate(text).always_leaves_root())
      throw std::invalid_argument("leaves the set's \"output\" folder: use a path below it");
  });
}

Fault fault_of_variant_name(std::string_view name) {
  if (name.find_first_not_of(k_name_letters) == std::string_view::npos) return std::nullopt;
  return "invalid name " + in_quotes(name) + ": use only A-Z, a-z, 0-9, \"_\" and \"-\"";
}

Fault fault_of_focused(const Variant& variant) {
  if (variant.fit != Fit::cover)
    return "needs \"fit\": \"cover\"; " + in_quotes(name_of(variant.fit)) + " crops nothing";
  if (variant.position != Position::center) return std::string(k_focus_or_position);
  return std::nullopt;
}

Fault fault_of_mark_position(Position position) {
  if (position != Position::entropy && position != Position::attention) return std::nullopt;
  return in_quotes(name_of(position)) + " chooses a crop; a watermark needs a side, a corner or \"center\"";
}

Fault UniqueNames::add(const std::string& name, const std::string& pointer) {
  const auto [first, fresh] = pointers_.emplace(name, pointer);
  if (fresh || first->second == pointer) return std::nullopt;
  return std::string(what_) + " name " + in_quotes(name) + " is already used by " + first->second;
}

}  // namespace thumbs::manifest
