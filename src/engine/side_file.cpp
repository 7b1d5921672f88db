// Reads lockfile and index, and refuses what is neither.
#include "engine/side_file.h"

#include "disk/content.h"
#include "path/path.h"
#include "thumbs/error.h"
#include "thumbs/text.h"

namespace thumbs::engine {
namespace {

const char* key_of(SideFile which) { return which == SideFile::lock ? "lock" : "index"; }

const std::string& path_of(const Manifest& manifest, SideFile which) {
  return which == SideFile::lock ? *manifest.lock : *manifest.index;
}

}  // namespace

std::string read_side_file(const disk::DiskReader& disk, const Manifest& manifest, SideFile which) {
  const std::string& path = path_of(manifest, which);
  const disk::FileStat stat = disk.stat(path, true);
  if (stat.kind == disk::FileKind::missing) return {};
  if (stat.kind == disk::FileKind::directory) refuse_side_file(manifest, which, "a folder");
  if (stat.kind != disk::FileKind::regular) refuse_side_file(manifest, which, "not a regular file");
  try {
    return disk::read_text(disk, path);
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), path, key_of(which));
  }
}

void refuse_side_file(const Manifest& manifest, SideFile which, const std::string& what) {
  throw ManifestError(
      {manifest.at(std::string("/") + key_of(which),
                   in_quotes(path_of(manifest, which)) + " is " + what + ": move it away, or name another file")});
}

std::string behind_links(const disk::DiskReader& disk, const Manifest& manifest, const std::string& path) {
  const std::string real = disk.real_path(path);
  return real.empty() ? path : relative_to(manifest.folder, real);
}

}  // namespace thumbs::engine
