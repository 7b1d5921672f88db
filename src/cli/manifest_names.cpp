// Reads the manifest and nothing else: a shell waits for it.
#include "cli/manifest_names.h"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "thumbs/error.h"
#include "thumbs/manifest.h"

namespace thumbs::cli {
namespace {

bool fits_on_a_line(const std::string& name) {
  return std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

void add_variant(const Variant& variant, std::set<std::string>& names) {
  names.insert(variant.name);
  if (!variant.statement.ladder.empty()) names.insert(variant.statement.ladder);
  for (const int width : variant.widths) names.insert(variant.name + "-" + std::to_string(width));
}

}  // namespace

std::string manifest_names(const CommandLine& line) {
  std::set<std::string> names;
  for (const std::string& folder : line.folders)
    if (chdir(folder.c_str()) != 0) return {};
  try {
    for (const Set& set : load_manifest(line.manifest).sets) {
      if (line.word == "sets") names.insert(set.name);
      if (line.word == "variants")
        for (const Variant& variant : set.variants) add_variant(variant, names);
    }
  } catch (const Error&) {
    return {};  // a command will say what is wrong with it
  }
  std::string text;
  for (const std::string& name : names)
    if (fits_on_a_line(name)) text += name + "\n";
  return text;
}

}  // namespace thumbs::cli
