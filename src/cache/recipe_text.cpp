// Makes and compares stand-ins.
#include "cache/recipe_text.h"

#include "support/hash.h"

namespace thumbs::cache {

std::string stand_in_for(std::string_view text) {
  return is_stand_in(text) ? std::string(text) : std::string(k_hash_algorithm) + ":" + hash_text(text).hex();
}

bool is_stand_in(std::string_view text) {
  return text.starts_with(k_hash_algorithm) && text.substr(k_hash_algorithm.size()).starts_with(':');
}

bool means(std::string_view recorded, std::string_view text) {
  return recorded == text || (is_stand_in(recorded) && recorded == stand_in_for(text));
}

}  // namespace thumbs::cache
