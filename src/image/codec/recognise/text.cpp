// Skips marks, white space and comments; then the first word decides.
#include "image/codec/recognise/text.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace thumbs::image {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view k_space = " \t\r\n\f\v";

/// Reduces UTF-16 to its ASCII part, and drops a byte order mark.
std::string as_ascii(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) return std::string(head.substr(3));
  const bool little = head.starts_with("\xFF\xFE"), big = head.starts_with("\xFE\xFF");
  if (!little && !big) return std::string(head);
  std::string text;
  for (std::size_t i = 2; i + 1 < head.size(); i += 2) {
    const char high = head[i + (little ? 1 : 0)], low = head[i + (little ? 0 : 1)];
    text += high == '\0' ? low : '?';
  }
  return text;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Skips white space, <?…?> and <!--…--> before the first element.
std::string_view first_element(std::string_view text) {
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(k_space), text.size()));
    const std::string_view end = text.starts_with("<!--") ? "-->"sv : text.starts_with("<?xml") ? "?>"sv : ""sv;
    if (end.empty()) return text;
    const std::size_t at = text.find(end);
    if (at == text.npos) return {};
    text.remove_prefix(at + end.size());
  }
}

bool begins_with_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.starts_with(word); });
}

/// Whether all of it is text: no control characters except white space and escapes (terminal colours).
bool is_text(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) {
    return c >= 0x20 || c == 0x1B || k_space.find(static_cast<char>(c)) != k_space.npos;
  });
}

TextKind kind_of_markup(std::string_view text) {
  const std::string_view element = first_element(text);
  if (element.starts_with("<svg") || element.starts_with("<!doctype svg") ||
      (element.starts_with("<!doctype") && text.find("<svg") != text.npos && text.find("<html") == text.npos))
    return {"SVG", true};
  if (begins_with_one_of(element, {"<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<script", "<style",
                                   "<div", "<center", "<h1", "<p>"}))
    return {"an HTML page, perhaps an error page saved in place of the picture: download it again"};
  if (text.starts_with("<?xml") || begins_with_one_of(element, {"<error", "<!doctype", "<rss"}))
    return {"an XML document, perhaps an error message saved in place of the picture: download it again"};
  return {};
}

/// The kind of a text, by its first words in lower case.
TextKind kind_of_words(std::string_view text) {
  if (begins_with_one_of(text, {"version https://git-lfs.github.com/spec/", "version https://hawser.github.com/spec/"}))
    return {"a Git LFS pointer to it: run `git lfs pull`"};
  if (text.substr(0, text.find('\n')).find("/annex/objects/") != text.npos)
    return {"a git-annex pointer to it: run `git annex get`"};
  if (begins_with_one_of(text, {"data:image/", "/9j/", "ivborw0kggo", "uklgr"}))
    return {"a picture in base64: decode it first"};
  if (begins_with_one_of(text, {"#!", "<?php"})) return {"a script"};
  if (begins_with_one_of(text, {"{", "["}))
    return {"JSON, perhaps an error message saved in place of the picture: download it again"};
  if (begins_with_one_of(text, {"403", "404", "500", "502", "503", "error", "not found", "file not found", "forbidden",
                                "access denied", "unauthorized", "bad gateway", "http/1."}))
    return {"text, perhaps an error message saved in place of the picture: download it again"};
  return {};
}

}  // namespace

TextKind kind_of_text(std::string_view head) {
  const std::string text = lowered(as_ascii(head));
  const std::string_view trimmed =
      std::string_view(text).substr(std::min(text.find_first_not_of(k_space), text.size()));
  if (const TextKind markup = kind_of_markup(trimmed); !markup.what.empty()) return markup;
  if (trimmed.empty()) return is_text(text) ? TextKind{"only white space"} : TextKind{};
  if (!is_text(text)) return {};
  return kind_of_words(trimmed);
}

}  // namespace thumbs::image
