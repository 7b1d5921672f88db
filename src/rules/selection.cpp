// Turns PATHs into patterns on whole paths: a folder above the manifest's means all that is in it.
#include "rules/selection.h"

#include <algorithm>
#include <span>
#include <stdexcept>

#include "path/path.h"
#include "support/hash.h"
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

bool is_in_part(std::string_view path, std::uint32_t part, std::uint32_t parts) {
  return hash_text(path).low % parts == part - 1;
}

Selection::Selection(const std::vector<std::string>& paths, const std::string& paths_folder,
                     const std::string& manifest_folder, const Extras& extras)
    : manifest_folder_(manifest_folder),
      only_paths_(extras.only_paths),
      part_(extras.part),
      parts_(extras.parts),
      names_(extras.sets, extras.variants) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string& given = paths[i];
    Pattern pattern{
        given, i < extras.places.size() ? extras.places[i] : "", below_root(paths_folder, given), {}, false};
    try {
      if (has_glob_characters(given)) pattern.glob.emplace_back(below_root(quoted(paths_folder), given));
    } catch (const std::invalid_argument&) {
      // No glob, but still a name: files may well be called "a[1.png".
    }
    by_path_.emplace(pattern.path, i);
    if (!pattern.glob.empty()) globs_.push_back(i);
    patterns_.push_back(std::move(pattern));
  }
}

// A name with a glob's characters may also be just that name.
bool Selection::names_at_or_above(std::string_view whole) {
  bool found = false;
  for (std::string folder(whole);; folder.resize(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/'))) {
    const auto [first, last] = by_path_.equal_range(folder);
    for (auto hit = first; hit != last; ++hit) found = patterns_[hit->second].used = true;
    if (folder.empty()) return found;
  }
}

bool Selection::matches(std::string_view path) {
  if (patterns_.empty()) return !only_paths_;
  const std::string whole = below_root(manifest_folder_, path);
  bool found = names_at_or_above(whole);
  for (const std::size_t i : globs_) {
    if (!patterns_[i].glob.front().matches(whole)) continue;
    found = patterns_[i].used = true;
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

std::vector<std::string> Selection::unused_texts() const {
  std::vector<std::string> texts;
  for (const Pattern& pattern : patterns_)
    if (!pattern.used)
      texts.push_back((pattern.place.empty() ? "" : pattern.place + ": ") + "\"" + pattern.given + "\"");
  return texts;
}

namespace {

void select_rules(graph::Graph& graph, NameSelection& names) {
  for (graph::Rule& rule : graph.rules)
    rule.selected = names.matches(graph.manifest->sets[rule.set], graph.variant_of(rule));
}

void select_sources(graph::Graph& graph, Selection& selection, bool by_output) {
  const bool every_name = selection.names().everything();
  for (graph::Source& source : graph.sources) {
    const std::span<graph::Output> outputs = graph.outputs_of(source);
    // A PATH is of no use where the names leave nothing of it.
    const bool named = every_name || std::ranges::any_of(outputs, [](const auto& o) { return o.rule->selected; });
    source.selected = named && selection.matches(source.path);
    if (!by_output || selection.everything()) continue;
    for (const graph::Output& output : outputs)
      if (output.rule->selected && !output.path.empty() && selection.matches(output.path)) source.selected = true;
  }
  for (graph::Source& source : graph.sources) source.selected &= selection.in_part(source.path);
}

}  // namespace

void select(graph::Graph& graph, Selection& selection, bool by_output) {
  select_rules(graph, selection.names());
  select_sources(graph, selection, by_output);
  // Records are asked last and by a copy: what only a record matches is no source, so a PATH that means nothing else is
  // of no use.
  Selection for_records = selection;
  Selection& asked = by_output ? selection : for_records;
  const auto has_path = [&](const cache::OutputRecord& record) {
    const bool of_source = asked.matches(record.source);
    return (asked.matches(record.path) || of_source) && asked.in_part(record.source);
  };
  for (graph::Output& output : graph.outputs)
    if (output.record != nullptr) output.record_selected = output.rule->selected && has_path(*output.record);
  for (graph::Output& output : graph.leftovers)
    output.record_selected = asked.names().matches(*graph.manifest, *output.record->name) && has_path(*output.record);
}

}  // namespace thumbs::rules
