// Takes a file for unrecorded only where nothing at all speaks for it.
#include "engine/unrecorded.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "engine/neighbours.h"
#include "engine/own_files.h"
#include "engine/places.h"
#include "engine/remove.h"
#include "manifest/side_files.h"
#include "path/fold_case.h"
#include "path/path.h"
#include "thumbs/error.h"
#include "thumbs/text.h"

namespace thumbs::engine {
namespace {

// Outputs of rules and rows by their real paths, so that no link on the way gives a file two names.
class KnownFiles {
 public:
  KnownFiles(const RunContext& run, const graph::Graph& graph) : run_(run) {
    for (const std::vector<graph::Output>* outputs : {&graph.outputs, &graph.leftovers})
      for (const graph::Output& output : *outputs) add(std::string(output.path));
    for (const graph::Source& source : graph.sources) sources_.emplace(source.stat_data.inode, &source.stat_data);
    const Manifest& manifest = run.manifest;
    add(manifest.path);
    for (const std::string& file : manifest::side_files(manifest)) add(file);
    for (const std::string& report : run.options.reserved_files) add(relative_to(manifest.folder, report));
  }

  bool has(const std::string& path, const std::string& real, const disk::FileStat& stat) {
    const std::string& cache = run_.manifest.cache;
    if (path == cache || path.starts_with(cache + "-") || path.starts_with(cache + ".")) return true;
    const auto [first, last] = sources_.equal_range(stat.stat_data.inode);
    if (std::any_of(first, last, [&](const auto& source) { return *source.second == stat.stat_data; })) return true;
    return has_output(real, stat) || is_own_file(run_, path);
  }

 private:
  void add(const std::string& path) {
    if (path.empty()) return;
    const std::string folder(parent_of(path));
    auto known = folders_.find(folder);
    if (known == folders_.end()) known = folders_.emplace(folder, try_real_path(run_.disk, folder)).first;
    if (known->second.empty()) return;  // no such folder, no such file
    std::string real = join_path(known->second, path.substr(folder.empty() ? 0 : folder.size() + 1));
    std::string folded = fold_case(real);
    paths_.emplace(std::move(folded), std::move(real));
  }

  // Another spelling is the same file only where case does not count.
  bool has_output(const std::string& real, const disk::FileStat& stat) const {
    const auto [first, last] = paths_.equal_range(fold_case(real));
    return std::any_of(first, last, [&](const auto& entry) {
      if (entry.second == real) return true;
      const disk::FileStat other = run_.disk.stat(entry.second, false);
      return other.kind != disk::FileKind::missing && other.stat_data.inode == stat.stat_data.inode;
    });
  }

  const RunContext& run_;
  std::unordered_map<std::string, std::string> folders_;
  std::unordered_multimap<std::string, std::string> paths_;  // folded → real
  std::unordered_multimap<std::uint64_t, const disk::StatData*> sources_;
};

class Search {
 public:
  Search(const RunContext& run, graph::Graph& graph, rules::Selection& selection)
      : run_(run), graph_(graph), selection_(selection), known_(run, graph) {
    for (const Set& set : run.manifest.sets) {
      sources_.push_back(try_real_path(run.disk, set.source));
      if (const auto id = identity(set.source)) source_ids_.insert(*id);
    }
    protect_neighbours();
    protect_what_is_not_known();
  }

  std::vector<graph::UnrecordedFile> run() {
    for (const Set& set : run_.manifest.sets)
      if (const std::string root = try_real_path(run_.disk, set.output); !root.empty())
        roots_.emplace(root, set.output);
    for (const auto& [root, folder] : roots_) {
      if (const std::string why = objection(root); why.empty())
        walk(folder, root);
      else
        graph_.warnings.push_back(in_quotes(shown(folder)) + " " + why + ": not looking for unrecorded files in it");
    }
    std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    require_sources();
    return std::move(found_);
  }

 private:
  using Identity = std::pair<std::uint64_t, std::uint64_t>;

  static std::string shown(const std::string& folder) { return folder.empty() ? "." : folder; }

  std::optional<Identity> identity(const std::string& folder) const {
    try {
      const disk::FileStat stat = run_.disk.stat(folder, true);
      if (stat.kind == disk::FileKind::directory) return Identity{stat.device, stat.stat_data.inode};
    } catch (const Error&) {
      // Listing it will say why.
    }
    return std::nullopt;
  }

  void protect(const std::string& folder, const std::string& why) {
    if (const std::string real = try_real_path(run_.disk, folder); !real.empty()) protected_.emplace(real, why);
  }

  void protect_neighbours() {
    for (const Manifest& other : manifests_beside(run_.disk, run_.manifest))
      for (const Set& set : other.sets)
        for (const std::string& folder : {set.output, set.source})
          protect(folder, "is also used by " + in_quotes(other.path));
  }

  // Outputs of sources that could not be found, or of which nobody knows how they are called.
  void protect_what_is_not_known() {
    const auto hidden = [&](const Set& set) {
      return std::any_of(graph_.unlistable.begin(), graph_.unlistable.end(), [&](const std::string& folder) {
        return is_at_or_below(folder, set.source) || is_at_or_below(set.source, folder);
      });
    };
    for (const Set& set : run_.manifest.sets)
      if (hidden(set)) protect(set.output, "may contain outputs of sources that could not be listed");
    for (const graph::Output& output : graph_.outputs)
      if (output.path.empty())
        protect(graph_.set_of(output).output, "may contain outputs of sources that could not be read");
  }

