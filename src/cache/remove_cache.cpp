// Deletes only files that thumbs itself creates for the cache.
#include "cache/remove_cache.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cache/cache_files.h"
#include "thumbs/error.h"

namespace thumbs::cache {
namespace {

namespace fs = std::filesystem;

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) throw Error(ErrorCode::unwritable, error.message(), path.string(), "clean");
}

bool holds_only(const fs::path& folder, const fs::path& name) {
  std::error_code error;
  const fs::directory_iterator entries(folder, error);
  return !error && std::all_of(begin(entries), end(entries),
                               [&](const fs::directory_entry& entry) { return entry.path().filename() == name; });
}

}  // namespace

void remove_cache(const std::string& file) {
  remove_file(file);
  remove_file(file + "-journal");
  const fs::path folder = fs::path(file).parent_path();
  const fs::path ignore = folder / ".gitignore";
  if (!holds_only(folder, ".gitignore") || !has_our_gitignore(folder.string())) return;
  remove_file(ignore);
  remove_file(folder);
}

}  // namespace thumbs::cache
