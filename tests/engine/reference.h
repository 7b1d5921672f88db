// What one picture becomes by one recipe, made in a world that has nothing else and no past.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "engine/runs.h"

namespace thumbs {

struct Reference {
  bool picture = false;   ///< it can be made
  std::string bytes;      ///< the thumbnail
  std::string hash;       ///< what {hash} stands for
  std::string canonical;  ///< how the cache spells the recipe
};

/// The settings behind each of the cache's spellings that was met so far.
std::map<std::string, std::string>& settings_by_spelling();

/// `settings` is what a variant has beside its name, as JSON members. Remembered for the life of the program.
const Reference& reference(const std::string& picture, const std::string& settings);

}  // namespace thumbs
