// Compares manifests by what stands at their paths, so that no link and no spelling makes two of one.
#include "engine/ownership.h"

#include "disk/content.h"
#include "engine/places.h"
#include "path/path.h"
#include "thumbs/error.h"
#include "thumbs/text.h"

namespace thumbs::engine {
namespace {

// The folder that holds the cache, links resolved as far as there is something already.
std::string cache_folder(const disk::DiskReader& disk, const Manifest& manifest) {
  if (const std::string file = try_real_path(disk, manifest.cache); !file.empty()) return std::string(parent_of(file));
  const std::string cache = relative_to(manifest.folder, manifest.cache);
  std::string above(parent_of(cache));
  std::string rest;
  while (!above.empty()) {
    if (const std::string real = try_real_path(disk, above); !real.empty()) return join_path(real, rest);
    rest = join_path(above.substr(above.rfind('/') + 1), rest);
    above = std::string(parent_of(above));
  }
  return join_path(manifest.folder, rest);
}

enum class Other { gone, same, stands };

Other look_at_other(const disk::DiskReader& disk, const Manifest& manifest, const std::string& path) {
  try {
    const disk::FileStat file = disk.stat(path, true);
    if (file.kind != disk::FileKind::regular) return Other::gone;
    const bool same = is_same_file(file, disk.stat(manifest.path, true)) &&
                      is_same_file(disk.stat(std::string(parent_of(path)), true), disk.stat("", true));
    return same ? Other::same : Other::stands;
  } catch (const Error&) {
    return Other::stands;  // something is there that cannot be looked at
  }
}

bool has_same_text(const disk::DiskReader& disk, const std::string& a, const std::string& b) {
  try {
    return disk::read_text(disk, a) == disk::read_text(disk, b);
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Ownership claim_cache(const disk::DiskReader& disk, const Manifest& manifest, const std::string& recorded) {
  const std::string folder = cache_folder(disk, manifest);
  Ownership ownership{relative_to(folder, join_path(manifest.folder, manifest.path)), false, {}};
  if (recorded.empty() || recorded == ownership.owner) return ownership;
  const std::string other = relative_to(manifest.folder, normalise_path(folder + "/" + recorded));
  switch (look_at_other(disk, manifest, other)) {
    case Other::same: ownership.owner = recorded; break;
    case Other::gone:
      ownership.must_record = true;
      ownership.warning = manifest.cache + ": cache: belonged to " + in_quotes(other) +
                          ", which no longer exists: " + in_quotes(manifest.path) + " takes it over";
      break;
    case Other::stands:
      throw Error(ErrorCode::usage,
                  "belongs to " + in_quotes(other) + ", and two manifests cannot share a cache: give " +
                      in_quotes(manifest.path) + " its own \"cache\", or delete this one",
                  manifest.cache, "cache");
  }
  return ownership;
}

std::string other_owner(const disk::DiskReader& disk, const Manifest& manifest, const std::string& file,
                        const std::string& recorded) {
  Manifest elsewhere = manifest;
  elsewhere.cache = relative_to(manifest.folder, file);
  const std::string other =
      relative_to(manifest.folder, normalise_path(cache_folder(disk, elsewhere) + "/" + recorded));
  const auto name_of = [](std::string_view path) { return path.substr(path.rfind('/') + 1); };
  switch (look_at_other(disk, manifest, other)) {
    case Other::same: return {};
    case Other::gone: return name_of(recorded) == name_of(manifest.path) ? "" : "belongs to " + in_quotes(recorded);
    case Other::stands: break;
  }
  return has_same_text(disk, other, manifest.path) ? "" : "belongs to " + in_quotes(other);
}

}  // namespace thumbs::engine
