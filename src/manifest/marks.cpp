// Looks through all variants and overrides.
#include "manifest/marks.h"

#include <set>

namespace thumbs::manifest {

std::vector<std::string> mark_files(const Manifest& manifest) {
  std::set<std::string> files;
  for (const Set& set : manifest.sets) {
    for (const Variant& variant : set.variants)
      if (variant.watermark) files.insert(variant.watermark->file);
    for (const Override& change : set.overrides)
      if (change.settings.watermark) files.insert(change.settings.watermark->file);
  }
  return {files.begin(), files.end()};
}

}  // namespace thumbs::manifest
