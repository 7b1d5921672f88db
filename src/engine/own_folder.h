// The folder that thumbs has to itself, that of the cache, and what builds and galleries leave in it.
#pragma once

#include <string>
#include <string_view>

#include "disk/disk.h"
#include "thumbs/manifest.h"

namespace thumbs::engine {

inline constexpr std::string_view k_gallery_file = "index.html";

/// Where builds keep the thumbnails that they replace (disk/replaced_files.h). "": nowhere, for the cache has no folder
/// of its own: it is the manifest's, or sources, outputs, the lockfile or the index lie in it, by their names.
std::string before_folder(const Manifest& manifest);

/// Whether `path` is such a thumbnail.
bool is_replaced_thumbnail(const Manifest& manifest, std::string_view path);

/// The folder of the gallery where the command line names none; "" as above.
std::string gallery_folder(const Manifest& manifest);

/// Whether the file is a gallery, told from its first bytes. What cannot be read is none.
bool is_gallery(const disk::DiskReader& disk, const std::string& path);

}  // namespace thumbs::engine