  // Why nothing below `root` can be told; "" where it can.
  std::string objection(const std::string& root) const {
    for (const std::string& source : sources_) {
      if (!source.empty() && is_at_or_below(root, source)) return "is inside a source folder";
      if (!source.empty() && is_at_or_below(source, root)) return "contains a source folder";
    }
    if (root == "/" || is_at_or_below(run_.manifest.folder, root)) return "contains the manifest";
    for (const auto& [folder, why] : protected_)
      if (is_at_or_below(root, folder)) return why;
    return {};
  }

  void walk(const std::string& folder, const std::string& real) {
    std::vector<std::string> folders;
    std::vector<disk::DirEntry> files;
    bool repository = false;
    const std::optional<Identity> id = identity(folder);
    if (run_.stopped() || (id && source_ids_.contains(*id))) return;
    try {
      files = run_.disk.list(folder, [&](std::string_view name, disk::FileKind kind) {
        repository |= name == ".git";
        if (name.starts_with('.')) return false;
        if (kind == disk::FileKind::directory) folders.emplace_back(name);
        return kind == disk::FileKind::regular;
      });
      if (repository && !roots_.contains(real)) return;  // somebody's, but where it is the whole output folder
      for (const disk::DirEntry& file : files)
        consider(join_path(folder, file.name), join_path(real, file.name), file.stat);
    } catch (const Error& error) {
      graph_.errors.push_back(shown(folder) + ": cannot be listed: " + error.message());
      return;
    }
    for (const std::string& name : folders)
      if (const std::string below = join_path(real, name); !roots_.contains(below) && !protected_.contains(below))
        walk(join_path(folder, name), below);
  }

  void consider(const std::string& path, const std::string& real, const disk::FileStat& stat) {
    if (stat.kind != disk::FileKind::regular || known_.has(path, real, stat)) return;
    // Nobody knows which variant it is.
    const std::uint32_t set = set_of(path);
    const bool named = run_.options.variants.empty() && selection_.names().matches_set(run_.manifest.sets[set]);
    if (named && selection_.matches(path)) found_.push_back({path, set, stat});
  }

  // The set whose output folder is nearest above.
  std::uint32_t set_of(const std::string& path) const {
    const std::vector<Set>& sets = run_.manifest.sets;
    std::uint32_t best = 0;
    std::size_t length = 0;
    for (std::uint32_t i = 0; i < sets.size(); ++i) {
      if (!is_at_or_below(path, sets[i].output) || sets[i].output.size() <= length) continue;
      best = i;
      length = sets[i].output.size();
    }
    return best;
  }

  // An empty source folder is more often an unmounted disk than a wish.
  void require_sources() const {
    if (run_.options.force) return;
    for (const std::uint32_t i : graph::empty_sets(graph_)) {
      const Set& set = run_.manifest.sets[i];
      const auto may_be_its = [&](const graph::UnrecordedFile& file) { return is_at_or_below(file.path, set.output); };
      if (std::any_of(found_.begin(), found_.end(), may_be_its))
        throw Error(ErrorCode::usage, "set " + in_quotes(set.name) + " has no source, so unrecorded files in " +
                                          in_quotes(shown(set.output)) +
                                          " may be its thumbnails: mount or restore the source, or use --force");
    }
  }

  const RunContext& run_;
  graph::Graph& graph_;
  rules::Selection& selection_;
  KnownFiles known_;
  std::vector<std::string> sources_;  // real paths
  std::set<Identity> source_ids_;
  std::map<std::string, std::string> protected_;  // real folder → why
  std::map<std::string, std::string> roots_;      // real output folder → its name
  std::vector<graph::UnrecordedFile> found_;
};

Item item_of(const RunContext& run, const graph::UnrecordedFile& file, Status status) {
  Item item;
  item.set = run.manifest.sets[file.set].name;
  item.output = file.path;
  item.status = status;
  item.reason = Reason::orphan;
  item.bytes = file.file.stat_data.size;
  item.changes = {{"no record or rule mentions it", "", ""}};
  return item;
}

// Whether it is gone now. What was touched since it was listed is somebody's.
bool remove(const RunContext& run, const graph::UnrecordedFile& file, EmptyFolders& empty, Report& report) {
  try {
    const disk::FileStat now = run.disk.stat(file.path, false);
    if (now.kind != disk::FileKind::regular || now.stat_data != file.file.stat_data) {
      report.warnings.push_back(file.path + ": modified during the run: keeping the file");
      return false;
    }
    run.disk.remove(file.path);
    empty.remove_above(file.path);
    return true;
  } catch (const Error& error) {
    report.errors.push_back(error.what());
    return false;
  }
}

}  // namespace

void find_unrecorded(const RunContext& run, graph::Graph& graph, rules::Selection& selection) {
  if (run.options.unrecorded != OnUnrecorded::ignore) graph.unrecorded = Search(run, graph, selection).run();
}

std::vector<std::string> settle_unrecorded(const RunContext& run, const graph::Graph& graph,
                                           const std::vector<std::string>& made_folders, Report& report) {
  EmptyFolders empty(run.disk, run.manifest, made_folders);
  const bool removes = run.options.unrecorded == OnUnrecorded::remove && !run.options.dry_run;
  for (const graph::UnrecordedFile& file : graph.unrecorded) {
    const bool gone = removes && !run.stopped() && remove(run, file, empty, report);
    report.items.push_back(item_of(run, file, gone ? Status::pruned : Status::orphan));
  }
  return empty.take_removed();
}

}  // namespace thumbs::engine
