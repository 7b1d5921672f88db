// Compares names; a record has the name of its set and variant, but not of its ladder.
#include "rules/name_selection.h"

#include <algorithm>
#include <set>
#include <span>
#include <stdexcept>

#include "thumbs/text.h"

namespace thumbs::rules {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The ladder that a variant of this name is a part of, or was while its width was in the list; "" for none.
std::string_view ladder_of(const Set& set, std::string_view variant) {
  for (const Variant& rung : set.variants) {
    const std::string& ladder = rung.statement.ladder;
    if (ladder.empty()) continue;
    if (variant == rung.name) return ladder;
    if (rung.statement.width && variant.starts_with(ladder + "-") && is_number(variant.substr(ladder.size() + 1)))
      return ladder;
  }
  return {};
}

std::string no_match(std::string_view what, const std::string& name, const std::set<std::string_view>& known,
                     const std::string& where) {
  const std::vector<std::string_view> names(known.begin(), known.end());
  return std::string(what) + " " + in_quotes(name) + " is not in " + where + suggestion(name, names);
}

}  // namespace

NamePatterns::NamePatterns(const std::vector<std::string>& given) {
  for (const std::string& name : given) {
    Pattern& pattern = patterns_.emplace_back(Pattern{name, {}, false});
    try {
      pattern.glob.emplace_back(name, manifest::Dots::all);
    } catch (const std::invalid_argument&) {
      // No glob, but a set may have that name.
    }
  }
}

bool NamePatterns::match(const std::vector<std::string_view>& names) {
  bool found = patterns_.empty();
  for (Pattern& pattern : patterns_) {
    const bool hit = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      return name == pattern.given || (!pattern.glob.empty() && pattern.glob.front().matches(name));
    });
    pattern.used |= hit;
    found |= hit;
  }
  return found;
}

const std::string* NamePatterns::unused() const {
  const auto found = std::find_if(patterns_.begin(), patterns_.end(), [](const Pattern& p) { return !p.used; });
  return found == patterns_.end() ? nullptr : &found->given;
}

bool NameSelection::matches(const Set& set, const Variant& variant) {
  if (!matches_set(set)) return false;
  if (variant.statement.ladder.empty()) return variants_.match({variant.name});
  return variants_.match({variant.name, variant.statement.ladder});
}

bool NameSelection::matches(const Manifest& manifest, const cache::VariantName& name) {
  if (everything()) return true;
  if (!sets_.match({name.set})) return false;
  for (const Set& set : manifest.sets)
    if (const std::string_view ladder = set.name == name.set ? ladder_of(set, name.variant) : ""; !ladder.empty())
      return variants_.match({name.variant, ladder});
  return variants_.match({name.variant});
}

std::string NameSelection::fault(const Manifest& manifest) const {
  NamePatterns asked = sets_;
  std::set<std::string_view> sets, variants;
  for (const Set& set : manifest.sets) {
    sets.insert(set.name);
    if (!asked.match({set.name})) continue;
    for (const Variant& variant : set.variants)
      for (const std::string* const name : {&variant.name, &variant.statement.ladder})
        if (!name->empty()) variants.insert(*name);
  }
  if (const std::string* const name = sets_.unused()) return no_match("set", *name, sets, manifest.file);
  if (const std::string* const name = variants_.unused())
    return no_match("variant", *name, variants, sets_.everything() ? manifest.file : "the sets that --set names");
  return {};
}

}  // namespace thumbs::rules
