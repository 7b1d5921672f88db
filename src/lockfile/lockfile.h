// The lock file's text: what the cache knows of each output, in a form that is committed and merged by git. Pure.
//
//   SOURCE  CONTENT HASH  RECIPE FINGERPRINT  OUTPUT  OUTPUT'S HASH
//
// A line for each output that was made, tabs between the fields, sorted as bytes (`LC_ALL=C sort` agrees), each ended
// by a newline; no line says anything of another, so that lines of two branches may lie side by side. Hashes name their
// algorithm. A fingerprint is the hash of the recipe's settings, '.', and the hash of its stages' versions. In paths
// '%', control characters (C0, C1, the line separators of Unicode) and bytes that are not UTF-8 are percent-encoded.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache.h"

namespace thumbs {

/// Reads a lock's text into rows: `outputs` sorted by path, without sizes and times (k_unknown_time), `recipes` as
/// stand-ins, no `sources`. The order of the lines does not count, nor do CRs at their ends. Throws ManifestError
/// with `file` and each bad line, at most 20: what git left of a conflict, what is no line of a lock, a hash of an
/// unknown kind, a second line for an output.
Records parse_lock(std::string_view text, const std::string& file);

/// A lock in the making: what was known before a run, and what the run committed.
class LockLedger {
 public:
  /// `rows` must outlive it.
  explicit LockLedger(const Records& rows) : rows_(rows) {}

  /// Forgets, then puts, as the cache does.
  void apply(const Batch& batch);
  bool changed() const { return !changes_.empty(); }
  std::string text() const;

 private:
  const Records& rows_;
  std::map<std::string, std::optional<std::string>, std::less<>> changes_;  // output → its line, or none
};

/// The text for these rows.
std::string lock_text(const Records& rows);

}  // namespace thumbs
