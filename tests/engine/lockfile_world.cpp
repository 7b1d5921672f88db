// Compares the lines of a lockfile with the disk.
#include "engine/lockfile_world.h"

#include "cache/recipe_text.h"
#include "lockfile/lockfile.h"

namespace thumbs {

std::vector<std::string> false_lines(const World& world) {
  std::vector<std::string> found;
  for (const cache::OutputRecord& row :
       lockfile::parse_lockfile(world.disk.text("thumbs.lock").value_or(""), "thumbs.lock").outputs)
    if (hash_text(world.disk.text(std::string(row.path)).value_or("")) != row.hash) found.emplace_back(row.path);
  return found;
}

}  // namespace thumbs
