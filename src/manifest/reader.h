// Reads typed settings from a JSON tree and collects all faults.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/json_document.h"
#include "manifest/names.h"
#include "manifest/rules.h"
#include "thumbs/error.h"
#include "thumbs/text.h"

namespace thumbs::manifest {

/// A value and its JSON pointer.
struct JsonPlace {
  const JsonValue& value;
  std::string pointer;

  JsonPlace member(std::string_view key, const JsonValue& child) const;
  JsonPlace item(std::size_t index) const;
};

/// `key` as a step of a JSON pointer: "/" and the escaped key.
std::string pointer_step(std::string_view key);

/// A key of an object, and the function that reads its value.
template <class Target>
struct KeyRule {
  std::string_view key;
  void (*read)(class Reader&, const JsonPlace&, Target&);
};

/// Read functions return empty after recording a fault.
class Reader {
 public:
  Reader(std::string file, LineIndex lines) : file_(std::move(file)), lines_(std::move(lines)) {}

  void fault(const JsonPlace& place, std::string message) {
    fault_at(place.value.offset, place.pointer, std::move(message));
  }
  void fault_at(std::size_t offset, std::string pointer, std::string message);
  /// All faults in the text's order.
  std::vector<Diagnostic> take_faults();

  std::optional<bool> boolean(const JsonPlace& place);
  /// A whole number; 1.0 counts as 1, as in JSON Schema.
  std::optional<std::uint64_t> whole(const JsonPlace& place, const Range& range);
  std::optional<int> integer(const JsonPlace& place, const Range& range);
  std::optional<double> number(const JsonPlace& place, const Range& range);
  /// A string that is not empty and has no NUL.
  std::optional<std::string> text(const JsonPlace& place);
  /// A size in bytes: a whole number, or a string for parse_size().
  std::optional<std::uint64_t> size(const JsonPlace& place, std::string_view also_allowed = {});
  std::optional<Colour> colour(const JsonPlace& place);
  /// "x,y" in percent.
  std::optional<Focus> focus(const JsonPlace& place);
  template <class Enum>
  std::optional<Enum> one_of(const JsonPlace& place);

  /// Notes the fault, where there is one, and says whether there was.
  bool noted(const JsonPlace& place, std::optional<std::string> message);
  /// Whether the value has this kind; if not, records the fault "must be WANTED".
  bool expect(const JsonPlace& place, JsonValue::Kind kind, std::string_view wanted);

  /// Notes that an earlier member of the object `place` has the key of this one.
  void require_first(const JsonPlace& place, const JsonMember& member) {
    if (place.value.find(member.key) != &member.value) repeated_key(place, member);
  }
  /// Reads each known member of an object, in the text's order. Unknown and repeated keys are faults.
  template <class Target>
  bool object(const JsonPlace& place, std::span<const KeyRule<Target>> rules, Target& target);

 private:
  void repeated_key(const JsonPlace& place, const JsonMember& member);
  void unknown_key(const JsonPlace& place, const JsonMember& member, std::span<const std::string_view> known);

  std::string file_;
  LineIndex lines_;
  std::vector<Diagnostic> faults_;
};

/// Assigns a value if it was valid.
template <class Target, class Value>
void put(Target& target, const std::optional<Value>& value) {
  if (value) target = *value;
}

template <class Enum>
std::optional<Enum> Reader::one_of(const JsonPlace& place) {
  std::vector<std::string_view> known;
  for (const auto& entry : k_names<Enum>) {
    if (place.value.kind == JsonValue::Kind::string && place.value.text == entry.text) return entry.value;
    known.push_back(entry.text);
  }
  if (expect(place, JsonValue::Kind::string, "a string such as " + in_quotes(known.front()))) {
    fault(place, "unknown value " + in_quotes(place.value.text) + suggestion(place.value.text, known));
  }
  return std::nullopt;
}

template <class Target>
bool Reader::object(const JsonPlace& place, std::span<const KeyRule<Target>> rules, Target& target) {
  if (!expect(place, JsonValue::Kind::object, "an object, { … }")) return false;
  std::vector<std::string_view> known;
  for (const auto& rule : rules) known.push_back(rule.key);
  std::set<std::string_view> seen;
  for (const JsonMember& member : place.value.members) {
    const bool repeated = !seen.insert(member.key).second;
    if (repeated) repeated_key(place, member);
    const auto rule = std::find(known.begin(), known.end(), member.key);
    if (rule == known.end()) {
      if (!repeated) unknown_key(place, member, known);
    } else {
      Target unused{};  // reads a repeated key only for its faults
      rules[static_cast<std::size_t>(rule - known.begin())].read(*this, place.member(member.key, member.value),
                                                                 repeated ? unused : target);
    }
  }
  return true;
}

}  // namespace thumbs::manifest
