// By the names in the manifest where nothing is to be made: a run with nothing to do asks the disk for no more than
// that.
#include "engine/cache_folder.h"

#include <algorithm>
#include <utility>

#include "cache/remove_cache.h"
#include "disk/replaced_files.h"
#include "engine/own_folder.h"
#include "engine/remove.h"
#include "manifest/side_files.h"
#include "path/path.h"
#include "rules/orphans.h"

namespace thumbs::engine {
namespace {

std::vector<std::string> written_paths(const Manifest& manifest) {
  std::vector<std::string> paths;
  for (const Set& set : manifest.sets) paths.push_back(set.output);
  for (std::string& file : manifest::side_files(manifest)) paths.push_back(std::move(file));
  return paths;
}

// What else lies in the folder of the cache: thumbnails that builds replaced, and the gallery.
void remove_before_and_gallery(disk::Disk& disk, const Manifest& manifest) {
  const std::string before = before_folder(manifest);
  if (before.empty()) return;
  for (const disk::ReplacedFile& file : disk::list_replaced(disk, before))
    disk.remove(join_path(before, file.entry.name));
  disk.remove_empty_directory(before);
  const std::string gallery = gallery_folder(manifest);
  const std::string page = join_path(gallery, k_gallery_file);
  if (is_gallery(disk, page)) disk.remove(page);
  disk.remove_empty_directory(gallery);
}

}  // namespace

std::vector<std::string> neighbours_of_cache(const Manifest& manifest, const cache::ReachableCache& cache) {
  std::vector<std::string> paths = written_paths(manifest);
  for (std::string& path : paths) path = cache.name_of(path);
  return paths;
}

std::vector<std::string> folders_of_cache(const Manifest& manifest, const cache::ReachableCache& cache,
                                          const std::vector<std::string>& made) {
  std::vector<std::string> folders;
  for (std::string folder(parent_of(manifest.cache)); !folder.empty(); folder = parent_of(folder))
    if (std::ranges::find(made, cache.name_of(folder)) != made.end()) folders.push_back(folder);
  return folders;
}

void remove_cache_and_folders(disk::Disk& disk, const Manifest& manifest, const cache::ReachableCache& cache,
                              const std::vector<std::string>& made) {
  remove_before_and_gallery(disk, manifest);
  cache::remove_cache(cache.file());
  EmptyFolders empty(disk, manifest, made);
  for (const std::string& file : manifest::side_files(manifest)) empty.remove_above(file);
  empty.remove_above(manifest.cache);
}

void warn_of_gitignore(const Manifest& manifest, const cache::ReachableCache& cache, Report& report) {
  const std::string folder(parent_of(manifest.cache));
  if (folder.empty()) return;  // the manifest's: no build made it
  const std::vector<std::string> paths = written_paths(manifest);
  const auto hidden = std::ranges::find_if(paths, [&](const auto& path) { return is_at_or_below(path, folder); });
  if (hidden == paths.end() || !cache::has_our_gitignore(cache.name_of(folder))) return;
  report.warnings.push_back(
      folder + "/.gitignore: hides " + *hidden +
      " from git: delete it if an earlier version of thumbs wrote it, or add a comment to it to keep it");
}

}  // namespace thumbs::engine
