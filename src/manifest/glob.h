// Globs: *, ?, [...], {a,b}, ** over '/'-separated paths.
#pragma once

#include <string_view>
#include <vector>

namespace thumbs {

/// Which names with a leading dot a pattern reaches. `named`: a segment that starts with '.' is matched only by a
/// pattern segment that starts with a literal '.' (right for includes). `all`: dots are letters (right for excludes:
/// "drafts/**" means all of it).
enum class Dots { named, all };

/// A compiled pattern. "*" and "?" do not cross '/'; "**" as a whole segment matches any number of folders, none
/// included, and at the end all that is below. An extension (what follows the last '.' of the pattern's last segment, a
/// leading one aside) ignores ASCII case; all else is exact. "?" and classes take one UTF-8 character, or one byte that
/// is none. Classes: [abc], [a-z], [!a] and [^a], a ']' first is literal. Backslash quotes. Immutable: any thread may
/// ask.
class Glob {
 public:
  /// Throws std::invalid_argument with a text for people where the pattern is malformed, empty, could never match, or
  /// has braces for more than 1024 alternatives.
  explicit Glob(std::string_view pattern, Dots dots = Dots::named);
  /// Time is at most proportional to the path's length times the pattern's.
  bool matches(std::string_view path) const;
  /// Whether some path below `folder` ("" is the root) could match: a walk may skip folders where it cannot.
  bool could_match_below(std::string_view folder) const;
  /// Whether every path below `folder` (hidden ones too) is meant by the pattern, as by "folder/**": an exclude prunes
  /// then.
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

}  // namespace thumbs
