// JSON as text, written member by member: no tree, and no JSON library, whose headers take long to compile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace thumbs::text {

/// In double quotes; quotes, backslashes and control characters escaped. Each byte outside UTF-8 becomes U+FFFD.
void append_quoted(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

/// As short as it reads back the same, with a fraction or an exponent; infinite and undefined ones are null.
std::string real_text(double value);

/// Appends one object on one line. What its functions return or take as `value` is JSON.
class ObjectText {
 public:
  explicit ObjectText(std::string& out) : out_(out) { out_ += '{'; }
  /// Where the member's value is to be appended.
  std::string& key(std::string_view name);
  void text(std::string_view name, std::string_view value) { append_quoted(key(name), value); }
  void number(std::string_view name, std::uint64_t value) { key(name) += std::to_string(value); }
  void value(std::string_view name, std::string_view value) { key(name) += value; }
  void close() { out_ += '}'; }

 private:
  std::string& out_;
  bool any_ = false;
};

}  // namespace thumbs::text
