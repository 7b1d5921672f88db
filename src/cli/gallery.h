// `gallery [DIR]`: where the page goes, and the line that says so.
#pragma once

#include <string>

#include "cli/options.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace thumbs::cli {

struct GalleryPlace {
  std::string folder;  ///< absolute; "": the default
  std::string file;    ///< the page, as the user would spell it
};

/// Removes DIR from the line's PATHs: it selects nothing. Throws Error `usage` if a page must not go there.
GalleryPlace take_gallery_place(const Manifest& manifest, CommandLine& line, const std::string& current_folder);

/// "wrote .thumbs/gallery/index.html: 20 thumbnails, 3 stale", with a newline.
std::string gallery_text(const Report& report, const GalleryPlace& place, bool dry_run);

}  // namespace thumbs::cli
