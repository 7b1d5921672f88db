// Careful removal: only what a row describes, and nothing that somebody touched.
#include "engine/prune.h"

#include <algorithm>

#include "scan/content.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

bool is_unchanged(const RunContext& context, const Survey& facts, std::uint32_t row_index) {
  const OutputRow& row = facts.rows.outputs[row_index];
  const FileStat& stat = facts.facts.stats[row_index];
  if (stat.kind == FileKind::other) context.disk.stat(row.path, false);  // throws where nothing can be known of it
  if (stat.kind != FileKind::regular || (row.stat_known() && stat.signature.size != row.size)) return false;
  if (stat.signature.mtime_ns == row.mtime_ns && !context.options.verify) return true;
  std::uint64_t bytes = 0;
  const Content content = read_content(context.disk, row.path, &bytes);
  context.tally.bytes_read += bytes;
  context.tally.hashed(row.path);
  return content.hash == row.hash;
}

bool is_output_root(const Manifest& manifest, const std::string& folder) {
  return folder.empty() || std::any_of(manifest.sets.begin(), manifest.sets.end(),
                                       [&](const Set& set) { return set.output == folder || set.source == folder; });
}

void remove_empty_parents(const RunContext& context, const std::string& path) {
  std::string folder = path;
  while (true) {
    const std::size_t slash = folder.rfind('/');
    if (slash == std::string::npos) return;
    folder.resize(slash);
    const bool ours = std::any_of(context.manifest.sets.begin(), context.manifest.sets.end(),
                                  [&](const Set& set) { return is_at_or_below(folder, set.output); });
    if (!ours || is_output_root(context.manifest, folder) || !context.disk.remove_empty_directory(folder)) return;
  }
}

}  // namespace

Removal remove_outputs(const RunContext& context, const Survey& facts, const std::vector<std::uint32_t>& rows) {
  Removal removal;
  for (const std::uint32_t row_index : rows) {
    if (context.stopped()) break;
    const OutputRow& row = facts.rows.outputs[row_index];
    try {
      if (!is_unchanged(context, facts, row_index)) {
        removal.kept.push_back(row_index);
        removal.warnings.push_back(row.path + ": changed since it was made; kept, and no longer looked after");
        continue;
      }
      context.disk.remove(row.path);
      removal.removed.push_back(row_index);
      remove_empty_parents(context, row.path);
    } catch (const Error& error) {
      removal.failed.push_back(row_index);
      removal.errors.push_back(error.what());
    }
  }
  return removal;
}

}  // namespace thumbs
