// The cache's numbers and faults.
#include "cli/cache_text.h"

#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

std::string row(const std::string& name, const std::string& value) {
  return name + ":" + std::string(name.size() < 10 ? 10 - name.size() : 1, ' ') + value + "\n";
}

std::string no_cache_text(const std::string& name) { return name + ": no cache yet\n"; }

std::string parts_text(const std::vector<std::string>& parts) {
  std::string list;
  for (const std::string& part : parts) list += (list.empty() ? "" : ", ") + part;
  return list.empty() ? "" : row(parts.size() == 1 ? "part" : "parts", list);
}

}  // namespace

std::string cache_stats_text(const CacheInfo& cache) {
  const std::string name = display_name(cache.file);
  if (!cache.exists) return no_cache_text(name);
  return row("cache", name) + row("size", size_text(cache.bytes)) + row("sources", std::to_string(cache.sources)) +
         row("outputs", std::to_string(cache.outputs)) + row("recipes", std::to_string(cache.recipes)) +
         row("schema", std::to_string(cache.schema)) + parts_text(cache.parts);
}

std::string cache_verify_text(const CacheInfo& cache, const std::vector<std::string>& faults) {
  const std::string name = display_name(cache.file);
  if (faults.empty()) return cache.exists ? name + ": sound\n" : no_cache_text(name);
  std::string text;
  for (const std::string& fault : faults) text += printable(fault) + "\n";
  return text + name + ": " + std::to_string(faults.size()) + (faults.size() == 1 ? " fault\n" : " faults\n");
}

std::string cache_merge_text(const MergeInfo& merge, const Report& report, bool dry_run) {
  const auto counted = [](std::uint64_t n, const char* what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
  };
  std::string text = (dry_run ? "would merge " : "merged ") + counted(merge.caches, "cache") + ": " +
                     counted(merge.outputs, "thumbnail") + " recorded";
  if (merge.left_out != 0) text += ", " + std::to_string(merge.left_out) + " left out";
  if (merge.parts != 0 && merge.missing.empty()) text += ", all " + counted(merge.parts, "part");
  if (report.summary.stale != 0) text += ", " + std::to_string(report.summary.stale) + " stale";
  return text + "\n";
}

}  // namespace thumbs::cli
