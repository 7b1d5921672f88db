// The rules of scan/scan.cpp about names, for one path at a time.
#include "watch/plan.h"

#include <algorithm>
#include <optional>

#include "disk/atomic_file.h"
#include "manifest/marks.h"
#include "manifest/side_files.h"
#include "path/path.h"

namespace thumbs::watch {
namespace {

std::vector<manifest::Glob> compiled(const std::vector<std::string>& patterns, manifest::Dots dots) {
  std::vector<manifest::Glob> globs;
  globs.reserve(patterns.size());
  for (const std::string& pattern : patterns) globs.emplace_back(pattern, dots);
  return globs;
}

void sort_out(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

// The part of `path` below `folder`; empty where it is the folder itself or lies elsewhere.
std::optional<std::string_view> part_below(std::string_view path, std::string_view folder) {
  if (!is_at_or_below(path, folder) || path.size() == folder.size()) return std::nullopt;
  return folder.empty() ? path : path.substr(folder.size() + 1);
}

// The folders that a template writes to whatever the source: "small/{dir}/{stem}.jpg" → "small".
std::string fixed_folder(std::string_view path_template) {
  return std::string(parent_of(path_template.substr(0, path_template.find('{'))));
}

std::string_view name_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool has_hidden_part(std::string_view below) {
  return below.starts_with('.') || below.find("/.") != std::string_view::npos;
}

}  // namespace

Plan::Plan(const Manifest& manifest, const std::vector<std::string>& reports)
    : folder_(manifest.folder), manifest_(manifest.path), marks_(manifest::mark_files(manifest)) {
  reserved_ = {manifest.cache, manifest.cache + "-journal"};
  for (std::string& file : manifest::side_files(manifest)) reserved_.push_back(std::move(file));
  for (const std::string& report : reports) reserved_.push_back(relative_to(folder_, report));
  sort_out(reserved_);
  for (const Set& set : manifest.sets) {
    trees_.push_back({set.source, join_path(set.output, fixed_folder(set.path)), set.follow_symlinks,
                      compiled(set.include, manifest::Dots::named), compiled(set.exclude, manifest::Dots::all)});
    roots_.push_back(trees_.back().source);
    roots_.push_back(trees_.back().output);
  }
  sort_out(roots_);
  ways_.emplace_back();
  for (const std::vector<std::string>* ends : {&roots_, &marks_})
    for (const std::string& end : *ends)
      for (std::string way = end; !way.empty() && name_of(way) != ".."; ways_.push_back(way)) way = parent_of(way);
  sort_out(ways_);
}

bool Plan::is_root_or_way(std::string_view folder) const {
  return std::binary_search(roots_.begin(), roots_.end(), folder) ||
         std::binary_search(ways_.begin(), ways_.end(), folder);
}

bool Plan::leads_to_source(std::string_view folder) const {
  return std::any_of(trees_.begin(), trees_.end(),
                     [folder](const Tree& tree) { return is_at_or_below(tree.source, folder); });
}

bool Plan::Tree::enters(std::string_view below) const {
  const auto could = [below](const manifest::Glob& glob) { return glob.could_match_below(below); };
  const auto all = [below](const manifest::Glob& glob) { return glob.matches_all_below(below); };
  return std::any_of(include.begin(), include.end(), could) && std::none_of(exclude.begin(), exclude.end(), all);
}

bool Plan::Tree::takes(std::string_view below) const {
  const auto matches = [below](const manifest::Glob& glob) { return glob.matches(below); };
  return std::any_of(include.begin(), include.end(), matches) && std::none_of(exclude.begin(), exclude.end(), matches);
}

bool Plan::watches(std::string_view folder) const {
  return std::any_of(trees_.begin(), trees_.end(), [&](const Tree& tree) {
    if (folder == tree.source || folder == tree.output) return true;
    if (const auto below = part_below(folder, tree.source); below && tree.enters(*below)) return true;
    const auto below = part_below(folder, tree.output);
    return below && !has_hidden_part(*below);
  });
}

bool Plan::follows(std::string_view link) const {
  return std::any_of(trees_.begin(), trees_.end(), [&](const Tree& tree) {
    if (link == tree.source || link == tree.output) return true;
    const auto below = part_below(link, tree.source);
    return tree.follow && below && tree.enters(*below);
  });
}

Concern Plan::concern(std::string_view file) const {
  Concern concern;
  if (name_of(file).starts_with(disk::k_temporary_prefix)) return concern;
  concern.manifest = file == manifest_;
  if (concern.manifest || std::binary_search(reserved_.begin(), reserved_.end(), file)) return concern;
  concern.mark = std::binary_search(marks_.begin(), marks_.end(), file);
  if (concern.mark) return concern;
  for (const Tree& tree : trees_) {
    if (const auto below = part_below(file, tree.source); below && tree.takes(*below)) concern.source = true;
    if (part_below(file, tree.output)) concern.output = true;
  }
  return concern;
}

}  // namespace thumbs::watch
