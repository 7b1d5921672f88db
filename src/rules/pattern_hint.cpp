// Tries what people mean when they write patterns as other tools know them, or slip.
#include "rules/pattern_hint.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "manifest/glob.h"
#include "manifest/glob_segment.h"
#include "text/nearest.h"
#include "thumbs/text.h"

namespace thumbs::rules {
namespace {

constexpr std::size_t k_most_candidates = 100;
constexpr std::size_t k_longest_name = 40;

/// A pattern that may be what was meant, and the rule that was missed.
struct Candidate {
  std::string pattern;
  std::string rule;
};

bool is_plain(std::string_view text) { return text.find_first_of("*?[]{}\\") == std::string_view::npos; }

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return lower;
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Without its dot; "" where there is none.
std::string_view extension_of(std::string_view path) {
  const std::string_view name = file_name(path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
}

std::optional<manifest::Glob> compile(const std::string& pattern, PatternUse use) {
  try {
    return manifest::Glob(pattern, use == PatternUse::include ? manifest::Dots::named : manifest::Dots::all);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

bool matches_any(const std::string& pattern, PatternUse use, const std::vector<std::string>& names) {
  const std::optional<manifest::Glob> glob = compile(pattern, use);
  return glob && std::any_of(names.begin(), names.end(), [&](const std::string& name) { return glob->matches(name); });
}

/// Extensions of pictures that people name on purpose: where none has one, it is no slip. Those of a row mean the same.
constexpr std::array<std::array<std::string_view, 4>, 14> k_picture_extensions{{
    {"jpg", "jpeg", "jpe", "jfif"},
    {"tif", "tiff"},
    {"heic", "heif", "hif"},
    {"png"},
    {"webp"},
    {"avif"},
    {"gif"},
    {"bmp"},
    {"svg", "svgz"},
    {"psd"},
    {"jxl"},
    {"ico"},
    {"jp2"},
    {"apng"},
}};

std::span<const std::string_view> family_of(std::string_view extension) {
  for (const auto& family : k_picture_extensions)
    if (!extension.empty() && std::find(family.begin(), family.end(), extension) != family.end()) return family;
  return {};
}

bool may_be_meant(std::string_view written, std::string_view found) {
  const auto family = family_of(written);
  if (family.empty()) return text::edit_distance(written, found) == 1;
  return found != written && std::find(family.begin(), family.end(), found) != family.end();
}

/// Makes candidates out of a pattern, each by one change.
class Changes {
 public:
  Changes(PatternUse use, std::string_view source, const scan::NamesBelow& names)
      : use_(use), source_(source), names_(names) {
    for (const std::string& file : names.files) add_words(file, true);
    for (const std::string& folder : names.folders) add_words(folder, false);
  }

  std::vector<Candidate> of(const std::string& pattern) const {
    std::vector<Candidate> all;
    from_source(pattern, all);
    with_slashes(pattern, all);
    as_folder(pattern, all);
    other_extension(pattern, all);
    deeper(pattern, all);
    other_names(pattern, all);
    return all;
  }

 private:
  void add_words(const std::string& path, bool is_file) {
    for (std::size_t start = 0; start <= path.size();) {
      const std::size_t end = std::min(path.find('/', start), path.size());
      const std::string_view word = std::string_view(path).substr(start, end - start);
      if (word.size() <= k_longest_name && is_plain(word)) words_.emplace(word);
      start = end + 1;
    }
    if (is_file) extensions_.insert(in_lower_case(extension_of(path)));
  }

  void from_source(const std::string& pattern, std::vector<Candidate>& all) const {
    for (std::string_view above = source_; !above.empty();) {
      if (pattern.starts_with(std::string(above) + "/"))
        all.push_back({pattern.substr(above.size() + 1), " Patterns are relative to " + in_quotes(source_) + "."});
      const std::size_t slash = above.find('/');
      above = slash == std::string_view::npos ? std::string_view{} : above.substr(slash + 1);
    }
  }

  static void with_slashes(const std::string& pattern, std::vector<Candidate>& all) {
    if (pattern.find('\\') == std::string::npos) return;
    std::string text = pattern;
    std::replace(text.begin(), text.end(), '\\', '/');
    all.push_back({std::move(text), " Separate folders with \"/\"; a backslash escapes."});
  }

  void as_folder(const std::string& pattern, std::vector<Candidate>& all) const {
    if (matches_any(pattern, use_, names_.folders))
      all.push_back({pattern + "/**", " A folder's name does not match the files in it."});
  }

  void other_extension(const std::string& pattern, std::vector<Candidate>& all) const {
    const std::string written = in_lower_case(extension_of(pattern));
    if (written.empty() || !is_plain(written)) return;
    for (const std::string& found : extensions_)
      if (!found.empty() && is_plain(found) && may_be_meant(written, found))
        all.push_back({pattern.substr(0, pattern.size() - written.size()) + found, ""});
  }

  static void deeper(const std::string& pattern, std::vector<Candidate>& all) {
    if (!pattern.starts_with("**/")) all.push_back({"**/" + pattern, ""});
  }

  // A folder or file that is spelled nearly so; the case of its letters counts.
  void other_names(const std::string& pattern, std::vector<Candidate>& all) const {
    for (std::size_t start = 0; start < pattern.size();) {
      const std::size_t end = std::min(pattern.find('/', start), pattern.size());
      const std::string_view segment = std::string_view(pattern).substr(start, end - start);
      if (is_plain(segment) && segment.size() <= k_longest_name)
        for (const std::string& word : words_)
          if (word != segment && text::edit_distance(word, segment) <= segment.size() / 4)
            all.push_back({pattern.substr(0, start) + word + pattern.substr(end), ""});
      start = end + 1;
    }
  }

  PatternUse use_;
  std::string_view source_;
  const scan::NamesBelow& names_;
  std::set<std::string, std::less<>> words_;
  std::set<std::string> extensions_;
};

bool would_match(const Candidate& candidate, PatternUse use, const scan::NamesBelow& names) {
  if (matches_any(candidate.pattern, use, names.files)) return true;
  const std::optional<manifest::Glob> glob =
      use == PatternUse::exclude ? compile(candidate.pattern, use) : std::nullopt;
  return glob && std::any_of(names.folders.begin(), names.folders.end(),
                             [&](const std::string& folder) { return glob->matches_all_below(folder); });
}

/// Breadth first: what takes one change comes before what takes two.
std::optional<Candidate> find_candidate(const std::string& pattern, PatternUse use, std::string_view source,
                                        const scan::NamesBelow& names) {
  const Changes changes(use, source, names);
  std::vector<Candidate> open{{pattern, ""}};
  std::set<std::string> seen{pattern};
  std::size_t tried = 0;
  for (int depth = 0; depth < 2; ++depth) {
    std::vector<Candidate> next;
    for (const Candidate& from : open) {
      for (Candidate& candidate : changes.of(from.pattern)) {
        if (!seen.insert(candidate.pattern).second || ++tried > k_most_candidates) continue;
        if (candidate.rule.empty()) candidate.rule = from.rule;
        if (would_match(candidate, use, names)) return candidate;
        next.push_back(std::move(candidate));
      }
    }
    open = std::move(next);
  }
  return std::nullopt;
}

/// [[:alpha:]] and its like.
std::string posix_class_hint(std::string_view pattern) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> k_classes{{
      {"[:alpha:]", "A-Za-z"},
      {"[:digit:]", "0-9"},
      {"[:alnum:]", "0-9A-Za-z"},
      {"[:upper:]", "A-Z"},
      {"[:lower:]", "a-z"},
      {"[:xdigit:]", "0-9A-Fa-f"},
      {"[:space:]", " "},
  }};
  for (const auto& [name, members] : k_classes) {
    if (pattern.find(name) == std::string_view::npos) continue;
    return ": " + std::string(name) + " is not supported: write \"[" + std::string(members) + "]\"";
  }
  return {};
}

std::string negation_hint(const std::string& pattern, PatternUse use) {
  if (!pattern.starts_with('!')) return {};
  if (use == PatternUse::exclude) return ": \"!\" does not re-include files: exclude fewer files";
  return ": \"!\" does not exclude files: add " + in_quotes(pattern.substr(1)) + " to \"exclude\"";
}

/// A file that matches where the case of letters does not count.
std::string case_hint(const std::string& pattern, PatternUse use, const scan::NamesBelow& names) {
  const std::optional<manifest::Glob> glob = compile(in_lower_case(pattern), use);
  for (const std::string& file : names.files)
    if (glob && glob->matches(in_lower_case(file))) return ": case matters: the file is named " + in_quotes(file);
  return {};
}

/// The pattern, and what its braces stand for.
std::vector<std::string> readings_of(const std::string& pattern) {
  constexpr std::size_t k_most = 8;
  std::vector<std::string> all = manifest::expand_braces(pattern);
  if (all.size() > k_most) all.resize(k_most);
  if (all.size() != 1) all.insert(all.begin(), pattern);
  return all;
}

}  // namespace

std::string pattern_hint(const std::string& pattern, PatternUse use, std::string_view source,
                         const scan::NamesBelow& names) {
  if (std::string hint = negation_hint(pattern, use); !hint.empty()) return hint;
  if (std::string hint = posix_class_hint(pattern); !hint.empty()) return hint;
  for (const std::string& reading : readings_of(pattern))
    if (const auto found = find_candidate(reading, use, source, names))
      return ": did you mean " + in_quotes(found->pattern) + "?" + found->rule;
  if (std::string hint = case_hint(pattern, use, names); !hint.empty()) return hint;
  return !source.empty() && pattern.starts_with(std::string(source) + "/")
             ? ": patterns are relative to " + in_quotes(source)
             : std::string();
}

std::vector<std::string> odd_alternatives(const std::string& pattern) {
  std::vector<std::string> all = manifest::expand_braces(pattern);
  if (all.size() == 1) return {};
  std::erase_if(all, [](const std::string& text) {
    const std::string extension = in_lower_case(extension_of(text));
    return extension.empty() || !is_plain(extension) || !family_of(extension).empty();
  });
  return all;
}

}  // namespace thumbs::rules
