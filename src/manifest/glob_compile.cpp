// Compiles the text of a pattern.
#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/glob_segment.h"

namespace thumbs::manifest {
namespace {

constexpr std::size_t k_max_length = 4096;
constexpr std::size_t k_max_alternatives = 1024;

[[noreturn]] void malformed(const std::string& why) { throw std::invalid_argument("malformed glob: " + why); }

/// The index of the ']' that ends the class at `open`.
std::size_t class_end(std::string_view text, std::size_t open) {
  std::size_t at = open + 1;
  if (at < text.size() && (text[at] == '!' || text[at] == '^')) ++at;
  if (at < text.size() && text[at] == ']') ++at;
  for (; at < text.size() && text[at] != ']' && text[at] != '/'; ++at) {
    if (text[at] == '\\') ++at;
  }
  if (at >= text.size() || text[at] != ']') malformed("a \"[\" without a \"]\" (write \"\\[\" for a literal \"[\")");
  return at;
}

/// The index after the letter, class or escaped letter at `at`.
std::size_t past_atom(std::string_view text, std::size_t at) {
  if (text[at] == '[') return class_end(text, at) + 1;
  if (text[at] != '\\') return at + 1;
  if (at + 1 == text.size()) malformed("a backslash at the end escapes nothing");
  return at + 2;
}

/// A brace expression: text[open] is '{', text[close] its '}'.
struct Braces {
  std::size_t open = 0;
  std::size_t close = 0;
  std::vector<std::string_view> alternatives;
};

Braces read_braces(std::string_view text, std::size_t open) {
  Braces braces{open, 0, {}};
  std::size_t depth = 0;
  std::size_t start = open + 1;
  for (std::size_t at = open; at < text.size(); at = past_atom(text, at)) {
    if (text[at] == '{') ++depth;
    if (depth == 1 && (text[at] == ',' || text[at] == '}')) {
      braces.alternatives.push_back(text.substr(start, at - start));
      start = at + 1;
    }
    if (text[at] == '}' && --depth == 0) {
      braces.close = at;
      return braces;
    }
  }
  malformed("a \"{\" without a \"}\" (write \"\\{\" for a literal \"{\")");
}

/// The first '{' of `text`, or its size.
std::size_t first_brace(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] != '{') {
    if (text[at] == '}') malformed("a \"}\" without a \"{\" before it (write \"\\}\" for a literal \"}\")");
    at = past_atom(text, at);
  }
  return at;
}

void add_to_class(GlobToken& token, std::string_view members) {
  const auto take = [&members] {
    if (members.front() == '\\' && members.size() > 1) members.remove_prefix(1);
    const auto [character, size] = first_character(members);
    members.remove_prefix(size);
    return character;
  };
  while (!members.empty()) {
    const char32_t first = take();
    char32_t last = first;
    if (members.size() > 1 && members.front() == '-') {
      members.remove_prefix(1);
      last = take();
    }
    if (last < first) malformed("a range in \"[...]\" runs backwards");
    token.ranges.emplace_back(first, last);
  }
}

GlobToken read_class(std::string_view members) {
  GlobToken token{.kind = GlobToken::Kind::one_of, .text = {}, .ranges = {}, .negated = false, .fold = false};
  token.negated = members.starts_with('!') || members.starts_with('^');
  if (token.negated) members.remove_prefix(1);
  add_to_class(token, members);
  return token;
}

/// Adds each letter as its own token, so that case folding can start at any letter.
void add_letter(std::vector<GlobToken>& tokens, std::string_view letter) {
  tokens.push_back(
      {.kind = GlobToken::Kind::literal, .text = std::string(letter), .ranges = {}, .negated = false, .fold = false});
}

void add_run(std::vector<GlobToken>& tokens) {
  if (!tokens.empty() && tokens.back().kind == GlobToken::Kind::any_run) return;
  tokens.push_back({.kind = GlobToken::Kind::any_run, .text = {}, .ranges = {}, .negated = false, .fold = false});
}

