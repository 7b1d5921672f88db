// Reads each mark at most twice: once for its hash, once to draw it.
#include "engine/watermarks.h"

#include <algorithm>
#include <set>
#include <utility>

#include "manifest/marks.h"
#include "manifest/overrides.h"
#include "pipeline/work.h"
#include "rules/staleness.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

/// Where the manifest names the file first: in a variant, or in the defaults that this one has it from.
std::string pointer_to(const Manifest& manifest, const std::string& file) {
  for (std::size_t s = 0; s < manifest.sets.size(); ++s) {
    const std::vector<Variant>& variants = manifest.sets[s].variants;
    for (std::size_t v = 0; v < variants.size(); ++v) {
      if (!variants[v].watermark || variants[v].watermark->file != file) continue;
      const std::string own = variants[v].statement.pointer + "/watermark/file";
      const std::string inherited = "/defaults/watermark/file";
      return !manifest.positions.contains(own) && manifest.positions.contains(inherited) ? inherited : own;
    }
    for (const Override& change : manifest.sets[s].overrides)
      if (change.settings.watermark && change.settings.watermark->file == file)
        return manifest::override_pointer(s, change) + "/watermark/file";
  }
  return "";
}

[[noreturn]] void refuse(const RunContext& run, const std::string& file, const std::string& why) {
  throw ManifestError(
      {run.manifest.at(pointer_to(run.manifest, file),
                       "the watermark \"" + file + "\" " + why + ": put a picture there, or change \"file\"")});
}

const cache::SourceRecord* record_of(const graph::Graph& graph, const std::string& path) {
  const auto found =
      std::ranges::lower_bound(graph.records.sources, std::string_view(path), {},
                               [](const cache::SourceRecord& record) { return std::string_view(record.path); });
  return found != graph.records.sources.end() && found->path == path ? &*found : nullptr;
}

bool is_proven(const cache::SourceRecord& record, const disk::StatData& now, const rules::StalenessOptions& options) {
  const bool trusted = record.trusted || (options.stat == StatMode::minimal && record.trusted_mtime);
  return trusted && !options.verify && rules::same_stat_data(record.stat_data, now, options.stat);
}

void find_mark(const RunContext& run, const std::string& file, graph::Graph& graph) {
  const disk::FileStat stat = run.disk.stat(file, true);
  if (stat.kind == disk::FileKind::missing) refuse(run, file, "does not exist");
  if (stat.kind != disk::FileKind::regular) refuse(run, file, "is not a file");
  const cache::SourceRecord* const record = record_of(graph, file);
  if (record != nullptr && is_proven(*record, stat.stat_data, run.staleness)) {
    graph.marks.emplace(file, record->hash);
    return;
  }
  std::uint64_t bytes = 0;
  const disk::Content content = disk::read_content(run.disk, file, &bytes, {}, [&] { return run.stopped(); });
  run.tally.hashed(file);
  run.tally.bytes_read += bytes;
  graph.marks.emplace(file, content.hash);
  const TextRef path = record != nullptr ? record->path : graph.paths.add(file);
  const cache::SourceRecord now = rules::source_record(path, content, pipeline::format_key(content.head));
  if (record == nullptr || *record != now) graph.updates.sources.push_back(now);
}

std::shared_ptr<const image::Mark> open_mark(const RunContext& run, const graph::Graph& graph,
                                             const std::string& file) {
  const std::vector<std::byte> bytes = disk::read_bytes(run.disk, file, run.manifest.limits.input_bytes);
  if (hash_bytes(bytes) != graph.marks.at(file)) refuse(run, file, "kept changing while it was read");
  try {
    const WorkLimit limit(run.manifest.limits.seconds, run.options.stop);
    return std::make_shared<const image::Mark>(bytes, run.manifest.limits);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::interrupted) throw;
    refuse(run, file, "cannot be used: " + error.message());
  }
}

}  // namespace

void find_marks(const RunContext& run, graph::Graph& graph) {
  for (const std::string& file : manifest::mark_files(run.manifest)) {
    try {
      find_mark(run, file, graph);
    } catch (const ManifestError&) {
      throw;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::interrupted) throw;
      refuse(run, file, "cannot be read: " + error.message());
    }
  }
}

image::Marks open_marks(const RunContext& run, const graph::Graph& graph) {
  std::set<std::string> wanted;
  if (!graph.marks.empty())
    for (const graph::Output& output : graph.outputs)
      if (output.stale != nullptr && output.recipe->settings.watermark)
        wanted.insert(output.recipe->settings.watermark->file);
  image::Marks marks;
  for (const std::string& file : wanted) {
    try {
      marks.emplace(file, open_mark(run, graph, file));
    } catch (const ManifestError&) {
      throw;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::interrupted) throw;
      refuse(run, file, "cannot be read: " + error.message());
    }
  }
  return marks;
}

}  // namespace thumbs::engine
