// By name: a run with nothing to do asks the disk for nothing here.
#include "engine/own_folder.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "disk/replaced_files.h"
#include "manifest/side_files.h"
#include "path/path.h"
#include "thumbs/error.h"
#include "thumbs/gallery.h"

namespace thumbs::engine {
namespace {

std::string below_own_folder(const Manifest& manifest, std::string_view name) {
  const std::string folder(parent_of(manifest.cache));
  const auto in_it = [&](const std::string& path) { return is_at_or_below(path, folder); };
  const auto uses_it = [&](const Set& set) { return in_it(set.source) || in_it(set.output); };
  const bool shared =
      std::ranges::any_of(manifest.sets, uses_it) || std::ranges::any_of(manifest::side_files(manifest), in_it);
  return folder.empty() || shared ? std::string() : join_path(folder, name);
}

}  // namespace

std::string before_folder(const Manifest& manifest) { return below_own_folder(manifest, "before"); }

bool is_replaced_thumbnail(const Manifest& manifest, std::string_view path) {
  const std::string_view folder = parent_of(path);
  if (folder.empty() || folder != before_folder(manifest)) return false;
  return disk::parse_replaced_name(path.substr(folder.size() + 1)).has_value();
}

std::string gallery_folder(const Manifest& manifest) { return below_own_folder(manifest, "gallery"); }

bool is_gallery(const disk::DiskReader& disk, const std::string& path) {
  std::array<std::byte, k_gallery_start.size()> start{};
  try {
    const std::size_t size = disk.open(path)->read(0, start);
    return std::string_view(reinterpret_cast<const char*>(start.data()), size) == k_gallery_start;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace thumbs::engine
