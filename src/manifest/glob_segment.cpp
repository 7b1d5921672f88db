// Matches a name with a segment of a pattern.
#include "manifest/glob_segment.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace thumbs::manifest {
namespace {

char32_t fold_case(char32_t c) { return c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c; }

bool equal(std::string_view a, std::string_view b, bool fold) {
  if (!fold) return a == b;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return fold_case(static_cast<unsigned char>(x)) == fold_case(static_cast<unsigned char>(y));
  });
}

bool in_ranges(const GlobToken& token, char32_t c) {
  return std::any_of(token.ranges.begin(), token.ranges.end(),
                     [c](const auto& range) { return range.first <= c && c <= range.second; });
}

bool class_takes(const GlobToken& token, char32_t c) {
  bool found = in_ranges(token, c);
  if (token.fold && c < 0x80) {
    const char32_t lower = fold_case(c);
    found = in_ranges(token, lower) || (lower >= U'a' && lower <= U'z' && in_ranges(token, lower - U'a' + U'A'));
  }
  return found != token.negated;
}

/// How many bytes at the start of `rest` the token matches; empty if it does not match. REQUIRES a token that is not a
/// run.
std::optional<std::size_t> taken_by(const GlobToken& token, std::string_view rest) {
  if (token.kind == GlobToken::Kind::literal) {
    if (!equal(rest.substr(0, token.text.size()), token.text, token.fold)) return std::nullopt;
    return token.text.size();
  }
  if (rest.empty()) return std::nullopt;
  const auto [character, size] = first_character(rest);
  if (token.kind == GlobToken::Kind::one_of && !class_takes(token, character)) return std::nullopt;
  return size;
}

}  // namespace

std::pair<char32_t, std::size_t> first_character(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {0x110000 + lead, 1};
  char32_t value = lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0x110000 + lead, 1};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  const char32_t smallest = size == 4 ? 0x10000 : size == 3 ? 0x800 : 0x80;
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest || value > 0x10FFFF || surrogate) return {0x110000 + lead, 1};
  return {value, size};
}

bool ends_in_literal(std::string_view name, const GlobToken& token) {
  if (name.size() < token.text.size()) return false;
  return equal(name.substr(name.size() - token.text.size()), token.text, token.fold);
}

bool segment_matches(const GlobSegment& segment, std::string_view name) {
  // Backtracks only to the last run: other choices for earlier runs cannot help.
  constexpr auto k_none = static_cast<std::size_t>(-1);
  const std::vector<GlobToken>& tokens = segment.tokens;
  std::size_t token = 0, at = 0, run_token = k_none, run_at = 0;
  while (at < name.size() || token < tokens.size()) {
    if (token < tokens.size() && tokens[token].kind == GlobToken::Kind::any_run) {
      run_token = token++;
      run_at = at;
      continue;
    }
    if (token < tokens.size()) {
      if (const auto taken = taken_by(tokens[token], name.substr(at))) {
        at += *taken;
        ++token;
        continue;
      }
    } else if (run_token != k_none && run_token + 1 == tokens.size()) {
      return true;  // a run at the end matches the rest
    }
    if (run_token == k_none || run_at >= name.size()) return false;
    run_at += first_character(name.substr(run_at)).second;
    at = run_at;
    token = run_token + 1;
  }
  return true;
}

}  // namespace thumbs::manifest
