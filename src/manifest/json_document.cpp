// Builds the tree from the events of nlohmann's parser.
#include "manifest/json_document.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "manifest/json_scan.h"

namespace thumbs::manifest {
namespace {

constexpr std::size_t k_max_depth = 64;  // a manifest needs six
constexpr int k_max_overflows = 32;      // numbers in one text that are too large for a double
constexpr int k_number_overflow = 406;   // nlohmann's error id

using Kind = JsonValue::Kind;

/// nlohmann's message without the position and the text that it read.
std::string reason_of(std::string_view what) {
  const std::size_t dash = what.find(" - ");
  if (dash != std::string_view::npos) what.remove_prefix(dash + 3);
  const std::size_t read = what.find("; last read: '");
  const std::size_t expected = what.rfind("; expected ");
  if (read == std::string_view::npos) return std::string(what);
  const bool more = expected != std::string_view::npos && expected > read;
  return std::string(what.substr(0, read)) + std::string(more ? what.substr(expected) : "");
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  if (const std::size_t at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
}

/// Rewrites nlohmann's message for common mistakes.
std::string advice(std::string reason, std::string_view at, bool after_comma) {
  if (after_comma && (at.starts_with('}') || at.starts_with(']'))) {
    return "unexpected '" + std::string(at.substr(0, 1)) + "' after a comma: remove the comma";
  }
  if (at.starts_with('\'')) return "single quotes: strings need double quotes";
  if (reason == "invalid literal") return "invalid literal: strings and keys need double quotes";
  if (reason.starts_with("invalid comment") || reason.starts_with("invalid string")) {
    return reason.substr(0, reason.find("; expected"));
  }
  replace(reason, "; expected string literal", "; expected a key in double quotes");
  replace(reason, "; expected '}'", "; expected ',' or '}'");
  replace(reason, "; expected ']'", "; expected ',' or ']'");
  return reason;
}

/// Handles the parser's events. Finds the position of each by scanning on from the previous one.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  /// `infinite`: offsets of numbers that are too large for a double.
  Builder(std::string_view text, const std::set<std::size_t>& infinite)
      : text_(text), infinite_(infinite), cursor_(text.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0) {}

  bool null() override { return add(Kind::null); }
  bool boolean(bool value) override {
    next_.truth = value;
    return add(Kind::boolean);
  }
  bool number_integer(number_integer_t value) override { return number_float(static_cast<double>(value), {}); }
  bool number_unsigned(number_unsigned_t value) override { return number_float(static_cast<double>(value), {}); }
  bool number_float(number_float_t value, const string_t&) override {
    next_.number = value;
    return add(Kind::number);
  }
  bool string(string_t& value) override {
    next_.text = value;
    return add(Kind::string);
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Kind::object); }
  bool start_array(std::size_t) override { return open(Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    const std::size_t offset = take_token();
    open_.back()->members.push_back({value, offset, {}});
    return true;
  }
  bool parse_error(std::size_t bytes_read, const std::string&, const nlohmann::detail::exception& error) override;

  JsonValue take() { return std::move(root_); }
  const std::optional<JsonFault>& fault() const { return fault_; }
  std::optional<std::size_t> overflow() const { return overflow_; }

 private:
  struct Spot {
    std::size_t offset = 0;
    bool after_comma = false;
  };

  std::size_t take_token();
  JsonValue& place_value();
  bool add(Kind kind);
  bool open(Kind kind);
  bool close();
  Spot fault_spot(std::size_t bytes_read, const std::string& reason) const;

  std::string_view text_;
  const std::set<std::size_t>& infinite_;
  std::size_t cursor_;  ///< the end of the last event's token
  JsonValue root_;
  JsonValue next_;
  std::vector<JsonValue*> open_;  ///< stays valid, because only the innermost value grows
  std::optional<JsonFault> fault_;
  std::optional<std::size_t> overflow_;
};

/// The offset of the current event's token, after separators.
std::size_t Builder::take_token() {
  std::size_t at = skip_blank(text_, cursor_);
  while (at < text_.size() && (text_[at] == ',' || text_[at] == ':')) at = skip_blank(text_, at + 1);
  cursor_ = token_end(text_, at);
  return at;
}

/// The place of the next value.
JsonValue& Builder::place_value() {
  if (open_.empty()) return root_;
  JsonValue& parent = *open_.back();
  if (parent.kind == Kind::object) return parent.members.back().value;
  return parent.items.emplace_back();
}

bool Builder::add(Kind kind) {
  next_.kind = kind;
  next_.offset = take_token();
  if (infinite_.contains(next_.offset)) next_.number = text_[next_.offset] == '-' ? -HUGE_VAL : HUGE_VAL;
  place_value() = std::exchange(next_, JsonValue{});
  return true;
}

bool Builder::open(Kind kind) {
  const std::size_t offset = take_token();
  if (open_.size() == k_max_depth) {
    fault_ = JsonFault{offset, "nested more than " + std::to_string(k_max_depth) + " levels deep"};
    return false;
  }
  JsonValue& value = place_value();
  value.kind = kind;
  value.offset = offset;
  open_.push_back(&value);
  return true;
}

bool Builder::close() {
  take_token();
  open_.pop_back();
  return true;
}

/// The position of a fault: the last byte read if it is inside a string, else the start of the token.
Builder::Spot Builder::fault_spot(std::size_t bytes_read, const std::string& reason) const {
  const std::size_t last = bytes_read == 0 ? 0 : std::min(bytes_read - 1, text_.size());
  if (reason.starts_with("invalid string: ") && reason.find("missing closing quote") == std::string::npos)
    return {last};
  Spot spot{skip_blank(text_, cursor_)};
  while (spot.offset < last && (text_[spot.offset] == ',' || text_[spot.offset] == ':')) {
    spot = {skip_blank(text_, spot.offset + 1), text_[spot.offset] == ','};
  }
  return spot;
}

bool Builder::parse_error(std::size_t bytes_read, const std::string&, const nlohmann::detail::exception& error) {
  const std::string reason = reason_of(error.what());
  const Spot spot = fault_spot(bytes_read, reason);
  if (error.id == k_number_overflow) {
    overflow_ = spot.offset;
    fault_ = JsonFault{spot.offset, "number out of range"};
  } else {
    fault_ = JsonFault{spot.offset, "syntax error: " + advice(reason, text_.substr(spot.offset), spot.after_comma)};
  }
  return false;
}

JsonFault bad_byte(std::string_view text, std::size_t offset) {
  char hex[8];
  std::snprintf(hex, sizeof hex, "0x%02x", static_cast<unsigned>(static_cast<unsigned char>(text[offset])));
  return {offset, "not UTF-8 text: byte " + std::string(hex)};
}

/// Replaces a number that nlohmann rejects by 0, padded to the same length.
void blank_number(std::string& text, std::size_t offset) {
  const std::size_t end = token_end(text, offset);
  std::fill(text.begin() + static_cast<std::ptrdiff_t>(offset), text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
  text[offset] = '0';
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(), [key](const JsonMember& m) { return m.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

std::variant<JsonValue, JsonFault> parse_json(std::string_view text) {
  if (const auto bad = find_bad_byte(text)) return bad_byte(text, *bad);
  const std::size_t start = text.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0;
  if (skip_blank(text, start) == text.size()) return JsonFault{start, "empty file: a manifest is a JSON object"};
  std::string readable(text);
  std::set<std::size_t> infinite;
  while (true) {
    // The builder finds positions in the original text; only nlohmann sees the replaced numbers.
    Builder builder(text, infinite);
    const bool parsed = nlohmann::json::sax_parse(readable.begin(), readable.end(), &builder,
                                                  nlohmann::json::input_format_t::json, true, true);
    if (parsed && !builder.fault()) return builder.take();
    if (!builder.overflow() || infinite.size() == k_max_overflows) return builder.fault().value_or(JsonFault{});
    infinite.insert(*builder.overflow());
    blank_number(readable, *builder.overflow());
  }
}

LineIndex::LineIndex(std::string_view text) {
  starts_.push_back(text.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts_.push_back(at + 1);
  }
}

TextPosition LineIndex::position(std::size_t offset) const {
  const auto after = std::upper_bound(starts_.begin() + 1, starts_.end(), offset);
  const std::size_t start = *(after - 1);
  return {static_cast<int>(after - starts_.begin()), static_cast<int>(std::max(offset, start) - start) + 1};
}

}  // namespace thumbs::manifest
