// Checks and converts JSON values.
#include "manifest/reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>
#include <utility>

#include "thumbs/text.h"

namespace thumbs::manifest {
namespace {

using Kind = JsonValue::Kind;

std::string_view name_of_kind(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "a boolean";
    case Kind::number: return "a number";
    case Kind::string: return "a string";
    case Kind::array: return "an array";
    case Kind::object: return "an object";
  }
  return "";
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// "#rgb", "#rrggbb" or "#rrggbbaa".
std::optional<Colour> parse_colour(std::string_view text) {
  const bool is_short = text.size() == 4;
  if (!text.starts_with('#') || (!is_short && text.size() != 7 && text.size() != 9)) return std::nullopt;
  std::uint8_t channels[4] = {255, 255, 255, 255};
  const std::size_t step = is_short ? 1 : 2;
  for (std::size_t i = 0; 1 + i * step < text.size(); ++i) {
    const int high = hex_digit(text[1 + i * step]);
    const int low = hex_digit(text[i * step + step]);
    if (high < 0 || low < 0) return std::nullopt;
    channels[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return Colour{channels[0], channels[1], channels[2], channels[3]};
}

/// Takes a plain decimal number from 0 to 100 off the front of `text`.
std::optional<double> take_percent(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view digits = text.substr(0, end);
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + end, value, std::chars_format::fixed);
  const bool plain = whole >= 1 && (whole <= 2 || digits.starts_with("100")) && digits.back() != '.' &&
                     read.ptr == digits.data() + end;
  if (!plain || !(value <= 100)) return std::nullopt;
  text.remove_prefix(end);
  return value;
}

/// "x,y", perhaps with a space between them.
std::optional<Focus> parse_focus(std::string_view text) {
  const auto x = take_percent(text);
  if (!x || !text.starts_with(',')) return std::nullopt;
  text.remove_prefix(text.starts_with(", ") ? 2 : 1);
  const auto y = take_percent(text);
  if (!y || !text.empty()) return std::nullopt;
  return Focus{*x, *y};
}

}  // namespace

std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) {
    if (c == '~')
      step += "~0";
    else if (c == '/')
      step += "~1";
    else
      step += c;
  }
  return step;
}

JsonPlace JsonPlace::member(std::string_view key, const JsonValue& child) const {
  return {child, pointer + pointer_step(key)};
}

JsonPlace JsonPlace::item(std::size_t index) const {
  return {value.items[index], pointer + "/" + std::to_string(index)};
}

void Reader::fault_at(std::size_t offset, std::string pointer, std::string message) {
  const TextPosition at = lines_.position(offset);
  faults_.push_back({file_, at.line, at.column, std::move(pointer), std::move(message)});
}

std::vector<Diagnostic> Reader::take_faults() {
  std::stable_sort(faults_.begin(), faults_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return std::exchange(faults_, {});
}

bool Reader::noted(const JsonPlace& place, std::optional<std::string> message) {
  if (message) fault(place, std::move(*message));
  return message.has_value();
}

bool Reader::expect(const JsonPlace& place, Kind kind, std::string_view wanted) {
  if (place.value.kind == kind) return true;
  fault(place, "must be " + std::string(wanted) + ", not " + std::string(name_of_kind(place.value.kind)));
  return false;
}

std::optional<bool> Reader::boolean(const JsonPlace& place) {
  if (!expect(place, Kind::boolean, "true or false")) return std::nullopt;
  return place.value.truth;
}

std::optional<double> Reader::number(const JsonPlace& place, const Range& range) {
  if (!expect(place, Kind::number, range.text())) return std::nullopt;
  if (noted(place, fault_of_number(place.value.number, range))) return std::nullopt;
  return place.value.number;
}

std::optional<std::uint64_t> Reader::whole(const JsonPlace& place, const Range& range) {
  const auto value = number(place, range);
  if (!value) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<int> Reader::integer(const JsonPlace& place, const Range& range) {
  const auto value = number(place, range);
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<std::string> Reader::text(const JsonPlace& place) {
  if (!expect(place, Kind::string, "a string")) return std::nullopt;
  if (noted(place, fault_of_text(place.value.text))) return std::nullopt;
  return place.value.text;
}

std::optional<std::uint64_t> Reader::size(const JsonPlace& place, std::string_view also_allowed) {
  if (place.value.kind == Kind::number) return whole(place, k_sizes);
  std::string wanted = "a whole number of bytes, or a string such as \"64MiB\", \"1GiB\" or \"500MB\"";
  if (!also_allowed.empty()) wanted += ", or " + in_quotes(also_allowed);
  if (!expect(place, Kind::string, wanted)) return std::nullopt;
  const auto bytes = parse_size(place.value.text);
  if (!bytes) fault(place, "invalid size " + in_quotes(place.value.text) + "; must be " + wanted);
  return bytes;
}

std::optional<Colour> Reader::colour(const JsonPlace& place) {
  constexpr std::string_view k_wanted = "\"#rgb\", \"#rrggbb\" or \"#rrggbbaa\"";
  if (!expect(place, Kind::string, k_wanted)) return std::nullopt;
  const std::string& text = place.value.text;
  const auto colour = parse_colour(text);
  if (colour) return colour;
  const bool only_mark_missing = parse_colour("#" + text).has_value();
  fault(place, "invalid colour " + in_quotes(text) +
                   (only_mark_missing ? ": did you mean " + in_quotes("#" + text) + "?"
                                      : "; must be " + std::string(k_wanted)));
  return std::nullopt;
}

std::optional<Focus> Reader::focus(const JsonPlace& place) {
  constexpr std::string_view k_wanted = "a point \"x,y\" in percent from the left and the top, such as \"50,25\"";
  if (!expect(place, Kind::string, k_wanted)) return std::nullopt;
  const auto focus = parse_focus(place.value.text);
  if (!focus) fault(place, "invalid focus " + in_quotes(place.value.text) + "; must be " + std::string(k_wanted));
  return focus;
}

void Reader::repeated_key(const JsonPlace& place, const JsonMember& member) {
  const JsonValue* first = place.value.find(member.key);
  fault_at(member.key_offset, place.pointer + pointer_step(member.key),
           "duplicate key " + in_quotes(member.key) + ", first on line " +
               std::to_string(lines_.position(first->offset).line) + ": remove one");
}

void Reader::unknown_key(const JsonPlace& place, const JsonMember& member, std::span<const std::string_view> known) {
  fault_at(member.key_offset, place.pointer + pointer_step(member.key),
           "unknown key " + in_quotes(member.key) + suggestion(member.key, known));
}

}  // namespace thumbs::manifest
