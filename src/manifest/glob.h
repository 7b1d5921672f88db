// Globs: *, ?, [...], {a,b}, ** over '/'-separated paths.
#pragma once

#include <string_view>
#include <vector>

namespace thumbs::manifest {

/// How patterns match names with a leading dot. `named`, for includes: only a pattern segment that starts with a
/// literal
/// '.' matches them. `all`, for excludes: a dot is like any other character.
enum class Dots { named, all };

/// A compiled pattern. "*" and "?" do not match '/'; "**" as a whole segment matches zero or more folders, and at the
/// end everything below. The extension (after the last '.' of the last segment, unless that is its first character)
/// ignores ASCII case; everything else is exact. "?" and classes match one UTF-8 character, or one byte that is not
/// UTF-8. Classes are [abc], [a-z], [!a] and [^a]; a ']' in first place is literal. A backslash escapes. Immutable, so
/// thread-safe.
class Glob {
 public:
  /// Throws std::invalid_argument with a message for users if the pattern is malformed, is empty, can never match, or
  /// expands to more than 1024 alternatives.
  explicit Glob(std::string_view pattern, Dots dots = Dots::named);
  /// Takes time at most proportional to the path's length times the pattern's.
  bool matches(std::string_view path) const;
  /// Whether any path below `folder` ("" is the root) could match. A walk may skip other folders.
  bool could_match_below(std::string_view folder) const;
  /// Whether every path below `folder` matches, including hidden ones, as with "folder/**". A walk may then skip an
  /// excluded folder.
  bool matches_all_below(std::string_view folder) const;

 private:
  struct Alternative;
  std::vector<Alternative> alternatives_;  // braces expanded
  Dots dots_;

 public:
  Glob(const Glob&);
  Glob(Glob&&) noexcept;
  Glob& operator=(const Glob&);
  Glob& operator=(Glob&&) noexcept;
  ~Glob();
};

}  // namespace thumbs::manifest
