// Gathers facts step by step, asking the disk as little as it can.
#include "engine/survey.h"

#include <oneapi/tbb/task_group.h>

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/former_reports.h"
#include "engine/places.h"
#include "engine/remarks.h"
#include "engine/unrecorded.h"
#include "engine/unused_patterns.h"
#include "image/codec/header_size.h"
#include "manifest/path_template.h"
#include "plan/clashes.h"
#include "plan/recorded.h"
#include "scan/inspect.h"
#include "scan/scan.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

// A source folder that is unmounted or moved away while it is listed shows a part of what is in it: not to be believed.
void doubt_a_changed_root(const Set& set, const std::optional<FileStat>& before, const std::optional<FileStat>& after,
                          ScanResult& found) {
  if (!before || (after && is_same_file(*before, *after))) return;
  found.unlistable.push_back(set.source);
  found.errors.push_back(set.source + ": cannot be listed: it was moved away or replaced meanwhile");
}

// Runs both, at once where there are workers for it. Where both fail, it is the first one that did.
template <class First, class Second>
void at_once(const First& first, const Second& second) {
  std::exception_ptr first_failure;
  std::exception_ptr second_failure;
  const auto caught = [](const auto& body, std::exception_ptr& failure) {
    try {
      body();
    } catch (...) {
      failure = std::current_exception();
    }
  };
  oneapi::tbb::task_group beside;
  beside.run([&] { caught(first, first_failure); });
  caught(second, second_failure);
  beside.wait();
  for (const std::exception_ptr& failure : {first_failure, second_failure})
    if (failure) std::rethrow_exception(failure);
}

std::vector<ScanResult> scan_sets(const RunContext& context, Survey& facts) {
  std::vector<ScanResult> scans;
  std::mutex mutex;  // a scan tells from any of its threads, an observer hears one at a time
  std::uint64_t before = 0;
  for (const Set& set : context.manifest.sets) {
    const std::optional<FileStat> root = try_stat(context, set.source);
    const auto seen = [&](std::uint64_t files) {
      const std::lock_guard lock(mutex);
      context.observer.scanning(before + files);
    };
    scans.push_back(scan(context.disk, set, seen, [&] { return context.stopped(); }));
    doubt_a_changed_root(set, root, try_stat(context, set.source), scans.back());
    before += scans.back().files.size();
    const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
      for (const std::string& text : from)
        if (std::find(to.begin(), to.end(), text) == to.end()) to.push_back(text);
    };
    append(facts.unlistable, scans.back().unlistable);
    append(facts.warnings, scans.back().warnings);
    append(facts.warnings,
           unused_pattern_warnings(context, static_cast<std::uint32_t>(scans.size() - 1), scans.back()));
    append(facts.errors, scans.back().errors);
  }
  context.observer.scanning(before);
  return scans;
}

// The report's name as the manifest's folder sees it; empty outside of that folder.
std::string report_path(const RunContext& context, const std::string& absolute) {
  const std::string& folder = context.manifest.folder;
  const bool inside = absolute.starts_with(folder + "/");
  return inside ? absolute.substr(folder.size() + 1) : std::string();
}

// Files of our own that lie where sources may.
std::vector<std::string> reserved_paths(const RunContext& context) {
  const Manifest& manifest = context.manifest;
  std::vector<std::string> reserved{manifest.path, manifest.cache, manifest.cache + "-journal"};
  if (manifest.lock) reserved.push_back(*manifest.lock);
  if (manifest.index) reserved.push_back(*manifest.index);
  for (const std::string& absolute : context.options.reserved_files)
    if (std::string path = report_path(context, absolute); !path.empty()) reserved.push_back(std::move(path));
  return reserved;
}

// A former report is no source and may be replaced; a picture must not be, whatever the command line says.
bool holds_a_report(const RunContext& context, const std::string& path) {
  try {
    std::byte first{};
    return context.disk.open(path)->read(0, std::span(&first, 1)) == 0 || first == std::byte{'{'};
  } catch (const Error&) {
    return true;  // writing will say what is wrong with it
  }
}

void keep_pictures_from_reports(const RunContext& context, const std::vector<ScanResult>& scans) {
  for (const std::string& absolute : context.options.reserved_files) {
    const std::string path = report_path(context, absolute);
    for (const ScanResult& scan : scans) {
      const auto found = std::lower_bound(scan.files.begin(), scan.files.end(), path,
                                          [](const FoundFile& file, const std::string& p) { return file.path < p; });
      if (path.empty() || found == scan.files.end() || found->path != path || holds_a_report(context, path)) continue;
      throw Error(ErrorCode::usage, "would overwrite the source \"" + path + "\"", absolute);
    }
  }
}

void keep_outputs_from_reports(const RunContext& context, const Targets& targets) {
  for (const std::string& absolute : context.options.reserved_files) {
    try {
      const std::string path = report_path(context, absolute);
      if (!path.empty()) refuse_reserved(context.manifest, targets, {path});
    } catch (const ManifestError& error) {
      throw Error(ErrorCode::usage, error.diagnostics().front().message, absolute);
    }
  }
}

