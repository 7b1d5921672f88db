// Recipes that are known by their hash alone: a lock says which recipe made an output, not what it was.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

/// What stands for a canonical text of RecipeText where only its hash is known: the algorithm's name, ':', 32 hex
/// digits. No canonical text looks like that. A stand-in stands for itself.
std::string stand_in_for(std::string_view text);
bool is_stand_in(std::string_view text);

/// Whether what a row recorded, a text or its stand-in, means `text`.
bool means(std::string_view recorded, std::string_view text);

}  // namespace thumbs
