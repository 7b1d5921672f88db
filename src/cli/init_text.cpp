// What `init` says to people.
#include "cli/init_text.h"

#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

std::string pictures(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " picture" : " pictures"); }

std::string set_line(const StarterSet& set) {
  std::string text = pictures(set.pictures) + " in " + display_name(set.source);
  if (set.largest_width > 0)
    text += ", up to " + std::to_string(set.largest_width) + "x" + std::to_string(set.largest_height);
  std::string variants;
  for (const std::string& variant : set.variants) variants += (variants.empty() ? "" : ", ") + variant;
  return text + " → " + display_name(set.output) + " (" + variants + ")\n";
}

std::string next_line(const Starter& starter, const std::string& program) {
  std::uint64_t thumbnails = 0;
  for (const StarterSet& set : starter.sets) thumbnails += set.pictures * set.variants.size();
  const std::string command = "`" + program + "`";
  if (thumbnails == 0) return "Next: set \"source\" to the folder of your pictures, then run " + command + "\n";
  return "Next: look it over, then run " + command + " to build " + std::to_string(thumbnails) +
         (thumbnails == 1 ? " thumbnail\n" : " thumbnails\n");
}

}  // namespace

std::string init_text(const Starter& starter, const std::string& program) {
  std::string text;
  for (const StarterSet& set : starter.sets)
    if (set.pictures > 0) text += set_line(set);
  text += "wrote " + display_name(starter.file) + "\n" + next_line(starter, program);
  if (starter.in_git && starter.pictures > 0)
    text += "git: add the output folders to .gitignore, or commit them with the lockfile (\"lock\" in the manifest)\n";
  return text;
}

}  // namespace thumbs::cli
