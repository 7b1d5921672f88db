#include "man/roff.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "thumbs/version.h"

namespace thumbs::man {
namespace {

/// The code point at `text[at]`, which is well-formed UTF-8; moves `at` to its last byte.
std::uint32_t code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
  const std::uint32_t first = byte(at);
  const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  std::uint32_t point = first & (0x3fu >> more);
  for (int i = 0; i < more && at + 1 < text.size(); ++i) point = point << 6 | (byte(++at) & 0x3f);
  return point;
}

std::string lines_escaped(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines += escaped(text.substr(0, end)) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// Escaped text in lines of at most 78 bytes: mandoc complains of longer ones.
std::string filled(std::string_view text) {
  constexpr std::size_t k_longest = 78;
  std::string lines, line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string word = escaped(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.size() + 1 + word.size() > k_longest) {
      lines += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return lines + line + "\n";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string page = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '\\': page += "\\e"; break;
      case '-': page += "\\-"; break;
      case '"': page += "\\(dq"; break;
      case '\'': page += "\\(aq"; break;
      case '`': page += "\\(ga"; break;
      case '^': page += "\\(ha"; break;
      case '~': page += "\\(ti"; break;
      default:
        if (static_cast<unsigned char>(text[i]) < 0x80) {
          page += text[i];
        } else {
          char name[16];
          std::snprintf(name, sizeof name, "\\[u%04X]", static_cast<unsigned>(code_point(text, i)));
          page += name;
        }
    }
  }
  return page;
}

std::string title(std::string_view name, int section, std::string_view date) {
  return ".TH " + escaped(name) + " " + std::to_string(section) + " " + std::string(date) + " \"thumbs " +
         std::string(version()) + "\"\n";
}

std::string heading(std::string_view text) { return ".SH " + escaped(text) + "\n"; }

std::string subheading(std::string_view text) { return ".SS " + escaped(text) + "\n"; }

std::string paragraph(std::string_view text) { return ".PP\n" + filled(text); }

std::string first_paragraph(std::string_view text) { return filled(text); }

std::string entry(std::string_view label, std::string_view value, std::string_view text) {
  std::string line = "\\fB" + escaped(label) + "\\fR";
  if (!value.empty()) line += "\\fI" + escaped(value) + "\\fR";
  return ".TP\n" + line + "\n" + filled(text);
}

std::string verbatim(std::string_view lines) { return ".RS 4\n.nf\n" + lines_escaped(lines) + ".fi\n.RE\n"; }

std::string sentence(std::string_view text) {
  std::string whole(text);
  if (whole.empty()) return whole;
  if (whole[0] >= 'a' && whole[0] <= 'z') whole[0] = static_cast<char>(whole[0] - 'a' + 'A');
  if (!whole.ends_with('.') && !whole.ends_with(':')) whole += '.';
  return whole;
}

}  // namespace thumbs::man
