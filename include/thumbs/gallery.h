// The gallery: what a run with Command::gallery found, as one HTML page with its thumbnails.
#pragma once

#include <string>
#include <string_view>

#include "thumbs/export.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace THUMBS_PUBLIC thumbs {

/// How each page begins: what tells it from pages of others.
inline constexpr std::string_view k_gallery_start =
    "<!doctype html>\n<html lang=\"en\">\n<meta name=\"generator\" content=\"thumbs gallery\">\n";

/// What a page says beside the report.
struct GalleryPage {
  std::string title;
  std::string root;  ///< path from the page's folder to the manifest's: "" or, e.g., "../../"
};

/// The page: UTF-8, whole without a script, and the same bytes for the same report. It links to the pictures on disk
/// and to nothing else. `report` is of Command::gallery. Pure.
std::string gallery_html(const Report& report, const GalleryPage& page);

/// Where write_gallery() puts the page: `folder`/index.html. `folder` is absolute or relative to the manifest; "" is
/// `gallery` beside the cache, which git ignores and Command::clean removes. Writes nothing. Throws Error `usage` if an
/// index.html of somebody else is there, or if `folder` is "" and the cache has no folder of its own.
std::string gallery_file(const Manifest& manifest, const std::string& folder = {});

/// Writes the page atomically, and its folder if it is missing. Returns gallery_file(), and throws as that does; also
/// Error `unwritable`, `no_space` or `io`. `report` is of Command::gallery.
std::string write_gallery(const Manifest& manifest, const Report& report, const std::string& folder = {});

}  // namespace thumbs
