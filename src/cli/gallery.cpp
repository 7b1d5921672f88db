// The library says where the page may go; here it gets a name for people.
#include "cli/gallery.h"

#include <cstdint>
#include <filesystem>

#include "thumbs/gallery.h"
#include "thumbs/text.h"

namespace thumbs::cli {

GalleryPlace take_gallery_place(const Manifest& manifest, CommandLine& line, const std::string& current_folder) {
  namespace fs = std::filesystem;
  if (line.options.paths.empty())
    return {"", (fs::path(line.manifest).parent_path() / gallery_file(manifest)).string()};
  const fs::path given = line.options.paths.front();
  line.options.paths.clear();
  const std::string folder = (fs::path(current_folder) / given).lexically_normal().string();
  const fs::path page = gallery_file(manifest, folder);
  return {folder, (given / page.filename()).lexically_normal().string()};
}

std::string gallery_text(const Report& report, const GalleryPlace& place, bool dry_run) {
  if (report.interrupted) return {};
  const Summary& summary = report.summary;
  const std::uint64_t all = report.items.size();
  std::string text = (dry_run ? "would write " : "wrote ") + display_name(place.file) + ": " + std::to_string(all) +
                     (all == 1 ? " thumbnail" : " thumbnails");
  if (summary.stale != 0) text += ", " + std::to_string(summary.stale) + " stale";
  if (summary.orphans != 0)
    text += ", " + std::to_string(summary.orphans) + (summary.orphans == 1 ? " orphan" : " orphans");
  return text + "\n";
}

}  // namespace thumbs::cli