void select(const RunContext& context, Selection& selection, Survey& facts) {
  const bool by_output = context.options.command == Command::explain || context.options.command == Command::prune;
  facts.selected.assign(facts.targets.list.sources.size(), selection.everything());
  facts.selected_rows.assign(facts.rows.outputs.size(), selection.everything());
  if (selection.everything()) return;
  for (std::size_t i = 0; i < facts.selected.size(); ++i)
    facts.selected[i] = selection.matches(facts.targets.list.sources[i].path);
  if (by_output)
    for (const Target& target : facts.targets.outputs)
      if (!target.output.empty() && selection.matches(target.output)) facts.selected[target.source] = true;
  // Records are asked last and by a copy: what only a row matches is no source, and no excuse for a PATH but here.
  Selection for_rows = selection;
  Selection& asked = by_output ? selection : for_rows;
  for (std::size_t i = 0; i < facts.rows.outputs.size(); ++i)
    facts.selected_rows[i] = asked.matches(facts.rows.outputs[i].source) || asked.matches(facts.rows.outputs[i].path);
}

void require_matches(const RunContext& context, const Selection& selection) {
  const std::vector<std::string> unused = selection.unused();
  if (unused.empty()) return;
  const bool by_output = context.options.command == Command::explain || context.options.command == Command::prune;
  std::string names;
  for (const std::string& name : unused) names += (names.empty() ? "\"" : ", \"") + name + "\"";
  throw Error(ErrorCode::usage,
              names + (by_output ? " matches no source, output or orphan of " : " matches no source of ") +
                  context.manifest.file);
}

// Hashes sources and tells the list what was found.
void hash_sources(const RunContext& context, const std::vector<std::uint32_t>& doubtful, Survey& facts) {
  std::vector<std::string> paths;
  for (const std::uint32_t i : doubtful) paths.push_back(facts.targets.list.sources[i].path);
  const ReadContents read = read_contents(
      context.disk, paths, [&](std::uint64_t done, std::uint64_t total) { context.observer.hashing(done, total); },
      [&] { return context.stopped(); });
  context.tally.bytes_read += read.bytes_read;
  for (std::size_t i = 0; i < doubtful.size(); ++i) {
    if (!read.contents[i]) continue;
    const Content& content = *read.contents[i];
    Source& source = facts.targets.list.sources[doubtful[i]];
    source.stat_data = content.stat_data;
    source.hash = content.hash;
    source.format = format_key(content.head);
    context.tally.hashed(source.path);
    facts.contents.push_back(source_record(source.path, content, *source.format));
  }
}

// A lock does not say how large a thumbnail is; its file does.
void note_size(OutputRecord& row, std::span<const std::byte> begin) {
  if (row.width != 0) return;
  const PixelSize size = size_in_header(begin);
  row.width = static_cast<std::uint32_t>(size.width);
  row.height = static_cast<std::uint32_t>(size.height);
}

using Contents = std::unordered_map<std::uint32_t, Content>;  // by row

// Hashes the outputs of these rows; those that cannot be read are left out.
Contents read_outputs(const RunContext& context, const std::vector<std::uint32_t>& wanted, Survey& facts) {
  std::vector<std::string> paths;
  for (const std::uint32_t row : wanted) paths.push_back(facts.rows.outputs[row].path);
  const ReadContents read = read_contents(
      context.disk, paths, [&](std::uint64_t done, std::uint64_t total) { context.observer.hashing(done, total); },
      [&] { return context.stopped(); },
      [&](std::size_t i, std::span<const std::byte> begin) { note_size(facts.rows.outputs[wanted[i]], begin); });
  context.tally.bytes_read += read.bytes_read;
  Contents contents;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!read.contents[i]) continue;
    context.tally.hashed(paths[i]);
    contents.emplace(wanted[i], *read.contents[i]);
  }
  return contents;
}

// Takes the thumbnails that former runs made out of the list, and gives what was read for it.
Contents drop_recorded_outputs(const RunContext& context, const std::vector<Alias>& aliases, SourceList& list,
                               Survey& facts) {
  RecordedFiles files = recorded_files(context.manifest, list, facts.rows, aliases, context.plan_options);
  std::vector<std::uint32_t> doubtful;
  for (const RecordedFile& file : files.doubtful) doubtful.push_back(file.row);
  Contents contents = read_outputs(context, doubtful, facts);
  std::erase_if(files.doubtful, [&](const RecordedFile& file) {
    const auto content = contents.find(file.row);
    return content != contents.end() && content->second.hash != facts.rows.outputs[file.row].hash;
  });
  files.outputs.insert(files.outputs.end(), files.doubtful.begin(), files.doubtful.end());
  drop_sources(list, files.outputs);
  return contents;
}

