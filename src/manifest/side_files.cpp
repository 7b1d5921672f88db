// One list, so that nothing which holds for the lockfile is forgotten for the index.
#include "manifest/side_files.h"

#include <optional>

namespace thumbs::manifest {

std::vector<std::string> side_files(const Manifest& manifest) {
  std::vector<std::string> files;
  for (const std::optional<std::string>* const file : {&manifest.lock, &manifest.index})
    if (*file) files.push_back(**file);
  return files;
}

}  // namespace thumbs::manifest
