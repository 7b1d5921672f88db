// Looks at a scan's files first, and at the disk once more only where a pattern stays without a match.
#include "engine/unused_patterns.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "manifest/glob.h"
#include "manifest/overrides.h"
#include "path/path.h"
#include "rules/pattern_hint.h"
#include "scan/names.h"
#include "thumbs/text.h"

namespace thumbs::engine {
namespace {

constexpr std::size_t k_most_names = 10'000;

struct Pattern {
  rules::PatternUse use;
  std::size_t index;  // in the manifest's list
  std::string text;   // or one of its alternatives
  manifest::Glob glob;
  bool is_alternative = false;  // then it is named only where it looks like a slip
};

std::string pointer_of(std::uint32_t set, rules::PatternUse use) {
  return "/sets/" + std::to_string(set) + (use == rules::PatternUse::include ? "/include" : "/exclude");
}

std::string_view below(const Set& set, std::string_view path) {
  return path.substr(std::min(path.size(), set.source.empty() ? 0 : set.source.size() + 1));
}

bool is_hidden(const std::string& path) { return path.starts_with('.') || path.find("/.") != std::string::npos; }

// The names of a set's sources, and of their folders.
scan::NamesBelow sources_below(const graph::Graph& graph, std::uint32_t set) {
  scan::NamesBelow names;
  std::set<std::string_view> folders;
  for (const graph::Source& source : graph.sources)
    for (const graph::Membership& membership : graph.memberships_of(source)) {
      if (membership.set != set || names.files.size() == k_most_names) continue;
      const std::string_view path = source.path.substr(membership.below);
      names.files.emplace_back(path);
      for (std::string_view folder = parent_of(path); !folder.empty(); folder = parent_of(folder))
        if (!folders.insert(folder).second) break;
    }
  names.folders.assign(folders.begin(), folders.end());
  return names;
}

class UnusedPatterns {
 public:
  UnusedPatterns(const RunContext& run, std::uint32_t set, const scan::ScanResult& found)
      : run_(run), index_(set), set_(run.manifest.sets[set]), found_(found) {
    if (run.manifest.positions.contains(pointer_of(set, rules::PatternUse::include)))
      for (std::size_t i = 0; i < set_.include.size(); ++i) add_include(i);
    for (const std::uint32_t i : found.unused_excludes)
      add({rules::PatternUse::exclude, i, set_.exclude[i], manifest::Glob(set_.exclude[i], manifest::Dots::all)});
  }

  std::vector<std::string> warnings() {
    std::vector<std::string> all;
    if (patterns_.empty() || run_.stopped()) return all;
    names_ = scan::names_below(run_.disk, set_.source, k_most_names);
    if (names_.unknown.empty() && std::all_of(names_.files.begin(), names_.files.end(), is_hidden)) return {empty()};
    for (const Pattern& pattern : patterns_)
      if (const std::string what = fault(pattern); !what.empty())
        all.push_back(warning(pattern, in_quotes(pattern.text) + what));
    return all;
  }

 private:
  void add_include(std::size_t i) {
    const std::string& text = set_.include[i];
    if (add({rules::PatternUse::include, i, text, manifest::Glob(text, manifest::Dots::named)})) return;
    for (const std::string& alternative : rules::odd_alternatives(text))
      add({rules::PatternUse::include, i, alternative, manifest::Glob(alternative, manifest::Dots::named), true});
  }

  // Whether it is without a match.
  bool add(Pattern pattern) {
    const auto hidden = [&](const std::string& folder) {
      return pattern.glob.could_match_below(below(set_, folder)) || pattern.glob.matches(below(set_, folder));
    };
    const auto taken = [&](const scan::FoundFile& file) { return pattern.glob.matches(file.path.substr(file.below)); };
    if (std::any_of(found_.unlistable.begin(), found_.unlistable.end(), hidden)) return false;
    if (pattern.use == rules::PatternUse::include && std::any_of(found_.files.begin(), found_.files.end(), taken))
      return false;
    patterns_.push_back(std::move(pattern));
    return true;
  }

  std::string warning(const Pattern& pattern, std::string message) const {
    const std::string pointer = pointer_of(index_, pattern.use) + "/" + std::to_string(pattern.index);
    return run_.manifest.at(pointer, std::move(message)).text();
  }