std::vector<GlobToken> read_tokens(std::string_view text) {
  std::vector<GlobToken> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = past_atom(text, at);
    const std::string_view atom = text.substr(at, next - at);
    at = next;
    switch (atom.front()) {
      case '*': add_run(tokens); break;
      case '?':
        tokens.push_back(
            {.kind = GlobToken::Kind::any_char, .text = {}, .ranges = {}, .negated = false, .fold = false});
        break;
      case '[': tokens.push_back(read_class(atom.substr(1, atom.size() - 2))); break;
      case '\\': add_letter(tokens, atom.substr(1)); break;
      default: add_letter(tokens, atom);
    }
  }
  return tokens;
}

bool is_dot(const GlobToken& token) { return token.kind == GlobToken::Kind::literal && token.text == "."; }

/// Sets `fold` on the letters after the last dot, unless that is the first character.
void fold_extension(std::vector<GlobToken>& tokens) {
  const auto dot = std::find_if(tokens.rbegin(), tokens.rend(), is_dot);
  if (dot == tokens.rend() || dot + 1 == tokens.rend()) return;
  for (auto token = dot.base(); token != tokens.end(); ++token) token->fold = true;
}

/// Merges adjacent letters with the same `fold`.
std::vector<GlobToken> merge_letters(std::vector<GlobToken> tokens) {
  std::vector<GlobToken> merged;
  for (GlobToken& token : tokens) {
    const bool literal = token.kind == GlobToken::Kind::literal;
    if (literal && !merged.empty() && merged.back().kind == GlobToken::Kind::literal &&
        merged.back().fold == token.fold) {
      merged.back().text += token.text;
    } else {
      merged.push_back(std::move(token));
    }
  }
  return merged;
}

GlobSegment compile_segment(std::string_view text, bool last) {
  if (text.empty()) malformed("an empty folder name (\"//\")");
  if (text == "." || text == "..") malformed("a folder \"" + std::string(text) + "\" never matches: remove it");
  GlobSegment segment;
  segment.any_folders = text == "**";
  if (segment.any_folders) return segment;
  segment.tokens = read_tokens(text);
  segment.starts_with_dot = !segment.tokens.empty() && segment.tokens.front().kind == GlobToken::Kind::literal &&
                            segment.tokens.front().text.starts_with('.');
  if (last) fold_extension(segment.tokens);
  segment.tokens = merge_letters(std::move(segment.tokens));
  return segment;
}

}  // namespace

std::vector<std::string> expand_braces(std::string_view pattern) {
  if (pattern.size() > k_max_length) malformed("longer than " + std::to_string(k_max_length) + " bytes");
  std::vector<std::string> finished;
  std::vector<std::string> open = {std::string(pattern)};
  while (!open.empty()) {
    const std::string text = std::move(open.back());
    open.pop_back();
    const std::size_t brace = first_brace(text);
    if (brace == text.size()) {
      finished.push_back(text);
      continue;
    }
    const Braces braces = read_braces(text, brace);
    if (finished.size() + open.size() + braces.alternatives.size() > k_max_alternatives) {
      malformed("its braces expand to more than " + std::to_string(k_max_alternatives) + " patterns");
    }
    for (auto part = braces.alternatives.rbegin(); part != braces.alternatives.rend(); ++part) {
      open.push_back(text.substr(0, braces.open) + std::string(*part) + text.substr(braces.close + 1));
    }
  }
  return finished;
}

std::vector<GlobSegment> compile_segments(std::string_view pattern) {
  if (pattern.empty()) malformed("it is empty");
  if (pattern.starts_with('/')) malformed("patterns are relative to the source: remove the \"/\" at the start");
  if (pattern.ends_with('/')) malformed("it ends in \"/\": did you mean \"" + std::string(pattern) + "**\"?");
  std::vector<GlobSegment> segments;
  for (std::size_t start = 0; start <= pattern.size();) {
    const std::size_t end = std::min(pattern.find('/', start), pattern.size());
    GlobSegment segment = compile_segment(pattern.substr(start, end - start), end == pattern.size());
    start = end + 1;
    if (segment.any_folders && !segments.empty() && segments.back().any_folders) continue;
    segments.push_back(std::move(segment));
  }
  if (segments.back().any_folders) segments.push_back(compile_segment("*", true));
  return segments;
}

}  // namespace thumbs::manifest
