// Any *.json that parses as a manifest is one; all else says nothing.
#include "engine/neighbours.h"

#include <span>
#include <string>
#include <string_view>

#include "engine/places.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

constexpr std::uint64_t k_max_bytes = std::uint64_t{1} << 20;
constexpr std::size_t k_most = 200;

std::vector<std::string> names_of_json(const disk::DiskReader& disk, const Manifest& manifest) {
  std::vector<std::string> names;
  disk.list("", [&](std::string_view name, disk::FileKind kind) {
    const bool may_be_one = kind == disk::FileKind::regular || kind == disk::FileKind::symlink;
    if (may_be_one && name.ends_with(".json") && name != manifest.path && names.size() < k_most)
      names.emplace_back(name);
    return false;
  });
  return names;
}

}  // namespace

std::vector<Manifest> manifests_beside(const disk::DiskReader& disk, const Manifest& manifest) {
  std::vector<Manifest> found;
  try {
    const disk::FileStat own = disk.stat(manifest.path, true);
    for (const std::string& name : names_of_json(disk, manifest)) {
      try {
        const std::unique_ptr<disk::InputFile> file = disk.open(name);
        const disk::FileStat stat = file->stat();
        if (is_same_file(stat, own) || stat.stat_data.size > k_max_bytes) continue;
        std::string text(stat.stat_data.size, '\0');
        text.resize(file->read(0, std::as_writable_bytes(std::span(text))));
        found.push_back(parse_manifest(text, name, manifest.folder));
      } catch (const Error&) {
        continue;
      }
    }
  } catch (const Error&) {
    return found;
  }
  return found;
}

}  // namespace thumbs::engine
