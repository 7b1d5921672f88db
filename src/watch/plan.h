// What a manifest has to do with a path: which folders to watch, and which files matter. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/glob.h"
#include "thumbs/manifest.h"

namespace thumbs::watch {

/// What a file is to the manifest, by its path alone.
struct Concern {
  bool manifest = false;  ///< the manifest itself
  bool mark = false;      ///< a watermark: no source, but all outputs may depend on it
  bool source = false;    ///< a set's patterns take it
  bool output = false;    ///< it lies where a set writes

  explicit operator bool() const { return manifest || mark || source || output; }
};

/// Paths are relative to the manifest's folder, "" is that folder.
class Plan {
 public:
  /// `reports`: files that the caller writes after each build. `manifest` must be normalised.
  Plan(const Manifest& manifest, const std::vector<std::string>& reports);

  const std::string& folder() const { return folder_; }  ///< the manifest's, absolute
  const std::string& manifest() const { return manifest_; }
  /// Folders that are watched with all below them that watches() names; sorted, without repetition.
  const std::vector<std::string>& roots() const { return roots_; }
  /// Folders above the roots and watermarks, and the manifest's: watched to see these come and go.
  const std::vector<std::string>& ways() const { return ways_; }
  bool is_root_or_way(std::string_view folder) const;
  /// Whether it is a set's source folder, or one above: a scan must tell what its coming and going means.
  bool leads_to_source(std::string_view folder) const;

  /// Whether a set may find a source in the folder, or write into it.
  bool watches(std::string_view folder) const;
  /// Whether a link at this path is followed as a folder.
  bool follows(std::string_view link) const;
  Concern concern(std::string_view file) const;

 private:
  struct Tree {
    std::string source;
    std::string output;  ///< with the part of the template that is the same for all
    bool follow = false;
    std::vector<manifest::Glob> include;
    std::vector<manifest::Glob> exclude;

    bool enters(std::string_view folder) const;
    bool takes(std::string_view file) const;
  };

  std::string folder_;
  std::string manifest_;
  std::vector<std::string> reserved_;  ///< sorted
  std::vector<std::string> marks_;     ///< likewise
  std::vector<Tree> trees_;
  std::vector<std::string> roots_;
  std::vector<std::string> ways_;
};

}  // namespace thumbs::watch
