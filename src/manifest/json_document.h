// A JSON tree with the position of each value, which nlohmann's own tree does not have.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "thumbs/manifest.h"

namespace thumbs::manifest {

struct JsonMember;

/// A JSON value. `offset` is the index of its first byte in the text.
struct JsonValue {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  std::size_t offset = 0;
  bool truth = false;
  double number = 0;  ///< infinite if the number is too large for a double
  std::string text;
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  ///< in the text's order, with duplicates

  /// The first member with this key, or null.
  const JsonValue* find(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  std::size_t key_offset = 0;
  JsonValue value;
};

/// The first fault in a text.
struct JsonFault {
  std::size_t offset = 0;
  std::string message;
};

/// Parses UTF-8 JSON (RFC 8259) with // and /* */ comments; skips a byte order mark. Nesting is limited to 64 levels,
/// so that walking the tree may recurse.
std::variant<JsonValue, JsonFault> parse_json(std::string_view text);

/// Converts byte offsets to lines and columns. Does not refer to the text after construction.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);
  TextPosition position(std::size_t offset) const;

 private:
  std::vector<std::size_t> starts_;
};

}  // namespace thumbs::manifest