// `known`: what was read before, for another question.
void hash_outputs(const RunContext& context, Contents known, Survey& facts) {
  std::vector<std::uint32_t> doubtful =
      outputs_in_doubt(facts.targets, facts.rows, facts.matching, facts.selected, facts.facts, context.plan_options);
  const std::unordered_set<std::uint32_t> asked(doubtful.begin(), doubtful.end());
  std::erase_if(known, [&](const auto& read) {
    return !asked.contains(read.first) || facts.facts.stats[read.first].stat_data != read.second.stat_data;
  });
  std::erase_if(doubtful, [&](std::uint32_t row) { return known.contains(row); });
  known.merge(read_outputs(context, doubtful, facts));
  for (const auto& [row, content] : known) {
    facts.facts.hashes.emplace(row, content.hash);
    facts.facts.stats[row].stat_data = content.stat_data;
  }
}

// Records that a selected output claims, and those that nothing claims.
void stat_outputs(const RunContext& context, Survey& facts) {
  std::vector<std::uint32_t> wanted;
  for (std::size_t t = 0; t < facts.targets.outputs.size(); ++t)
    if (facts.matching.row_of_target[t] != k_no_row && facts.selected[facts.targets.outputs[t].source])
      wanted.push_back(facts.matching.row_of_target[t]);
  for (const std::uint32_t row : facts.matching.unclaimed)
    if (facts.selected_rows[row]) wanted.push_back(row);
  std::sort(wanted.begin(), wanted.end());  // rows are in path order: neighbours share a folder
  std::vector<std::string_view> paths;
  paths.reserve(wanted.size());
  for (const std::uint32_t row : wanted) paths.push_back(facts.rows.outputs[row].path);
  const std::vector<FileStat> stats = stat_files(context.disk, paths, [&] { return context.stopped(); });
  facts.facts.stats.assign(facts.rows.outputs.size(), FileStat{});
  for (std::size_t i = 0; i < wanted.size(); ++i) facts.facts.stats[wanted[i]] = stats[i];
  facts.statted += wanted.size();
}

void drop_contents_of_no_sources(Survey& facts) {
  const auto& sources = facts.targets.list.sources;
  std::erase_if(facts.contents, [&](const SourceRecord& row) {
    const auto found = std::lower_bound(sources.begin(), sources.end(), row.path,
                                        [](const Source& s, const std::string& path) { return s.path < path; });
    return found == sources.end() || found->path != row.path;
  });
}

}  // namespace

Survey survey(const RunContext& context, const std::function<Memory()>& recall) {
  Survey facts;
  Memory memory;
  std::vector<ScanResult> scans;
  at_once([&] { memory = recall(); }, [&] { scans = scan_sets(context, facts); });
  facts.rows = std::move(memory.rows);
  facts.lock = std::move(memory.lock);
  facts.lock_is_current = memory.lock_is_current;
  facts.ownership = std::move(memory.ownership);
  for (const std::string& warning : {facts.ownership.warning, memory.warning})
    if (!warning.empty()) facts.warnings.insert(facts.warnings.begin(), warning);
  const PlanOptions& options = context.plan_options;

  const std::vector<std::string> reserved = reserved_paths(context);
  keep_pictures_from_reports(context, scans);
  std::vector<std::string> no_sources = former_reports(context, scans);
  no_sources.insert(no_sources.end(), reserved.begin(), reserved.end());
  SourceList list = merge_scans(scans, no_sources);
  const std::vector<bool> had_files = sets_with_sources(context.manifest, list);
  facts.aliases = output_aliases(context);
  const std::vector<Alias>& aliases = facts.aliases;
  Contents read = drop_recorded_outputs(context, aliases, list, facts);
  if (!options.verify) recall_contents(list, facts.rows, options.stat);

  facts.targets = make_targets(context.manifest, list, facts.rows, aliases);
  facts.matching = match_rows(facts.targets, facts.rows);
  Selection selection(context.options.paths, context.options.paths_base, context.manifest.folder);
  select(context, selection, facts);
  hash_sources(context, sources_in_doubt(facts.targets, facts.rows, facts.matching, facts.selected, options), facts);
  if (!facts.targets.unknown.empty()) {
    // Paths that depend on a content are known now.
    facts.targets = make_targets(context.manifest, facts.targets.list, facts.rows, aliases);
    facts.matching = match_rows(facts.targets, facts.rows);
    select(context, selection, facts);
    drop_contents_of_no_sources(facts);
  }
  for (const std::string& folder : facts.unlistable) selection.excuse(folder);
  facts.unrecorded = find_unrecorded(context, facts, selection);
  require_matches(context, selection);
  keep_outputs_from_reports(context, facts.targets);
  refuse_reserved(context.manifest, facts.targets, reserved);

  for (std::string& warning : chained_sets(context.manifest, facts, had_files))
    facts.warnings.push_back(std::move(warning));

  facts.statted = facts.targets.list.sources.size();
  stat_outputs(context, facts);
  hash_outputs(context, std::move(read), facts);
  return facts;
}

}  // namespace thumbs
