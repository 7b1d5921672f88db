// Asks the disk only for PATHs that are absolute.
#include "engine/real_terms.h"

#include <filesystem>
#include <system_error>

namespace thumbs::engine {
namespace {

// A PATH may name the manifest's folder by another way than its real one, through a link: told in its real terms.
std::string in_real_terms(const std::string& path, const Manifest& manifest) {
  namespace fs = std::filesystem;
  if (!path.starts_with("/")) return path;
  for (fs::path above = path; above.has_relative_path(); above = above.parent_path()) {
    std::error_code error;
    if (fs::canonical(above, error) == manifest.folder && !error)
      return manifest.folder + path.substr(above.native().size());
  }
  return path;
}

}  // namespace

Options with_real_paths(Options options, const Manifest& manifest) {
  if (options.paths_base.empty()) options.paths_base = manifest.folder;
  for (std::string& path : options.paths) path = in_real_terms(path, manifest);
  return options;
}

}  // namespace thumbs::engine
