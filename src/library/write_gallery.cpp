// Puts the gallery's page on the disk, and only where that replaces none of somebody else.
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "cache/cache_files.h"
#include "disk/atomic_file.h"
#include "disk/disk.h"
#include "engine/cache_folder.h"
#include "engine/own_folder.h"
#include "library/check.h"
#include "path/path.h"
#include "thumbs/error.h"
#include "thumbs/gallery.h"

namespace thumbs {
namespace {

std::string page_in(const disk::Disk& disk, const Manifest& manifest, std::string folder) {
  if (folder.empty()) folder = engine::gallery_folder(manifest);
  if (folder.empty())
    throw Error(ErrorCode::usage,
                "the gallery needs a folder, for the cache has none of its own: run `thumbs gallery DIR`");
  std::string page = join_path(folder, engine::k_gallery_file);
  if (disk.stat(page, false).kind != disk::FileKind::missing && !engine::is_gallery(disk, page))
    throw Error(ErrorCode::usage, "is not a gallery of thumbs: move it away, or name another folder", page);
  return page;
}

// With a .gitignore, as a build would make it.
void make_cache_folder(const Manifest& manifest) {
  const cache::ReachableCache cache(manifest.folder, manifest.cache);
  cache::make_cache_folder(cache::folder_of(cache.file()), engine::neighbours_of_cache(manifest, cache));
}

std::string name_of_folder(const std::string& folder) {
  const std::string name = folder.substr(folder.rfind('/') + 1);
  return name.empty() ? "thumbnails" : name;
}

}  // namespace

std::string gallery_file(const Manifest& stated, const std::string& folder) {
  const Manifest manifest = library::located(stated);
  return page_in(*disk::open_disk(manifest.folder), manifest, folder);
}

std::string write_gallery(const Manifest& stated, const Report& report, const std::string& folder) {
  const Manifest manifest = library::located(stated);
  const std::unique_ptr<disk::Disk> disk = disk::open_disk(manifest.folder);
  std::string page = page_in(*disk, manifest, folder);
  if (folder.empty()) make_cache_folder(manifest);
  const std::string place = page.starts_with('/') ? page : join_path(manifest.folder, page);
  const std::string way = relative_to(place.substr(0, place.rfind('/')), manifest.folder);
  const std::string html = gallery_html(report, {name_of_folder(manifest.folder), way.empty() ? way : way + "/"});
  disk::replace_file(*disk, page, std::as_bytes(std::span(html)));
  return page;
}

}  // namespace thumbs
