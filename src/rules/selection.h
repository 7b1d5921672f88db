// Which sources and outputs the command line means: by PATH, set, variant and part. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/graph.h"
#include "manifest/glob.h"
#include "rules/name_selection.h"

namespace thumbs::rules {

/// Whether a source of this path is in the `part`-th of `parts` parts, from 1.
bool is_in_part(std::string_view path, std::uint32_t part, std::uint32_t parts);

/// What of a command line narrows it: PATHs, names of sets and variants, a part. Nothing of it selects everything.
class Selection {
 public:
  /// How an unusual command line is meant.
  struct Extras {
    std::vector<std::string> places = {};  ///< where each of the `paths` was read, for messages; may be shorter
    bool only_paths = false;               ///< no `paths` select nothing
    std::vector<std::string> sets = {};
    std::vector<std::string> variants = {};
    std::uint32_t part = 1;   ///< of `parts`
    std::uint32_t parts = 1;  ///< 1: all
  };

  /// `paths` are files, folders or globs relative to the absolute `paths_folder`; `manifest_folder` is absolute too.
  /// Each is also tried as a plain name, and a malformed glob is nothing else.
  Selection(const std::vector<std::string>& paths, const std::string& paths_folder, const std::string& manifest_folder,
            const Extras& extras);
  Selection(const std::vector<std::string>& paths, const std::string& paths_folder, const std::string& manifest_folder)
      : Selection(paths, paths_folder, manifest_folder, Extras{}) {}

  /// Whether each path matches.
  bool everything() const { return patterns_.empty() && !only_paths_; }
  /// Whether some PATH means this path (it itself, a folder above it, or a glob); notes that the PATH was of use.
  /// `path` is relative to the manifest's folder.
  bool matches(std::string_view path);
  /// Nothing is known of what is in `folder`: a PATH that may mean something there is not held to be of no use.
  void excuse(std::string_view folder);
  /// The PATHs, as given, that matched nothing that was asked for.
  std::vector<std::string> unused() const;
  /// The same in quotes, each after the place where it was read.
  std::vector<std::string> unused_texts() const;

  /// Whether a source of this path is in the part that was asked for. A PATH is of use in whatever part it lies.
  bool in_part(std::string_view path) const { return parts_ == 1 || is_in_part(path, part_, parts_); }

  NameSelection& names() { return names_; }
  const NameSelection& names() const { return names_; }

 private:
  struct Pattern {
    std::string given;
    std::string place;
    std::string path;                  // normalised, from the root without its slash
    std::vector<manifest::Glob> glob;  // one, where `given` has a glob's characters
    bool used = false;
  };
  bool names_at_or_above(std::string_view whole);

  std::string manifest_folder_;
  std::vector<Pattern> patterns_;
  std::unordered_multimap<std::string, std::size_t> by_path_;  // a list of PATHs may be as long as that of all sources
  std::vector<std::size_t> globs_;
  bool only_paths_ = false;
  std::uint32_t part_;
  std::uint32_t parts_;
  NameSelection names_;
};

/// Sets Rule::selected, Source::selected and Output::record_selected. `by_output`: a PATH may also mean an output (of a
/// source or of a record alone), and a name may be that of a record alone; else only what means a source and a variant
/// of the manifest is of use.
void select(graph::Graph& graph, Selection& selection, bool by_output);

}  // namespace thumbs::rules