  std::string empty() const {
    std::string names;
    for (const Pattern& pattern : patterns_) names += (names.empty() ? "" : ", ") + in_quotes(pattern.text);
    return warning(patterns_.front(), names + (patterns_.size() == 1 ? " matches" : " match") + " nothing: " +
                                          in_quotes(set_.source.empty() ? "." : set_.source) + " contains no files");
  }

  std::string fault(const Pattern& pattern) const {
    return pattern.use == rules::PatternUse::include ? include_fault(pattern) : exclude_fault(pattern);
  }

  std::string hint(const Pattern& pattern) const {
    scan::NamesBelow originals = names_;  // nobody means thumbnails
    for (std::vector<std::string>* names : {&originals.files, &originals.folders})
      std::erase_if(*names, [this](const std::string& name) { return is_in_outputs(name); });
    const std::string why = rules::pattern_hint(pattern.text, pattern.use, set_.source, originals);
    if (pattern.is_alternative && why.empty()) return {};
    return (pattern.is_alternative ? " of " + in_quotes(set_.include[pattern.index]) : "") + " matches nothing" + why;
  }

  // Whether a name below the source is in a folder that is there for outputs alone.
  bool is_in_outputs(const std::string& name) const {
    const std::string path = join_path(set_.source, name);
    return std::ranges::any_of(run_.manifest.sets, [&](const Set& set) {
      return !is_at_or_below(set_.source, set.output) && is_at_or_below(path, set.output);
    });
  }

  // What it matches is no source: either it is excluded, or a link that the scan has warned of.
  std::string include_fault(const Pattern& pattern) const {
    for (const std::string& file : names_.files) {
      if (!pattern.glob.matches(file)) continue;
      const std::string by = pattern.is_alternative ? std::string() : excluded_by(file);
      return by.empty() ? by : " matches only files that are excluded by " + in_quotes(by);
    }
    return hint(pattern);
  }

  std::string exclude_fault(const Pattern& pattern) const {
    const auto any = [](const std::vector<std::string>& names, const auto& matches) {
      return std::any_of(names.begin(), names.end(), matches);
    };
    const bool used =
        any(names_.files, [&](const std::string& file) { return pattern.glob.matches(file); }) ||
        any(names_.folders, [&](const std::string& folder) { return pattern.glob.matches_all_below(folder); }) ||
        any(names_.unknown, [&](const std::string& folder) { return pattern.glob.could_match_below(folder); });
    return used ? std::string() : hint(pattern);
  }

  std::string excluded_by(const std::string& file) const {
    for (const std::string& pattern : set_.exclude)
      if (manifest::Glob(pattern, manifest::Dots::all).matches(file)) return pattern;
    return {};
  }

  const RunContext& run_;
  const std::uint32_t index_;
  const Set& set_;
  const scan::ScanResult& found_;
  std::vector<Pattern> patterns_;
  scan::NamesBelow names_;
};

}  // namespace

std::vector<std::string> unused_pattern_warnings(const RunContext& run, std::uint32_t set,
                                                 const scan::ScanResult& found) {
  return UnusedPatterns(run, set, found).warnings();
}

void warn_of_unused_overrides(graph::Graph& graph) {
  for (const auto& [set, index] : graph.unused_overrides) {
    const Set& its_set = graph.manifest->sets[set];
    const Override& change = its_set.overrides[index];
    const scan::NamesBelow names = sources_below(graph, set);
    const manifest::Glob glob(change.glob, manifest::Dots::all);
    const auto hides = [&](const std::string& folder) {
      return is_at_or_below(its_set.source, folder) || glob.could_match_below(below(its_set, folder)) ||
             glob.matches(below(its_set, folder));
    };
    if (names.files.empty() || std::any_of(graph.unlistable.begin(), graph.unlistable.end(), hides)) continue;
    const std::string hint = rules::pattern_hint(change.glob, rules::PatternUse::include, its_set.source, names);
    graph.warnings.push_back(
        graph.manifest->at(manifest::override_pointer(set, change), in_quotes(change.glob) + " matches nothing" + hint)
            .text());
  }
}

std::vector<std::string> sets_without_source(const graph::Graph& graph) {
  std::vector<std::string> names;
  for (const std::uint32_t i : graph::empty_sets(graph)) {
    const Set& set = graph.manifest->sets[i];
    const auto hides = [&](const std::string& folder) {
      return is_at_or_below(folder, set.source) || is_at_or_below(set.source, folder);
    };
    if (std::none_of(graph.unlistable.begin(), graph.unlistable.end(), hides)) names.push_back(set.name);
  }
  return names;
}

}  // namespace thumbs::engine
