// JSON text as a tree in which everything knows its place: what nlohmann's own tree cannot tell.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "thumbs/manifest.h"

namespace thumbs {

struct JsonMember;

/// One value. `offset` is the index of its first byte in the text.
struct JsonValue {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  std::size_t offset = 0;
  bool truth = false;
  double number = 0;  ///< infinite where the text's number is larger than any double
  std::string text;
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  ///< in the text's order, duplicates included

  /// The first member of that key, or null.
  const JsonValue* find(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  std::size_t key_offset = 0;
  JsonValue value;
};

/// The first fault of a text that is no JSON.
struct JsonFault {
  std::size_t offset = 0;
  std::string message;
};

/// Parses UTF-8 JSON (RFC 8259) with // and /* */ comments; a byte order mark is skipped. Nesting is limited, so that
/// walking the tree may recurse.
std::variant<JsonValue, JsonFault> parse_json(std::string_view text);

/// Turns byte offsets into lines and columns. Borrows nothing.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);
  TextPosition position(std::size_t offset) const;

 private:
  std::vector<std::size_t> starts_;
};

}  // namespace thumbs
