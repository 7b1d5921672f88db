// Each picture and recipe is made once a process.
#include "engine/reference.h"

namespace thumbs {

std::map<std::string, std::string>& settings_by_spelling() {
  static std::map<std::string, std::string> known;
  return known;
}

const Reference& reference(const std::string& picture, const std::string& settings) {
  static std::map<std::pair<Hash128, std::string>, Reference> known;
  const auto [entry, is_new] = known.try_emplace({hash_text(picture), settings});
  if (!is_new) return entry->second;
  World world(R"({"sets": [{"source": "in", "output": "out", "path": "{hash}", "variants": [{"name": "v", )" +
              settings + "}]}]}");
  world.disk.put("in/one.png", picture);
  const Report report = run_with(world, *world.cache, 1);
  const std::string output = report.items.at(0).output.value_or("");
  entry->second = {report.summary.built == 1, world.disk.text(output).value_or(""),
                   output.substr(output.rfind('/') + 1), world.cache->load().rows.recipes.at(0).settings};
  settings_by_spelling()[entry->second.canonical] = settings;
  return entry->second;
}

}  // namespace thumbs
