// Cache files as files: what stands at the path, the folder around it, setting a corrupt one aside, a private copy.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "support/fd.h"

namespace thumbs {

enum class CacheFileState {
  missing,
  empty,    ///< no byte long (or one), as a killed first commit may leave it
  present,  ///< a regular file, links followed
};

/// Throws Error `unwritable` for what is no regular file or cannot be reached, `io` for an I/O error.
CacheFileState look_at(const std::string& file);

/// A name for the cache that every call takes, for as long as it lives: by way of the manifest's folder, which is kept
/// open, where that folder lies too deep (PATH_MAX).
class ReachableCache {
 public:
  /// `cache` is relative to the absolute `folder`.
  ReachableCache(const std::string& folder, const std::string& cache);
  const std::string& file() const { return file_; }
  /// The same for another path that is relative to the manifest's folder.
  std::string name_of(const std::string& path) const { return base_ + "/" + path; }

 private:
  Fd folder_;
  std::string base_;
  std::string file_;
};

/// The folder that holds `file`.
std::string folder_of(const std::string& file);

/// Makes `folder` and its parents. One that is made here gets a .gitignore of "*", unless one of `neighbours`, other
/// paths that are written, lies in it; one that exists is left alone. Gives what was made. Throws Error (unwritable,
/// no_space, io).
std::vector<std::string> make_cache_folder(const std::string& folder, std::span<const std::string> neighbours = {});

/// Whether `folder` has a .gitignore of just "*", as make_cache_folder() writes it.
bool has_our_gitignore(const std::string& folder);

/// Makes an empty file with the mode that all new files have; SQLite, which takes it as it is, would make one that no
/// group may write. One that exists is left alone; a failure shows when it is opened.
void make_empty_file(const std::string& file) noexcept;

/// What a file that is no database must be instead: "a JPEG picture", "a JSON text"; "" for what may be a damaged
/// cache, random bytes, zeros and nothing at all among it. REQUIRES that this process has no database open on it.
std::string foreign_kind(const std::string& file);

/// Renames `file`, and its journal, to FILE.corrupt-N with the first free N from 1, and returns the new name. Throws
/// Error.
std::string set_aside(const std::string& file);

/// A copy of a database and its journal in a private temporary folder, so that a dead writer's journal can be
/// rolled back there and not in the user's folder. The folder goes with the object.
class Snapshot {
 public:
  /// Empty where the journal is gone or the files changed meanwhile: then the file itself may be readable. Throws
  /// Error.
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

}  // namespace thumbs
