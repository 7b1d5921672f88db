// The lock beside the cache.
#include "engine/remember.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "disk/atomic_file.h"
#include "path/path.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

std::string read_whole(const DiskReader& disk, const std::string& path) {
  const std::unique_ptr<InputFile> file = disk.open(path);
  std::string text(file->stat().stat_data.size, '\0');
  text.resize(file->read(0, std::as_writable_bytes(std::span(text))));
  return text;
}

// Adds the rows of `lines` whose outputs `rows` does not know; both are sorted by path.
void fill_in(Records& rows, Records lines) {
  const auto first = static_cast<std::uint32_t>(rows.recipes.size());
  std::move(lines.recipes.begin(), lines.recipes.end(), std::back_inserter(rows.recipes));
  std::vector<OutputRecord> all;
  all.reserve(rows.outputs.size() + lines.outputs.size());
  auto known = rows.outputs.begin();
  for (OutputRecord& line : lines.outputs) {
    while (known != rows.outputs.end() && known->path < line.path) all.push_back(std::move(*known++));
    if (known != rows.outputs.end() && known->path == line.path) continue;
    line.recipe += first;
    all.push_back(std::move(line));
  }
  std::move(known, rows.outputs.end(), std::back_inserter(all));
  rows.outputs = std::move(all);
}

}  // namespace

std::string lock_name(const Manifest& manifest) {
  return join_path(parent_of(manifest.file), manifest.lock.value_or(""));
}

std::string read_lock(const DiskReader& disk, const Manifest& manifest) {
  const FileStat stat = disk.stat(*manifest.lock, true);
  if (stat.kind == FileKind::missing) return {};
  if (stat.kind != FileKind::regular)
    throw ManifestError({manifest.at("/lock", "\"" + *manifest.lock + "\" is " +
                                                  (stat.kind == FileKind::directory ? "a folder" : "no regular file") +
                                                  ": move it away, or name another file")});
  try {
    return read_whole(disk, *manifest.lock);
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), *manifest.lock, "lock");
  }
}

Memory remember(const DiskReader& disk, const Manifest& manifest, Cache& cache) {
  CacheLoad loaded = cache.load();
  Memory memory{std::move(loaded.rows), std::move(loaded.warning), {}, true, {}};
  memory.ownership = claim_cache(disk, manifest, memory.rows.owner);
  if (!manifest.lock) return memory;
  memory.lock = read_lock(disk, manifest);
  // Nearly always it is what the last run wrote, and there is nothing to read in it.
  memory.lock_is_current = memory.lock == lock_text(memory.rows);
  if (memory.lock_is_current) return memory;
  fill_in(memory.rows, parse_lock(memory.lock, lock_name(manifest)));
  memory.lock_is_current = memory.lock == lock_text(memory.rows);
  return memory;
}

std::vector<std::string> write_lock(Disk& disk, const Manifest& manifest, const std::string& before,
                                    const LockLedger& ledger) {
  const std::string text = ledger.text();
  if (text == before) return {};
  try {
    const std::string real = disk.real_path(*manifest.lock);
    const std::string path = real.empty() ? *manifest.lock : relative_to(manifest.folder, real);
    if (!text.empty()) return replace_file(disk, path, std::as_bytes(std::span(text)));
    disk.remove(path);
    disk.sync({&path, 1});
    return {};
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), *manifest.lock, "lock");
  }
}

}  // namespace thumbs
