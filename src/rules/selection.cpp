// Turns PATHs into patterns on whole paths: a folder above the manifest's means all that is in it.
#include "rules/selection.h"

#include <stdexcept>

#include "path/path.h"
#include "thumbs/error.h"

namespace thumbs::rules {
namespace {

bool has_glob_characters(std::string_view text) { return text.find_first_of("*?[{") != std::string_view::npos; }

std::string below_root(const std::string& folder, std::string_view path) {
  return normalise_path(path.starts_with('/') ? path : folder + "/" + std::string(path)).substr(1);
}

// A folder's name is meant as it is spelled, whatever characters are in it.
std::string quoted(std::string_view folder) {
  std::string text;
  for (const char c : folder) {
    if (std::string_view("*?[]{},\\").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

Selection::Selection(const std::vector<std::string>& paths, const std::string& paths_folder,
                     const std::string& manifest_folder)
    : manifest_folder_(manifest_folder) {
  for (const std::string& given : paths) {
    Pattern pattern{given, below_root(paths_folder, given), {}, false};
    try {
      if (has_glob_characters(given)) pattern.glob.emplace_back(below_root(quoted(paths_folder), given));
    } catch (const std::invalid_argument&) {
      // No glob, but still a name: files may well be called "a[1.png".
    }
    patterns_.push_back(std::move(pattern));
  }
}

bool Selection::matches(std::string_view path) {
  if (patterns_.empty()) return true;
  const std::string whole = below_root(manifest_folder_, path);
  bool found = false;
  for (Pattern& pattern : patterns_) {
    // A name with a glob's characters may also be just that name.
    const bool hit =
        is_at_or_below(whole, pattern.path) || (!pattern.glob.empty() && pattern.glob.front().matches(whole));
    pattern.used |= hit;
    found |= hit;
  }
  return found;
}

void Selection::excuse(std::string_view folder) {
  const std::string whole = below_root(manifest_folder_, folder);
  for (Pattern& pattern : patterns_) {
    const bool near = is_at_or_below(pattern.path, whole) || is_at_or_below(whole, pattern.path);
    pattern.used |= near || (!pattern.glob.empty() && pattern.glob.front().could_match_below(whole));
  }
}

std::vector<std::string> Selection::unused() const {
  std::vector<std::string> names;
  for (const Pattern& pattern : patterns_)
    if (!pattern.used) names.push_back(pattern.given);
  return names;
}

void select(graph::Graph& graph, Selection& selection, bool by_output) {
  for (graph::Source& source : graph.sources) {
    source.selected = selection.matches(source.path);
    if (!by_output || selection.everything()) continue;
    for (const graph::Output& output : graph.outputs_of(source))
      if (!output.path.empty() && selection.matches(output.path)) source.selected = true;
  }
  // Records are asked last and by a copy: what only a record matches is no source, so a PATH that means nothing else is
  // of no use.
  Selection for_records = selection;
  Selection& asked = by_output ? selection : for_records;
  for (std::vector<graph::Output>* outputs : {&graph.outputs, &graph.leftovers})
    for (graph::Output& output : *outputs)
      if (output.record != nullptr)
        output.record_selected = asked.matches(output.record->source) || asked.matches(output.record->path);
}

}  // namespace thumbs::rules
