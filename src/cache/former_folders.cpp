// Leaps from folder to folder by the index over paths.
#include "cache/former_folders.h"

#include <algorithm>
#include <optional>

#include "cache/cache_files.h"
#include "cache/sqlite.h"
#include "path/path.h"

namespace thumbs::cache {

std::vector<std::string> former_folders(const std::string& file, std::span<const std::string> known) {
  if (cache_file_state(file) != CacheFileState::present) return {};
  Database database(file, Database::Mode::read_only);
  if (database.foreign_format())
    throw DatabaseError(DatabaseFault::corrupt, ErrorCode::io, "unknown database format", file);
  Statement next = database.prepare("SELECT path FROM outputs WHERE path >= ? ORDER BY path LIMIT 1");
  std::vector<std::string> found;
  const auto folder_above = [&](std::string_view path) -> std::optional<std::string> {
    for (const std::string& folder : known)
      if (is_at_or_below(path, folder)) return folder;
    return std::nullopt;
  };
  for (std::string at;;) {
    const ScopedReset reset(next.blob(1, at));
    if (!next.step()) break;
    const std::string path(next.bytes(0));
    std::optional<std::string> folder = folder_above(path);
    if (!folder) folder = found.emplace_back(parent_of(path));
    if (folder->empty()) break;                 // the manifest's own folder
    at = std::max(path + '\0', *folder + '0');  // '0' comes after '/'
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> top;
  for (std::string& folder : found)
    if (top.empty() || !is_at_or_below(folder, top.back())) top.push_back(std::move(folder));
  return top;
}

}  // namespace thumbs::cache
