// Matches paths segment by segment.
#include "manifest/glob.h"

#include <algorithm>
#include <string>
#include <utility>

#include "manifest/glob_segment.h"

namespace thumbs::manifest {

struct Glob::Alternative {
  std::vector<GlobSegment> segments;
};

namespace {

using Segments = std::vector<GlobSegment>;

bool takes(const GlobSegment& segment, std::string_view name, Dots dots) {
  if (dots == Dots::named && name.starts_with('.') && !segment.starts_with_dot) return false;
  return segment.any_folders || segment_matches(segment, name);
}

/// Iterates over a path's segments.
class Walk {
 public:
  explicit Walk(std::string_view path) : path_(path) {}
  bool done() const { return at_ >= path_.size(); }
  std::string_view name() const { return path_.substr(at_, end() - at_); }
  void advance() { at_ = end() + 1; }

 private:
  std::size_t end() const { return std::min(path_.find('/', at_), path_.size()); }

  std::string_view path_;
  std::size_t at_ = 0;
};

/// As in segment_matches(), backtracks only to the last "**". This is right with Dots::named too: if the last "**"
/// cannot match a dot segment, an earlier one cannot either, and no pattern segment matches both dot names and others.
bool path_matches(const Segments& segments, std::string_view path, Dots dots) {
  std::size_t next = 0, after_wide = 0;
  bool widened = false;
  Walk at(path), wide_at(path);
  while (!at.done()) {
    if (next < segments.size() && segments[next].any_folders) {
      after_wide = ++next;
      wide_at = at;
      widened = true;
    } else if (next < segments.size() && takes(segments[next], at.name(), dots)) {
      ++next;
      at.advance();
    } else {
      if (!widened || !takes(segments[after_wide - 1], wide_at.name(), dots)) return false;
      wide_at.advance();
      at = wide_at;
      next = after_wide;
    }
  }
  return next == segments.size();
}

/// reached[i]: the first i segments match all of `folder`, so segment i comes next.
std::vector<bool> reached_after(const Segments& segments, std::string_view folder, Dots dots) {
  const auto skip_wide = [&segments](std::vector<bool>& reached) {
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (reached[i] && segments[i].any_folders) reached[i + 1] = true;
    }
  };
  std::vector<bool> reached(segments.size() + 1, false);
  reached[0] = true;
  skip_wide(reached);
  for (Walk at(folder); !at.done(); at.advance()) {
    std::vector<bool> after(segments.size() + 1, false);
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (reached[i] && takes(segments[i], at.name(), dots)) after[segments[i].any_folders ? i : i + 1] = true;
    }
    skip_wide(after);
    reached = std::move(after);
  }
  return reached;
}

/// Whether the last bytes of a path are enough to reject it.
bool wrong_ending(const Segments& segments, std::string_view path) {
  const std::vector<GlobToken>& tokens = segments.back().tokens;
  return !tokens.empty() && tokens.back().kind == GlobToken::Kind::literal && !ends_in_literal(path, tokens.back());
}

bool is_any_name(const GlobSegment& segment) {
  return segment.tokens.size() == 1 && segment.tokens.front().kind == GlobToken::Kind::any_run;
}

}  // namespace

Glob::Glob(std::string_view pattern, Dots dots) : dots_(dots) {
  for (const std::string& text : expand_braces(pattern)) alternatives_.push_back({compile_segments(text)});
}

bool Glob::matches(std::string_view path) const {
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Alternative& alternative) {
    return !wrong_ending(alternative.segments, path) && path_matches(alternative.segments, path, dots_);
  });
}

bool Glob::could_match_below(std::string_view folder) const {
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Alternative& alternative) {
    const std::vector<bool> reached = reached_after(alternative.segments, folder, dots_);
    return std::find(reached.begin(), reached.end() - 1, true) != reached.end() - 1;
  });
}

bool Glob::matches_all_below(std::string_view folder) const {
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Alternative& alternative) {
    const Segments& segments = alternative.segments;
    if (segments.size() < 2 || !is_any_name(segments.back())) return false;
    const std::size_t wide = segments.size() - 2;
    return segments[wide].any_folders && reached_after(segments, folder, dots_)[wide];
  });
}

Glob::Glob(const Glob&) = default;
Glob::Glob(Glob&&) noexcept = default;
Glob& Glob::operator=(const Glob&) = default;
Glob& Glob::operator=(Glob&&) noexcept = default;
Glob::~Glob() = default;

}  // namespace thumbs::manifest
