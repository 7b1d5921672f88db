// Compiles and expands path templates.
#include "manifest/path_template.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "path/path.h"
#include "thumbs/text.h"

namespace thumbs::manifest {

const PathTemplate::Name PathTemplate::k_names[] = {
    {"dir", Token::dir},   {"stem", Token::stem},   {"variant", Token::variant}, {"ext", Token::ext},
    {"hash", Token::hash}, {"width", Token::width}, {"height", Token::height},   {"sourceExt", Token::source_ext},
};

PathTemplate::Token PathTemplate::token_named(std::string_view name) {
  std::vector<std::string_view> known;
  for (const Name& entry : k_names) {
    if (entry.text == name) return entry.token;
    known.push_back(entry.text);
  }
  throw std::invalid_argument("unknown token " + in_quotes("{" + std::string(name) + "}") + suggestion(name, known));
}

void PathTemplate::add_literal(std::string_view text) {
  if (text.find('}') != std::string_view::npos) throw std::invalid_argument("a \"}\" without a \"{\" before it");
  if (!text.empty()) parts_.push_back({Token::literal, std::string(text)});
}

PathTemplate::PathTemplate(std::string_view text) {
  if (text.empty()) throw std::invalid_argument("empty template: use one such as \"{dir}/{stem}-{variant}.{ext}\"");
  if (text.find('\0') != std::string_view::npos) throw std::invalid_argument("a path cannot contain a NUL character");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find('{', at), text.size());
    add_literal(text.substr(at, open - at));
    if (open == text.size()) break;
    const std::size_t close = text.find_first_of("{}", open + 1);
    if (close == std::string_view::npos || text[close] == '{') {
      throw std::invalid_argument("a \"{\" without a \"}\" after it");
    }
    const Token token = token_named(text.substr(open + 1, close - open - 1));
    uses_hash_ |= token == Token::hash;
    uses_ext_ |= token == Token::ext;
    parts_.push_back({token, {}});
    at = close + 1;
  }
}

std::string_view PathTemplate::value_of(const Part& part, const TemplateValues& values, std::string& pixels) {
  const auto in_pixels = [&pixels](int size) -> std::string_view {
    return pixels = size > 0 ? std::to_string(size) : "auto";
  };
  switch (part.token) {
    case Token::literal: return part.text;
    case Token::dir: return values.dir;
    case Token::stem: return values.stem;
    case Token::variant: return values.variant;
    case Token::ext: return values.ext;
    case Token::source_ext: return values.source_ext;
    case Token::width: return in_pixels(values.width);
    case Token::height: return in_pixels(values.height);
    case Token::hash: return values.hash;
  }
  return {};
}

std::string PathTemplate::expand(const TemplateValues& values) const {
  std::string path;
  std::string pixels;
  bool after_literal = false;
  std::string_view stray;  // separators to remove from the next literal, because the value before it is empty
  for (const Part& part : parts_) {
    std::string_view value = value_of(part, values, pixels);
    const bool at_segment_start = path.empty() || path.back() == '/';
    if (part.token == Token::literal) {
      if (at_segment_start && stray.find(value.front()) != std::string_view::npos) value.remove_prefix(1);
      stray = {};
    } else if (value.empty() && part.token == Token::dir) {
      stray = "/";
    } else if (value.empty() && part.token == Token::source_ext) {
      // Removes the dot before it; if there is none ("{sourceExt}.{ext}"), the dot after it, or the slash after it
      // ("{sourceExt}/{stem}").
      if (after_literal && path.ends_with('.'))
        path.pop_back();
      else
        stray = "./";
    } else {
      stray = {};
    }
    after_literal = part.token == Token::literal;
    path += value;
  }
  return normalise_path(path);
}

bool PathTemplate::always_leaves_root() const {
  std::string deep;  // a {dir} with more folders than the template can have ".."
  for (const Part& part : parts_) {
    for (std::size_t i = 0; i < part.text.size(); i += 2) deep += deep.empty() ? "d" : "/d";
  }
  if (deep.empty()) deep = "d";
  const TemplateValues sample{
      .dir = deep, .stem = "s", .source_ext = "x", .variant = "v", .ext = "e", .width = 1, .height = 1, .hash = "h"};
  return leaves_root(expand(sample));
}

}  // namespace thumbs::manifest
