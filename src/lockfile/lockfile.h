// The lockfile's text: the cache's records of outputs, in a form that git can merge. Pure.
//
//   SOURCE  CONTENT HASH  RECIPE FINGERPRINT  OUTPUT  OUTPUT'S HASH
//
// One line for each output, fields separated by tabs, lines sorted by bytes as `LC_ALL=C sort` does, each with a
// newline at its end. Lines do not depend on each other, so that lines of two branches merge. Hashes name their
// algorithm. A fingerprint is the hash of the recipe's settings, '.', and the hash of its stages' versions. In paths
// '%', control characters (C0, C1, Unicode's line separators) and bytes that are not UTF-8 are percent-encoded.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache.h"

namespace thumbs::lockfile {

/// Parses a lockfile: `outputs` sorted by path, without size and mtime (k_unknown_time); `recipes` as stand-ins; no
/// `sources`. Lines may come in any order and end in CRLF. Throws ManifestError with `file` and up to 20 bad lines:
/// conflict markers, malformed lines, unknown hash algorithms, a second line for an output.
cache::Records parse_lockfile(std::string_view text, const std::string& file);

/// The lockfile after a run: the records from before, and the batches that the run committed.
class LockfileRecords {
 public:
  /// `rows` must outlive it.
  explicit LockfileRecords(const cache::Records& rows) : rows_(rows) {}

  /// Forgets, then puts, like Cache::commit().
  void apply(const cache::Batch& batch);
  bool changed() const { return !changes_.empty(); }
  std::string text() const;
  /// Where `rows` are only some of the records: `whole`, the lockfile of all of them, with the lines of the changed
  /// outputs anew. REQUIRES that `rows` have the former record of each changed output.
  std::string text_in(std::string_view whole) const;

 private:
  std::string_view source_of(std::string_view output) const;

  const cache::Records& rows_;
  std::map<std::string, std::optional<std::string>, std::less<>> changes_;  // output → its new line; empty: removed
};

/// The lockfile of these records.
std::string lockfile_text(const cache::Records& rows);

}  // namespace thumbs::lockfile
