// Output folders, patterns, path templates and variants.
#include "init/propose.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "path/fold_case.h"
#include "path/path.h"
#include "support/utf8.h"

namespace thumbs::init {
namespace {

bool has_name(const Listing& listing, std::string_view name) {
  return std::find(listing.top.begin(), listing.top.end(), name) != listing.top.end();
}

/// The folder in which a site keeps what it serves as it is; "" is the folder itself.
std::string_view served_folder(const Listing& listing) {
  if (is_hugo(listing.top)) return "static";
  for (const std::string_view name : {"public", "static"})
    if (has_name(listing, name)) return name;
  return "";
}

bool is_in_a_source(const std::string& folder, const std::vector<Group>& groups) {
  return std::any_of(groups.begin(), groups.end(),
                     [&](const Group& group) { return !group.folder.empty() && is_at_or_below(folder, group.folder); });
}

std::string output_folder(const Findings& findings, const Taken& taken) {
  constexpr std::array<std::string_view, 2> k_names = {"thumbs", "thumbnails"};
  for (const std::string_view parent : {served_folder(findings.listing), std::string_view()})
    for (const std::string_view name : k_names) {
      std::string folder = join_path(parent, name);
      if (!is_in_a_source(folder, findings.groups) && !taken(folder)) return folder;
    }
  for (int i = 2;; ++i) {
    std::string folder = "thumbs-" + std::to_string(i);
    if (!taken(folder)) return folder;
  }
}

/// A name for reports and for the output folder: the folder's own, or its whole path if another set has that.
std::string set_name(const std::string& folder, std::set<std::string>& used) {
  std::string name = folder.empty() ? "pictures" : folder.substr(folder.rfind('/') + 1);
  if (used.insert(fold_case(name)).second) return name;
  name = folder;
  std::replace(name.begin(), name.end(), '/', '-');
  for (int i = 2; !used.insert(fold_case(name)).second; ++i) name = folder + "-" + std::to_string(i);
  return name;
}

std::string escaped_glob(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (std::string_view("*?[]{},\\!").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

/// The path of a group's picture below its folder.
std::string_view below(const Group& group, std::string_view path) {
  return group.folder.empty() ? path : path.substr(group.folder.size() + 1);
}

/// Folders that were skipped below the group, by name: each pattern matches at least one.
std::vector<std::string> exclude_skipped(const Group& group, const Listing& listing) {
  std::set<std::string> patterns;
  if (group.top_only) return {};
  for (const std::string& folder : listing.skipped)
    if (is_at_or_below(folder, group.folder) && is_utf8(folder))
      patterns.insert("**/" + escaped_glob(std::string_view(folder).substr(folder.rfind('/') + 1)) + "/**");
  return {patterns.begin(), patterns.end()};
}

std::string_view without_extension(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const std::size_t slash = path.rfind('/');
  return dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash) ? path : path.substr(0, dot);
}

/// The names of a group, for outputs that could meet.
struct Clashes {
  bool by_stem = false;                   ///< two names differ in their extensions only
  std::vector<std::string> by_case = {};  ///< pictures whose whole names equal another's but for case
};

Clashes clashes_of(const Group& group, const std::vector<std::string>& links) {
  Clashes clashes;
  std::set<std::string> stems;
  std::set<std::string> names;
  const auto look = [&](const std::string& path) {
    if (!stems.insert(fold_case(without_extension(path))).second) clashes.by_stem = true;
    if (!names.insert(fold_case(path)).second) clashes.by_case.emplace_back(below(group, path));
  };
  for (const std::string& path : group.pictures) look(path);
  for (const std::string& path : links)
    if (is_at_or_below(path, group.folder)) look(path);
  return clashes;
}

void avoid_clashes(Set& set, const Group& group, const Listing& listing) {
  const Clashes clashes = clashes_of(group, listing.links);
  if (clashes.by_stem || listing.cut_off) set.path = "{dir}/{stem}.{sourceExt}-{variant}.{ext}";
  for (const std::string& path : clashes.by_case)
    if (is_utf8(path)) set.exclude.push_back(escaped_glob(path));
}

/// Only extensions that this build reads, so that no picture fails for its format; those that a set does not take by
/// default where the group has such pictures.
void include_readable(Set& set, const Group& group, const Findings& findings) {
  const BuiltFormats& built = findings.built;
  const bool lacks = !findings.listing.not_built.empty();
  std::set<std::string_view> named;
  for (const std::string& path : group.pictures) named.insert(named_extension(path, built));
  named.erase("");
  if (!group.top_only && !lacks && named.empty()) return;
  std::string extensions = "jpg,jpeg,jpe,jfif,png";
  if (built.webp) extensions += ",webp";
  if (built.avif) extensions += ",avif";
  for (const std::string_view extension : named) extensions += "," + std::string(extension);
  set.include = {(group.top_only ? "*.{" : "**/*.{") + extensions + "}"};
}

OutputFormat format_for(const Kinds& kinds, const BuiltFormats& built) {
  if (kinds.transparent == 0) return OutputFormat::jpeg;
  if (built.webp) return OutputFormat::webp;
  return kinds.transparent == kinds.looked ? OutputFormat::png : OutputFormat::source;
}

/// The side of the tile: smaller for pictures that are all smaller than it.
int tile_side(int largest) {
  for (const int side : {256, 128, 64, 32})
    if (largest == 0 || largest >= side) return side;
  return 32;
}

std::vector<Variant> variants_for(const Kinds& kinds, const BuiltFormats& built) {
  constexpr int k_card = 640;
  constexpr int k_zoom = 1600;
  const int largest = std::max(kinds.largest_width, kinds.largest_height);
  const OutputFormat format = format_for(kinds, built);
  const int side = tile_side(largest);
  std::vector<Variant> variants;
  variants.push_back({.name = "grid", .width = side, .height = side, .fit = Fit::cover, .format = format});
  for (const auto& [name, box] : {std::pair{"card", k_card}, std::pair{"zoom", k_zoom}})
    if (largest > box) variants.push_back({.name = name, .width = box, .height = box, .format = format});
  return variants;
}

ProposedSet propose_set(const Findings& findings, const Group& group, const Kinds& kinds) {
  ProposedSet proposed{.set = {}, .pictures = group.pictures.size(), .kinds = kinds};
  Set& set = proposed.set;
  set.source = group.folder.empty() ? "." : group.folder;
  include_readable(set, group, findings);
  set.exclude = exclude_skipped(group, findings.listing);
  avoid_clashes(set, group, findings.listing);
  set.variants = variants_for(kinds, findings.built);
  return proposed;
}

}  // namespace

std::vector<ProposedSet> propose(const Findings& findings, const Taken& taken) {
  const std::string output = output_folder(findings, taken);
  std::vector<ProposedSet> sets;
  for (std::size_t i = 0; i < findings.groups.size(); ++i)
    sets.push_back(propose_set(findings, findings.groups[i], findings.kinds[i]));
  if (sets.empty()) sets.push_back(propose_set(findings, {.folder = "", .top_only = false}, {}));
  std::set<std::string> names;
  for (ProposedSet& one : sets) {
    one.set.name = set_name(one.set.source == "." ? "" : one.set.source, names);
    one.set.output = sets.size() == 1 ? output : join_path(output, one.set.name);
  }
  return sets;
}

}  // namespace thumbs::init
