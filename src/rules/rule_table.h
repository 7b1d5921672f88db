// The rules of each source: those of its sets' variants, as the overrides that match it change them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace thumbs::rules {

/// Fills in Graph::rules, and knows which of them a source has. Sources that the same overrides match share rules.
class RuleTable {
 public:
  explicit RuleTable(graph::Graph& graph);

  std::size_t count_outputs() const;

  /// Calls `each(membership, rule)` for each output that `source` should have, in the order of Graph::outputs.
  template <class Each>
  void for_each(const graph::Source& source, const Each& each) const {
    for (std::uint32_t i = 0; i < source.memberships; ++i) {
      const std::uint32_t at = source.first_membership + i;
      const graph::Membership& membership = graph_.memberships[at];
      const std::uint32_t first = first_rule_of_.empty() ? first_rule_[membership.set] : first_rule_of_[at];
      const std::size_t count = graph_.manifest->sets[membership.set].variants.size();
      for (std::size_t rule = first; rule < first + count; ++rule) each(membership, graph_.rules[rule]);
    }
  }

 private:
  void apply_overrides();

  graph::Graph& graph_;
  std::vector<std::uint32_t> first_rule_;     // by set, of the variants as they are
  std::vector<std::uint32_t> first_rule_of_;  // by membership; empty where no set has overrides
};

}  // namespace thumbs::rules
