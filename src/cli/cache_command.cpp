// Statistics and faults of the cache.
#include "cli/cache_command.h"

#include <sys/stat.h>

#include <utility>

#include "cache/cache.h"
#include "cache/cache_files.h"
#include "cli/signals.h"
#include "report/escape.h"
#include "report/text.h"
#include "thumbs/build.h"

namespace thumbs {
namespace {

bool exists(const std::string& file) {
  struct stat found {};
  return lstat(file.c_str(), &found) == 0;
}

std::string row(const std::string& name, const std::string& value) {
  return name + ":" + std::string(name.size() < 10 ? 10 - name.size() : 1, ' ') + value + "\n";
}

}  // namespace

CacheFacts inspect_cache(const Manifest& manifest, bool verify) {
  const ReachableCache place(manifest.folder, manifest.cache);
  const std::string& file = place.file();
  CacheFacts facts;
  facts.file = manifest.cache;
  facts.exists = exists(file);
  require_own_cache(manifest);
  const std::unique_ptr<Cache> cache = Cache::open(file, CacheMode::read_only);
  if (verify) {
    facts.faults = cache->verify();
    for (std::string& difference : verify_books(manifest, &stop_signal()))
      facts.faults.push_back(std::move(difference));
  }
  const Cache::Stats stats = cache->stats();
  facts.bytes = stats.file_bytes;
  facts.sources = stats.sources;
  facts.outputs = stats.outputs;
  facts.recipes = stats.recipes;
  facts.schema = stats.schema;
  return facts;
}

std::string cache_text(const CacheFacts& facts, bool verify) {
  const std::string name = display_name(facts.file);
  if (!facts.exists && facts.faults.empty()) return name + ": no cache yet\n";
  if (!verify) {
    return row("cache", name) + row("size", size_text(facts.bytes)) + row("sources", std::to_string(facts.sources)) +
           row("outputs", std::to_string(facts.outputs)) + row("recipes", std::to_string(facts.recipes)) +
           row("schema", std::to_string(facts.schema));
  }
  if (facts.faults.empty()) return name + ": sound\n";
  std::string text;
  for (const std::string& fault : facts.faults) text += printable(fault) + "\n";
  return text + name + ": " + std::to_string(facts.faults.size()) +
         (facts.faults.size() == 1 ? " fault\n" : " faults\n");
}

}  // namespace thumbs
