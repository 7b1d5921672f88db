// Which sets and variants the command line asks for, by name or glob. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cache/cache.h"
#include "manifest/glob.h"
#include "thumbs/manifest.h"

namespace thumbs::rules {

/// Names, some of them globs. None selects everything.
class NamePatterns {
 public:
  explicit NamePatterns(const std::vector<std::string>& given);
  bool everything() const { return patterns_.empty(); }
  /// Whether some pattern means one of these names; notes that it was of use.
  bool match(const std::vector<std::string_view>& names);
  /// The first pattern that matched nothing that was asked for; null where there is none.
  const std::string* unused() const;

 private:
  struct Pattern {
    std::string given;
    std::vector<manifest::Glob> glob;  // one, where `given` is well-formed
    bool used = false;
  };
  std::vector<Pattern> patterns_;
};

class NameSelection {
 public:
  NameSelection(const std::vector<std::string>& sets, const std::vector<std::string>& variants)
      : sets_(sets), variants_(variants) {}

  bool everything() const { return sets_.everything() && variants_.everything(); }
  bool matches_set(const Set& set) { return sets_.match({set.name}); }
  /// A variant of a ladder goes by the ladder's name too.
  bool matches(const Set& set, const Variant& variant);
  /// The names that a record has; with none, it belongs to nothing that was asked for.
  bool matches(const Manifest& manifest, const cache::VariantName& name);
  /// What is wrong with a name that matched nothing; "" where each matched something.
  std::string fault(const Manifest& manifest) const;

 private:
  NamePatterns sets_;
  NamePatterns variants_;
};

}  // namespace thumbs::rules
