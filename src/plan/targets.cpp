// Rules applied to files: merging scans, expanding path templates, and finding outputs that would clash.
#include "plan/targets.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

#include "manifest/path_template.h"
#include "path/fold_case.h"
#include "path/path.h"
#include "plan/clashes.h"
#include "plan/path_index.h"

namespace thumbs {
namespace {

struct Candidate {
  FoundFile* file;
  std::uint32_t set;
};

std::vector<Candidate> sorted_candidates(std::vector<ScanResult>& scans) {
  std::vector<Candidate> all;
  for (std::uint32_t set = 0; set < scans.size(); ++set)
    for (FoundFile& file : scans[set].files) all.push_back({&file, set});
  const auto before = [](const Candidate& a, const Candidate& b) {
    return std::tie(a.file->path, a.set) < std::tie(b.file->path, b.set);
  };
  if (!std::is_sorted(all.begin(), all.end(), before)) std::sort(all.begin(), all.end(), before);
  return all;
}

// What a set's rules need, prepared once.
struct CompiledSet {
  PathTemplate path;
  std::vector<std::array<std::optional<std::uint32_t>, 4>> recipes;  // by variant and output format
};

PictureFormat format_of_source(const std::string& format, std::string_view extension_as_spelled) {
  if (format == "jpeg") return PictureFormat::jpeg;
  if (format == "png") return PictureFormat::png;
  if (format == "webp") return PictureFormat::webp;
  if (format == "avif") return PictureFormat::avif;
  // No picture at all, or none that can be written: the attempt will fail; only a path for its report is needed.
  return fold_case(extension_as_spelled) == "png" ? PictureFormat::png : PictureFormat::jpeg;
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "a/b.c.jpg" → "a", "b.c", "jpg"; a leading dot starts no extension.
void split_path(std::string_view below, TemplateValues& values) {
  const std::size_t slash = below.rfind('/');
  values.dir = slash == std::string_view::npos ? std::string_view{} : below.substr(0, slash);
  const std::string_view name = file_name(below);
  const std::size_t dot = name.rfind('.');
  const bool has_extension = dot != std::string_view::npos && dot != 0;
  values.stem = has_extension ? name.substr(0, dot) : name;
  values.source_ext = has_extension ? name.substr(dot + 1) : std::string_view{};
}

// Expands the rules of a manifest, gathering recipes and faults.
class Expander {
 public:
  explicit Expander(const Manifest& manifest) : manifest_(manifest) {
    for (const Set& set : manifest.sets)
      sets_.push_back({PathTemplate(set.path), {set.variants.size(), std::array<std::optional<std::uint32_t>, 4>{}}});
  }

  void expand(Targets& targets, std::uint32_t source_index) {
    const Source& source = targets.list.sources[source_index];
    bool unknown = false;
    for (std::uint32_t m = 0; m < source.memberships; ++m) {
      const Membership& membership = targets.list.memberships[source.first_membership + m];
      const Set& set = manifest_.sets[membership.set];
      for (std::uint32_t variant = 0; variant < set.variants.size(); ++variant)
        unknown |= !add(targets, source_index, membership, variant);
    }
    if (unknown) targets.unknown.push_back(source_index);
  }

  std::vector<Diagnostic> take_faults() { return std::move(faults_); }

 private:
  // False where the output's path cannot be known yet.
  bool add(Targets& targets, std::uint32_t source_index, const Membership& membership, std::uint32_t variant_index) {
    const Source& source = targets.list.sources[source_index];
    const Variant& variant = manifest_.sets[membership.set].variants[variant_index];
    TemplateValues values;
    split_path(std::string_view(source.path).substr(membership.below), values);
    std::optional<PictureFormat> format = picture_format(variant.format);
    const bool format_known = format || source.format.has_value();
    if (!format) format = format_of_source(source.format.value_or(""), values.source_ext);
    const std::uint32_t recipe = recipe_for(targets, membership.set, variant_index, *format);
    Target target{source_index, membership.set, variant_index, recipe, {}};
    const bool hash_known = !sets_[membership.set].path.uses_hash() || source.hash.has_value();
    if (format_known && hash_known) target.output = path_of(source, targets.recipes[recipe], target, values);
    const bool known = format_known && hash_known;
    targets.outputs.push_back(std::move(target));
    return known;
  }

  std::string path_of(const Source& source, const Recipe& recipe, const Target& target, TemplateValues& values) {
    const Set& set = manifest_.sets[target.set];
    const Variant& variant = set.variants[target.variant];
    values.variant = variant.name;
    values.ext = extension(recipe.settings.format);
    values.width = variant.width.value_or(0);
    values.height = variant.height.value_or(0);
    std::string hash;
    if (sets_[target.set].path.uses_hash()) {
      hash = hash_text(source.hash->hex() + "\n" + recipe.text + "\n" + recipe.stages).hex().substr(0, 10);
      values.hash = hash;
    }
    const std::string below = sets_[target.set].path.expand(values);
    if (leaves_root(below))
      fault(target.set, target.variant,
            "the output of \"" + source.path + "\" would be \"" + below + "\", outside of \"" + set.output + "\"");
    return join_path(set.output, below);
  }

  std::uint32_t recipe_for(Targets& targets, std::uint32_t set, std::uint32_t variant, PictureFormat format) {
    auto& known = sets_[set].recipes[variant][static_cast<std::size_t>(format)];
    if (known) return *known;
    Recipe recipe = resolve(manifest_.sets[set].variants[variant], format);
    const auto [entry, added] =
        recipe_ids_.try_emplace(recipe.text + "\n" + recipe.stages, static_cast<std::uint32_t>(targets.recipes.size()));
    if (added) targets.recipes.push_back(std::move(recipe));
    known = entry->second;
    return *known;
  }

  void fault(std::uint32_t set, std::uint32_t variant, std::string message) {
    // One fault a variant is enough: ten thousand sources would give the same.
    if (faulted_.emplace(std::pair(set, variant), true).second)
      faults_.push_back(manifest_.at("/sets/" + std::to_string(set) + "/path", std::move(message)));
  }

  const Manifest& manifest_;
  std::vector<CompiledSet> sets_;
  std::map<std::string, std::uint32_t> recipe_ids_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, bool> faulted_;
  std::vector<Diagnostic> faults_;
};

bool lies_below(std::string_view path, std::string_view folder) {
  if (folder.empty()) return !path.starts_with("../") && path != "..";
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// What of `path` lies below `folder`, which holds it.
std::string_view below(std::string_view path, std::string_view folder) {
  return path.substr(folder.empty() ? 0 : folder.size() + 1);
}

bool was_made_by_us(const Records& rows, std::string_view path) {
  const auto found = std::lower_bound(rows.outputs.begin(), rows.outputs.end(), path,
                                      [](const OutputRecord& row, std::string_view p) { return row.path < p; });
  return found != rows.outputs.end() && found->path == path && found->made;
}

// Which candidates are no sources because a rule makes them from another one.
class MadeFiles {
 public:
  MadeFiles(const Manifest& manifest, const Targets& all, const Records& rows, const std::vector<Alias>& aliases)
      : manifest_(manifest), all_(all), rows_(rows), state_(all.list.sources.size(), State::unknown) {
    const auto text = [&all](std::uint32_t i) -> std::string_view { return all.list.sources[i].path; };
    PathIndex index(all.list.sources.size(), text);
    for (std::uint32_t i = 0; i < all.list.sources.size(); ++i) index.add(i);
    for (std::uint32_t t = 0; t < all.outputs.size(); ++t) {
      const Target& target = all.outputs[t];
      if (target.output.empty()) continue;
      const auto makes = [&](std::string_view path) {
        const std::optional<std::uint32_t> made = index.find(path);
        if (made && *made != target.source) makers_.emplace(*made, t);
      };
      makes(target.output);
      for (const Alias& alias : aliases)
        if (alias.set == target.set)
          makes(join_path(alias.folder, below(target.output, manifest.sets[alias.set].output)));
    }
  }

  /// Whether the candidate stays a source.
  bool is_source(std::uint32_t source) {
    if (makers_.empty()) return true;
    if (state_[source] == State::unknown) resolve(source);
    return state_[source] != State::made;
  }

  std::vector<Diagnostic> take_faults() { return std::move(faults_); }

 private:
  enum class State : std::uint8_t { unknown, in_progress, original, made };

  void resolve(std::uint32_t source) {
    state_[source] = State::in_progress;
    State result = State::original;
    const auto [first, last] = makers_.equal_range(source);
    for (auto maker = first; maker != last; ++maker) {
      const Target& target = all_.outputs[maker->second];
      if (state_[target.source] == State::in_progress) {
        fault(target, source,
              "and that file's own rules lead back to the first: tell the two apart by include or path");
        continue;
      }
      if (!is_source(target.source)) continue;
      result = State::made;
      if (!may_replace(target, source))
        fault(target, source, "which is a source of another set: change output or path, or exclude it there");
    }
    state_[source] = result;
  }

  // A file made beside its originals, or one that we made before, is ours to write. Another set's picture is not.
  bool may_replace(const Target& target, std::uint32_t made) const {
    const Source& source = all_.list.sources[made];
    for (std::uint32_t m = 0; m < source.memberships; ++m) {
      const std::uint32_t set = all_.list.memberships[source.first_membership + m].set;
      if (set == target.set || lies_below(all_.list.sources[target.source].path, manifest_.sets[set].source))
        return true;
    }
    return was_made_by_us(rows_, source.path);
  }

  void fault(const Target& target, std::uint32_t made, const std::string& why) {
    faults_.push_back(manifest_.at("/sets/" + std::to_string(target.set) + "/path",
                                   "the output of \"" + all_.list.sources[target.source].path +
                                       "\" would be written onto \"" + all_.list.sources[made].path + "\", " + why));
  }

  const Manifest& manifest_;
  const Targets& all_;
  const Records& rows_;
  std::multimap<std::uint32_t, std::uint32_t> makers_;  // made source → target
  std::vector<State> state_;
  std::vector<Diagnostic> faults_;
};

// Keeps the sources that are none of our own products, and their outputs.
void drop_made_files(const Manifest& manifest, const Records& rows, const std::vector<Alias>& aliases, Targets& targets,
                     std::vector<Diagnostic>& faults) {
  MadeFiles made(manifest, targets, rows, aliases);
  std::vector<std::uint32_t> new_index(targets.list.sources.size(), ~std::uint32_t{0});
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < new_index.size(); ++i)
    if (made.is_source(i)) new_index[i] = kept++;
  for (Diagnostic& fault : made.take_faults()) faults.push_back(std::move(fault));
  if (kept == new_index.size()) return;
  std::erase_if(targets.outputs, [&](const Target& t) { return new_index[t.source] == ~std::uint32_t{0}; });
  for (Target& target : targets.outputs) target.source = new_index[target.source];
  std::erase_if(targets.unknown, [&](std::uint32_t i) { return new_index[i] == ~std::uint32_t{0}; });
  for (std::uint32_t& i : targets.unknown) i = new_index[i];
  std::uint32_t at = 0;
  std::erase_if(targets.list.sources, [&](const Source&) { return new_index[at++] == ~std::uint32_t{0}; });
}

}  // namespace

SourceList merge_scans(std::vector<ScanResult>& scans, const std::vector<std::string>& reserved) {
  SourceList list;
  for (const Candidate& candidate : sorted_candidates(scans)) {
    FoundFile& file = *candidate.file;
    const Membership membership{candidate.set, file.below};
    if (!list.sources.empty() && list.sources.back().path == file.path) {
      ++list.sources.back().memberships;
    } else {
      if (std::find(reserved.begin(), reserved.end(), file.path) != reserved.end()) continue;
      Source& source = list.sources.emplace_back();
      // Copied where a second set may still need it to compare, which is rare enough not to matter.
      source.path = file.path;
      source.stat_data = file.stat.stat_data;
      source.first_membership = static_cast<std::uint32_t>(list.memberships.size());
      source.memberships = 1;
    }
    list.memberships.push_back(membership);
  }
  return list;
}

bool same_stat_data(const StatData& a, const StatData& b, StatMode mode) {
  if (mode == StatMode::minimal) return a.size == b.size && a.mtime_ns == b.mtime_ns;
  return a == b;
}

void recall_contents(SourceList& list, const Records& rows, StatMode mode) {
  auto row = rows.sources.begin();
  for (Source& source : list.sources) {
    while (row != rows.sources.end() && row->path < source.path) ++row;
    if (row == rows.sources.end()) return;
    const bool trusted = row->trusted || (mode == StatMode::minimal && row->trusted_mtime);
    if (row->path != source.path || !trusted || !same_stat_data(row->stat_data, source.stat_data, mode)) continue;
    source.hash = row->hash;
    source.format = row->format;
  }
}

Targets make_targets(const Manifest& manifest, const SourceList& list, const Records& rows,
                     const std::vector<Alias>& aliases) {
  Targets targets{list, {}, {}, {}};
  Expander expander(manifest);
  targets.outputs.reserve(list.sources.size());
  for (std::uint32_t i = 0; i < list.sources.size(); ++i) expander.expand(targets, i);
  std::vector<Diagnostic> faults = expander.take_faults();
  drop_made_files(manifest, rows, aliases, targets, faults);
  find_clashes(manifest, targets, faults);
  if (!faults.empty()) throw ManifestError(std::move(faults));
  return targets;
}

}  // namespace thumbs
