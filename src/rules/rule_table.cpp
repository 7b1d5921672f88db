// Matches overrides folder by folder: of many patterns few can mean anything in one folder.
#include "rules/rule_table.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "manifest/glob.h"
#include "manifest/overrides.h"
#include "path/fold_case.h"
#include "path/path.h"

namespace thumbs::rules {
namespace {

using Indices = std::vector<std::uint32_t>;  // into Set::overrides, ascending

// Which overrides of a set match which of its sources. Sources of one folder come together.
class Matcher {
 public:
  explicit Matcher(const Set& set) : used_(set.overrides.size()) {
    for (std::uint32_t i = 0; i < set.overrides.size(); ++i) {
      const std::string& text = set.overrides[i].glob;
      globs_.emplace_back(text, manifest::Dots::all);
      const bool plain = text.find_first_of("*?[]{}\\") == std::string::npos;
      if (plain) paths_.emplace(fold_case(text), i);
      if (!plain) patterns_.push_back(i);
    }
  }

  Indices matches(std::string_view below) {
    if (const std::string_view folder = parent_of(below); first_ || folder != folder_) enter(folder);
    Indices found;
    const auto try_one = [&](std::uint32_t i) {
      if (globs_[i].matches(below)) found.push_back(i);
    };
    for (const std::uint32_t i : candidates_) try_one(i);
    if (!paths_.empty()) {
      const auto [begin, end] = paths_.equal_range(fold_case(below));
      for (auto at = begin; at != end; ++at) try_one(at->second);
      std::sort(found.begin(), found.end());
    }
    for (const std::uint32_t i : found) used_[i] = true;
    return found;
  }

  const std::vector<bool>& used() const { return used_; }

 private:
  void enter(std::string_view folder) {
    first_ = false;
    folder_ = folder;
    candidates_.clear();
    for (const std::uint32_t i : patterns_)
      if (globs_[i].could_match_below(folder)) candidates_.push_back(i);
  }

  std::vector<manifest::Glob> globs_;
  Indices patterns_;                                           // those that are more than a path
  std::unordered_multimap<std::string, std::uint32_t> paths_;  // the others, with case folded
  bool first_ = true;
  std::string_view folder_;
  Indices candidates_;  // patterns that can mean something in it
  std::vector<bool> used_;
};

// The rules of one set for each combination of overrides that some source has.
class OverriddenSet {
 public:
  OverriddenSet(graph::Graph& graph, std::uint32_t set, std::uint32_t plain)
      : graph_(graph), index_(set), set_(graph.manifest->sets[set]), matcher_(set_) {
    first_rule_[{}] = plain;
  }

  std::uint32_t first_rule(std::string_view below) {
    const Indices matching = matcher_.matches(below);
    const auto [known, added] = first_rule_.try_emplace(matching, 0);
    if (added) known->second = add_rules(matching);
    return known->second;
  }

  void note_unused() const {
    for (std::uint32_t i = 0; i < set_.overrides.size(); ++i)
      if (!matcher_.used()[i]) graph_.unused_overrides.emplace_back(index_, i);
  }

 private:
  std::uint32_t add_rules(const Indices& matching) {
    const auto first = static_cast<std::uint32_t>(graph_.rules.size());
    for (std::uint32_t v = 0; v < set_.variants.size(); ++v) {
      Variant& variant = graph_.overridden.emplace_back(set_.variants[v]);
      for (const std::uint32_t i : matching) manifest::apply(set_.overrides[i], variant);
      graph::Rule rule = graph_.rules[first_rule_[{}] + v];
      rule.overridden = &variant;
      graph_.rules.push_back(std::move(rule));
    }
    return first;
  }

  graph::Graph& graph_;
  std::uint32_t index_;
  const Set& set_;
  Matcher matcher_;
  std::map<Indices, std::uint32_t> first_rule_;
};

}  // namespace

RuleTable::RuleTable(graph::Graph& graph) : graph_(graph) {
  const std::vector<Set>& sets = graph.manifest->sets;
  for (std::uint32_t set = 0; set < sets.size(); ++set) {
    first_rule_.push_back(static_cast<std::uint32_t>(graph.rules.size()));
    for (std::uint32_t variant = 0; variant < sets[set].variants.size(); ++variant)
      graph.rules.push_back(
          {.set = set, .variant = variant, .name = {sets[set].name, sets[set].variants[variant].name}});
  }
  const auto has_overrides = [](const Set& set) { return !set.overrides.empty(); };
  if (std::any_of(sets.begin(), sets.end(), has_overrides)) apply_overrides();
}

void RuleTable::apply_overrides() {
  const std::vector<Set>& sets = graph_.manifest->sets;
  std::vector<std::unique_ptr<OverriddenSet>> overridden(sets.size());
  for (std::uint32_t set = 0; set < sets.size(); ++set)
    if (!sets[set].overrides.empty()) overridden[set] = std::make_unique<OverriddenSet>(graph_, set, first_rule_[set]);
  first_rule_of_.resize(graph_.memberships.size());
  for (const graph::Source& source : graph_.sources)
    for (std::uint32_t at = source.first_membership; at < source.first_membership + source.memberships; ++at) {
      const graph::Membership& membership = graph_.memberships[at];
      first_rule_of_[at] = overridden[membership.set] != nullptr
                               ? overridden[membership.set]->first_rule(source.path.substr(membership.below))
                               : first_rule_[membership.set];
    }
  for (const std::unique_ptr<OverriddenSet>& set : overridden)
    if (set) set->note_unused();
}

std::size_t RuleTable::count_outputs() const {
  std::size_t count = 0;
  for (const graph::Source& source : graph_.sources)
    for (const graph::Membership& membership : graph_.memberships_of(source))
      count += graph_.manifest->sets[membership.set].variants.size();
  return count;
}

}  // namespace thumbs::rules
