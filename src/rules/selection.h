// Which sources and outputs the PATHs of the command line mean. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "manifest/glob.h"

namespace thumbs::rules {

/// The PATHs of a command line. None selects everything.
class Selection {
 public:
  /// `paths` are files, folders or globs relative to the absolute `paths_folder`; `manifest_folder` is absolute too.
  /// Each is also tried as a plain name, and a malformed glob is nothing else.
  Selection(const std::vector<std::string>& paths, const std::string& paths_folder, const std::string& manifest_folder);

  bool everything() const { return patterns_.empty(); }
  /// Whether some PATH means this path (it itself, a folder above it, or a glob); notes that the PATH was of use.
  /// `path` is relative to the manifest's folder.
  bool matches(std::string_view path);
  /// Nothing is known of what is in `folder`: a PATH that may mean something there is not held to be of no use.
  void excuse(std::string_view folder);
  /// The PATHs, as given, that matched nothing that was asked for.
  std::vector<std::string> unused() const;

 private:
  struct Pattern {
    std::string given;
    std::string path;                  // normalised, from the root without its slash
    std::vector<manifest::Glob> glob;  // one, where `given` has a glob's characters
    bool used = false;
  };
  std::string manifest_folder_;
  std::vector<Pattern> patterns_;
};

/// Sets Source::selected and Output::record_selected. `by_output`: a PATH may also mean an output (of a source or of a
/// record alone); else only what means a source is of use.
void select(graph::Graph& graph, Selection& selection, bool by_output);

}  // namespace thumbs::rules
