#include "cli/cache_merge.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/manifest_of_line.h"
#include "cli/signals.h"

namespace thumbs::cli {

MergeOptions take_merge_options(CommandLine& line) {
  MergeOptions merge{.files = std::exchange(line.options.paths, {}),
                     .base = current_folder(),
                     .force = std::exchange(line.options.force, false),
                     .dry_run = line.options.dry_run,
                     .wait_seconds = line.options.wait_seconds,
                     .stop = &stop_requested()};
  for (const std::string& file : merge.files) protect_from_report(file, line);
  return merge;
}

std::vector<std::string> files_to_read(const std::vector<std::string>& caches) {
  std::vector<std::string> files = caches;
  std::error_code error;
  for (const std::string& cache : caches)
    if (std::filesystem::exists(cache + "-journal", error))
      files.push_back((std::filesystem::temp_directory_path(error) / "copy").string());
  return files;
}

}  // namespace thumbs::cli
