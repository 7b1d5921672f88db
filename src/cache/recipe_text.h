// Stand-ins for recipes of which only the hash is known: a lockfile holds the hash of a recipe, not its text.
#pragma once

#include <string>
#include <string_view>

namespace thumbs::cache {

/// The stand-in for a canonical text: the hash algorithm's name, ':', 32 hex digits. No canonical text looks like that.
/// Returns a stand-in unchanged.
std::string stand_in_for(std::string_view text);
bool is_stand_in(std::string_view text);

/// Whether `recorded` is `text` or its stand-in.
bool means(std::string_view recorded, std::string_view text);

}  // namespace thumbs::cache
