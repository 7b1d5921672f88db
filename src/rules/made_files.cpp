// Follows rules from file to file: what is made from a file that is itself made is an original for this purpose.
#include "rules/made_files.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "graph/path_index.h"
#include "path/path.h"

namespace thumbs::rules {
namespace {

bool lies_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && is_at_or_below(path, folder);
}

// What of `path` lies below `folder`, which holds it.
std::string_view below(std::string_view path, std::string_view folder) {
  return path.substr(folder.empty() ? 0 : folder.size() + 1);
}

bool overlap(std::string_view a, std::string_view b) { return is_at_or_below(a, b) || is_at_or_below(b, a); }

class MadeFiles {
 public:
  explicit MadeFiles(graph::Graph& graph) : graph_(graph) {
    const std::vector<bool> among_sources = sets_that_write_among_sources();
    if (std::ranges::find(among_sources, true) == among_sources.end()) return;
    const auto text = [&graph](std::uint32_t i) -> std::string_view { return graph.sources[i].path; };
    graph::PathIndex index(graph.sources.size(), text);
    for (std::uint32_t i = 0; i < graph.sources.size(); ++i) index.add(i);
    for (const graph::Output& output : graph.outputs) {
      if (output.path.empty() || !among_sources[output.rule->set]) continue;
      const auto makes = [&](std::string_view path) {
        const std::optional<std::uint32_t> made = index.find(path);
        if (made && &graph.sources[*made] != output.source) makers_.emplace(*made, &output);
      };
      makes(output.path);
      for (const graph::Alias& alias : graph.aliases)
        if (alias.set == output.rule->set)
          makes(join_path(alias.folder, below(output.path, graph.manifest->sets[alias.set].output)));
    }
    if (!makers_.empty()) state_.assign(graph.sources.size(), State::unknown);
  }

  /// A flag for each source.
  std::vector<bool> find() {
    std::vector<bool> made(state_.size());
    for (std::uint32_t i = 0; i < made.size(); ++i) made[i] = !is_original(i);
    return made;
  }

 private:
  enum class State : std::uint8_t { unknown, in_progress, original, made };

  // Most manifests write outside of their sources: then nothing needs to be looked up.
  std::vector<bool> sets_that_write_among_sources() const {
    std::vector<bool> among;
    for (const Set& set : graph_.manifest->sets)
      among.push_back(std::ranges::any_of(graph_.manifest->sets,
                                          [&](const Set& other) { return overlap(set.output, other.source); }));
    for (const graph::Alias& alias : graph_.aliases) among[alias.set] = true;
    return among;
  }

  std::uint32_t index_of(const graph::Source& source) const {
    return static_cast<std::uint32_t>(&source - graph_.sources.data());
  }

  bool is_original(std::uint32_t source) {
    if (state_[source] == State::unknown) resolve(source);
    return state_[source] != State::made;
  }

  void resolve(std::uint32_t made) {
    state_[made] = State::in_progress;
    State result = State::original;
    const auto [first, last] = makers_.equal_range(made);
    for (auto maker = first; maker != last; ++maker) {
      const graph::Output& output = *maker->second;
      if (state_[index_of(*output.source)] == State::in_progress) {
        fault(output, made, "whose own outputs lead back to the first: change \"include\" or \"path\"");
        continue;
      }
      if (!is_original(index_of(*output.source))) continue;
      result = State::made;
      if (!may_replace(output, graph_.sources[made]))
        fault(output, made, "which is a source of another set: change \"output\" or \"path\", or exclude it there");
    }
    state_[made] = result;
  }

  // A file made beside its originals, or one that a record says we made, is ours to replace. Another set's picture is
  // not.
  bool may_replace(const graph::Output& output, const graph::Source& made) const {
    for (const graph::Membership& membership : graph_.memberships_of(made))
      if (membership.set == output.rule->set ||
          lies_below(output.source->path, graph_.manifest->sets[membership.set].source))
        return true;
    const cache::OutputRecord* const record = graph::find_output_record(graph_.records, made.path);
    return record != nullptr && record->made;
  }

  void fault(const graph::Output& output, std::uint32_t made, const std::string& why) {
    graph_.faults.push_back(graph_.manifest->at("/sets/" + std::to_string(output.rule->set) + "/path",
                                                "the output of \"" + std::string(output.source->path) +
                                                    "\" would overwrite \"" + std::string(graph_.sources[made].path) +
                                                    "\", " + why));
  }

  graph::Graph& graph_;
  std::multimap<std::uint32_t, const graph::Output*> makers_;  // by the index of the source that is made
  std::vector<State> state_;
};

}  // namespace

void drop_made_files(graph::Graph& graph) { graph::drop_sources(graph, MadeFiles(graph).find()); }

}  // namespace thumbs::rules
