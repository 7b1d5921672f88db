// Splits paths into segments and joins them.
#include "path/path.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace thumbs {
namespace {

using Parts = std::vector<std::string_view>;

bool is_absolute(std::string_view path) { return path.starts_with('/'); }

Parts fold(std::string_view path) {
  const bool absolute = is_absolute(path);
  Parts kept;
  for (std::size_t start = 0; start < path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, end - start);
    start = end + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!absolute) {
      kept.push_back(segment);
    }
  }
  return kept;
}

// Whether folding would change nothing. Most paths are normal, and are not taken apart.
bool is_normal(std::string_view path) {
  if (path.ends_with('/')) return path == "/";
  for (std::size_t slash = path.find('/'), start = 0;; slash = path.find('/', start)) {
    const std::string_view segment = path.substr(start, slash - start);
    if (segment.empty() ? start > 0 || slash != 0 : segment == "." || segment == "..") return false;
    if (slash == std::string_view::npos) return true;
    start = slash + 1;
  }
}

std::string join(Parts::const_iterator begin, Parts::const_iterator end) {
  std::string text;
  for (auto segment = begin; segment != end; ++segment) {
    if (segment != begin) text += '/';
    text += *segment;
  }
  return text;
}

}  // namespace

bool leaves_root(std::string_view path) {
  if (is_absolute(path)) return true;
  if (is_normal(path)) return false;
  const Parts segments = fold(path);
  return segments.empty() || segments.front() == "..";
}

std::string normalise_path(std::string_view path) {
  if (is_normal(path)) return std::string(path);
  const Parts segments = fold(path);
  return (is_absolute(path) ? "/" : "") + join(segments.begin(), segments.end());
}

std::string join_path(std::string_view folder, std::string_view below) {
  if (folder.empty()) return std::string(below);
  if (below.empty()) return std::string(folder);
  std::string joined;
  joined.reserve(folder.size() + 1 + below.size());
  joined += folder;
  if (!folder.ends_with('/')) joined += '/';
  joined += below;
  return below == ".." || below.starts_with("../") ? normalise_path(joined) : joined;
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string relative_to(std::string_view folder, std::string_view path) {
  if (!is_absolute(folder)) return normalise_path(path);
  const std::string whole = is_absolute(path) ? std::string(path) : std::string(folder) + "/" + std::string(path);
  const Parts from = fold(folder);
  const Parts to = fold(whole);
  const auto [from_rest, to_rest] = std::mismatch(from.begin(), from.end(), to.begin(), to.end());
  std::string up;
  for (auto segment = from_rest; segment != from.end(); ++segment) up += up.empty() ? ".." : "/..";
  return join_path(up, join(to_rest, to.end()));
}

bool is_at_or_below(std::string_view path, std::string_view folder) {
  if (folder.empty()) return path != ".." && !path.starts_with("../") && !path.starts_with("/");
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace thumbs
