// The cache as a file: its state on disk, its folder, setting a corrupt one aside, a private copy.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "support/fd.h"

namespace thumbs::cache {

enum class CacheFileState {
  missing,
  empty,    ///< 0 or 1 bytes, as a killed first commit may leave it
  present,  ///< a regular file, after following links
};

/// Throws Error `unwritable` if it is not a regular file or cannot be accessed, `io` for an I/O error.
CacheFileState cache_file_state(const std::string& file);

/// A path of the cache that system calls accept even if the project's path is longer than PATH_MAX: it then goes
/// through /proc/self/fd, and is valid as long as this object.
class ReachableCache {
 public:
  /// `cache` is relative to the absolute `folder`.
  ReachableCache(const std::string& folder, const std::string& cache);
  const std::string& file() const { return file_; }
  /// The same for any path relative to the manifest's folder.
  std::string name_of(const std::string& path) const { return base_ + "/" + path; }

 private:
  Fd folder_;
  std::string base_;
  std::string file_;
};

/// The folder that holds `file`.
std::string folder_of(const std::string& file);

/// Creates `folder` and its parents, and returns those that it created. A new `folder` gets a .gitignore of "*", unless
/// one of `neighbours` (other paths that thumbs writes) lies in it. Throws Error (unwritable, no_space, io).
std::vector<std::string> make_cache_folder(const std::string& folder, std::span<const std::string> neighbours = {});

/// Whether `folder` has a .gitignore of just "*", as make_cache_folder() writes it.
bool has_our_gitignore(const std::string& folder);

/// Creates an empty file with mode 0666 & ~umask; SQLite would create one that a group cannot write. Leaves an existing
/// file alone. Ignores errors: opening the file will report them.
void make_empty_file(const std::string& file) noexcept;

/// The kind of a file that is clearly not a damaged cache: "a JPEG picture", "a JSON file"; "" if it may be one (random
/// bytes, zeros, empty). REQUIRES that this process has no database open on it.
std::string foreign_kind(const std::string& file);

/// Renames `file` and its journal to FILE.corrupt-N (N: the first free number from 1). Returns the new name. Throws
/// Error (unwritable, no_space, io).
std::string set_aside(const std::string& file);

/// A copy of a database and its journal in a temporary folder, where the journal of a killed run can be rolled back
/// without touching the user's folder. The destructor removes the folder.
class Snapshot {
 public:
  /// Empty if the journal is gone or a file changed during the copy: then try the original again. Throws Error.
  static std::optional<Snapshot> take(const std::string& file);

  Snapshot(Snapshot&& other) noexcept;
  Snapshot& operator=(Snapshot&& other) noexcept;
  ~Snapshot();

  std::string file() const { return folder_ + "/cache.db"; }

 private:
  Snapshot();
  void remove() noexcept;

  std::string folder_;
};

}  // namespace thumbs::cache
