// What must come of a run, by the files and by what earlier runs are known to have made: the rules of docs/staleness.md
// written down a second time, as plainly as can be, without any code of src/rules.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/reference.h"
#include "engine/rules.h"
#include "engine/world.h"

namespace thumbs {

/// A run of the program.
struct Run {
  Command command = Command::build;
  bool force = false;
  bool verify = false;
  bool prune = false;
  bool dry = false;
  std::string path = {};  ///< PATH; "" selects everything

  bool builds() const { return command == Command::build && !dry; }
  bool removes() const { return (command == Command::prune || command == Command::clean) && !dry; }
};

/// What is known of an output since it was last tried.
struct OutputMemory {
  std::string source;
  Hash128 content;     ///< of the source
  std::string recipe;  ///< its settings, see Reference
  Hash128 bytes;       ///< what was made
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  bool made = false;
  bool failed = false;
  bool operator==(const OutputMemory&) const = default;
};

struct SourceMemory {
  disk::StatData stat_data;
  Hash128 content;
  bool trusted = false;        ///< all of its times
  bool trusted_mtime = false;  ///< its mtime alone
  bool operator==(const SourceMemory&) const = default;
};

struct Remembered {
  std::map<std::string, OutputMemory> outputs;
  std::map<std::string, SourceMemory> sources;
};

/// What a run must report and leave behind.
struct Prophecy {
  bool refused = false;  ///< exit 2: PATH means nothing
  std::vector<std::string> items;
  Summary counts;                            ///< of what the model tells: hashed is the least that is enough
  std::uint64_t hashed_most = 0;             ///< equal to counts.hashed for a build
  std::map<std::string, std::string> files;  ///< all outputs and what else lies among them
  Remembered memory;                         ///< mtimes of what was made are the disk's to say
  std::set<std::string> made;                ///< paths that were written
};

/// Foretells one run. `world` is not changed.
class Oracle {
 public:
  Oracle(const World& world, const Rules& rules, const Remembered& memory, const Run& run)
      : disk_(world.disk), rules_(rules), run_(run), before_(memory) {
    told_.memory = memory;
    for (const std::string folder : {"out", "in"})
      for (const std::string& path : disk_.files(folder)) told_.files[path] = *disk_.text(path);
    look_at_sources();
  }

  Prophecy foretell() {
    const bool any = std::ranges::any_of(sources_, [](const Source& source) { return source.selected; });
    const bool any_row = run_.command == Command::prune &&
                         std::ranges::any_of(before_.outputs, [&](const auto& row) { return row_selected(row); });
    if (!any && !any_row) {
      told_.refused = true;
      return told_;
    }
    for (Source& source : sources_)
      for (Output& output : source.outputs) judge(source, output);
    told_.counts.statted += sources_.size();
    count_rows();
    if (run_.builds()) {
      find_leaders();
      for (const bool followers : {false, true})
        for (Source& source : sources_) make(source, followers);
      remember_sources();
    }
    finish();
    return told_;
  }

 private:
  struct Output {
    std::string path;
    std::string recipe;
    Reason reason = Reason::none;
    Status status = Status::fresh;
    std::string leader;  ///< the output of this run whose bytes it takes
  };
  struct Source {
    std::string path;
    std::string bytes;
    Hash128 content;
    disk::StatData stat_data;
    bool selected = false;
    bool doubtful = false;  ///< its stat data proves nothing
    std::vector<Output> outputs;
  };

  bool selects(const std::string& path) const {
    return run_.path.empty() || path == run_.path || path.starts_with(run_.path + "/");
  }
  bool row_selected(const std::pair<const std::string, OutputMemory>& row) const {
    return selects(row.first) || selects(row.second.source);
  }

  // A file below `in` is a source unless it is a thumbnail: a record says so and its bytes stand, or a rule makes it
  // from a source.
  void look_at_sources() {
    std::vector<std::string> candidates;
    for (const std::string& path : disk_.files("in"))
      if (path.find(".thumbs-tmp-") == std::string::npos && !is_recorded(path)) candidates.push_back(path);
    std::map<std::string, std::set<std::string>> makers;
    for (const std::string& path : candidates)
      for (const Rules::Wanted& wanted : rules_.outputs_of(path, *disk_.text(path))) makers[wanted.path].insert(path);
    std::map<std::string, bool> known;
    const std::function<bool(const std::string&)> is_source = [&](const std::string& path) {
      const auto [entry, is_new] = known.try_emplace(path, true);
      if (is_new) entry->second = std::ranges::none_of(makers[path], is_source);
      return entry->second;
    };
    for (const std::string& path : candidates) {
      if (is_source(path)) {
        add_source(path);
      } else if (rules_.names_by_content()) {
        ++might_be_hashed_;  // before it is known what is made from the others
      }
    }
  }

  bool is_recorded(const std::string& path) {
    const auto row = before_.outputs.find(path);
    if (row == before_.outputs.end() || !row->second.made) return false;
    const disk::FileStat stat = disk_.stat(path, false);
    return stat.stat_data.size == row->second.size && holds(path, row->second, stat);
  }

  bool is_source(const std::string& path) const {
    return std::ranges::any_of(sources_, [&](const Source& source) { return source.path == path; });
  }

  void add_source(const std::string& path) {
    Source source{path, *disk_.text(path), {}, disk_.stat(path, false).stat_data, selects(path), true, {}};
    source.content = hash_text(source.bytes);
    const auto known = before_.sources.find(path);
    source.doubtful = run_.verify || known == before_.sources.end() ||
                      !rules_.trusts(known->second.trusted, known->second.trusted_mtime) ||
                      !rules_.same(known->second.stat_data, source.stat_data);
    for (const Rules::Wanted& wanted : rules_.outputs_of(path, source.bytes))
      source.outputs.push_back({wanted.path, wanted.recipe, {}, {}, {}});
    sources_.push_back(std::move(source));
  }

  void judge(const Source& source, Output& output) {
    wanted_.insert(output.path);
    if (source.selected) output.reason = reason_for(source, output);
    output.status = output.reason == Reason::none ? Status::fresh : Status::stale;
    if (source.selected && output.status == Status::stale) stale_.insert(output.path);
  }

  Reason reason_for(const Source& source, const Output& output) {
    const auto row = before_.outputs.find(output.path);
    if (run_.force) return Reason::forced;
    if (row == before_.outputs.end()) return Reason::new_output;
    const OutputMemory& known = row->second;
    if (known.failed) return Reason::retry;
    if (known.content != source.content) return Reason::source_changed;
    if (known.recipe != output.recipe) return Reason::recipe_changed;
    const disk::FileStat stat = disk_.stat(output.path, false);
    if (stat.kind == disk::FileKind::missing) return Reason::output_missing;
    if (stat.kind != disk::FileKind::regular || stat.stat_data.size != known.size) return Reason::output_modified;
    return holds(output.path, known, stat) ? Reason::none : Reason::output_modified;
  }

  // Whether a file of the right size is what was made: by its mtime, or else by its bytes.
  bool holds(const std::string& path, const OutputMemory& known, const disk::FileStat& stat) {
    if (stat.stat_data.mtime_ns == known.mtime_ns && !run_.verify) return true;
    hashed_.insert(path);
    return hash_text(*disk_.text(path)) == known.bytes;
  }

  void count_rows() {
    for (const auto& row : before_.outputs) {
      const bool claimed = wanted_.contains(row.first);
      const bool selected = claimed ? owner_of(row.first).selected : row_selected(row);
      told_.counts.statted += selected ? 1 : 0;
      if (claimed || !selected) continue;
      if (row.second.made && disk_.exists(row.first) && !is_source(row.first)) {
        orphans_.push_back(row.first);
      } else if (run_.command != Command::clean) {  // which forgets all, with the cache
        forgotten_.push_back(row.first);
      }
    }
  }

  const Source& owner_of(const std::string& output) const {
    for (const Source& source : sources_)
      for (const Output& other : source.outputs)
        if (other.path == output) return source;
    return sources_.front();
  }

  static bool may_copy(const Output& output) {
    return output.reason != Reason::output_missing && output.reason != Reason::output_modified;
  }

  // Of several equal new sources the first by path is built.
  void find_leaders() {
    std::map<std::pair<Hash128, std::string>, std::pair<std::string, std::string>> first;  // → source, output
    for (Source& source : sources_)
      for (Output& output : source.outputs) {
        if (!source.selected || output.reason == Reason::none) continue;
        const auto [leader, is_first] = first.try_emplace({source.content, output.recipe}, source.path, output.path);
        if (!is_first && leader->second.first != source.path && may_copy(output)) output.leader = leader->second.second;
      }
  }

  bool copies(const Source& source, const Output& output) {
    if (!may_copy(output)) return false;
    int tried = 0;
    for (const auto& [path, row] : before_.outputs) {
      if (run_.force || tried == 8) break;
      if (!row.made || row.failed || stale_.contains(path) || path == output.path) continue;
      if (row.content != source.content || row.recipe != output.recipe) continue;
      ++tried;
      const std::optional<std::string> bytes = disk_.text(path);
      if (!bytes) continue;
      hashed_.insert(path);
      if (hash_text(*bytes) == row.bytes) return true;
    }
    if (!told_.made.contains(output.leader)) return false;
    hashed_.insert(output.leader);
    return true;
  }

  void make(Source& source, bool followers) {
    if (!source.selected) return;
    bool opened = false;
    for (Output& output : source.outputs) {
      if (output.reason == Reason::none || output.leader.empty() == followers) continue;
      const bool copied = copies(source, output);
      const bool picture = reference(source.bytes, output.recipe).picture;
      output.status = copied ? Status::copied : picture ? Status::built : Status::failed;
      opened |= !copied;
      if (output.status != Status::failed && is_refused(source, output)) output.status = Status::failed;
      if (output.status == Status::failed) {
        remember_failure(source, output);
      } else {
        remember_output(source, output);
      }
      if (!copied && picture) decoded_.insert(source.path);
    }
    if (opened) hashed_.insert(source.path);
  }

  // A file that no record names is kept where it may be an original: adopted, or in the way.
  bool is_refused(const Source& source, const Output& output) {
    const auto row = before_.outputs.find(output.path);
    const bool recorded = row != before_.outputs.end() && row->second.made;
    if (recorded || !Rules::protects(output.path) || !disk_.exists(output.path)) return false;
    const std::string& bytes = reference(source.bytes, output.recipe).bytes;
    if (disk_.text(output.path)->size() == bytes.size()) hashed_.insert(output.path);
    return disk_.text(output.path) != bytes;
  }

  void remember_output(const Source& source, const Output& output) {
    const std::string& bytes = reference(source.bytes, output.recipe).bytes;
    told_.files[output.path] = bytes;
    told_.made.insert(output.path);
    told_.memory.outputs[output.path] = {source.path, source.content, output.recipe, hash_text(bytes), bytes.size(),
                                         0,           true,           false};
  }

  void remember_failure(const Source& source, const Output& output) {
    const auto [row, is_new] = told_.memory.outputs.try_emplace(
        output.path, OutputMemory{source.path, source.content, output.recipe, {}, 0, 0, false, true});
    row->second.failed = true;
  }

  void remember_sources() {
    std::erase_if(told_.memory.sources, [&](const auto& row) { return !is_source(row.first); });
    for (const Source& source : sources_) {
      const bool names = rules_.names_by_content();
      if (source.doubtful && (source.selected || names)) hashed_.insert(source.path);
      if (hashed_.contains(source.path))
        told_.memory.sources[source.path] = {source.stat_data, source.content,
                                             Rules::proves(source.stat_data, disk_.now_ns(), false),
                                             Rules::proves(source.stat_data, disk_.now_ns(), true)};
      for (const Output& output : source.outputs)
        if (source.selected && output.status == Status::fresh) {
          OutputMemory& row = told_.memory.outputs.at(output.path);
          row.source = source.path;
          row.mtime_ns = disk_.stat(output.path, false).stat_data.mtime_ns;
        }
    }
  }

  // Removes what is ours and unchanged; what was changed is let go.
  void remove(const std::string& path, Reason reason) {
    const OutputMemory& row = before_.outputs.at(path);
    const disk::FileStat stat = disk_.stat(path, false);
    const bool same = stat.kind == disk::FileKind::regular && stat.stat_data.size == row.size && holds(path, row, stat);
    forgotten_.push_back(path);
    if (!same) return;
    told_.files.erase(path);
    add(path, Status::pruned, reason);
    ++told_.counts.pruned;
  }

  void add(const std::string& path, Status status, Reason reason) {
    told_.items.push_back(path + ": " + std::string(to_string(status)) + " " + std::string(to_string(reason)));
  }

  void finish() {
    report_outputs();
    const bool failed = told_.counts.failed != 0;
    const bool prunes = (run_.builds() && run_.prune && !failed) || (run_.command == Command::prune && !run_.dry);
    if (run_.command == Command::clean) {
      clean();
    } else {
      for (const std::string& path : orphans_) {
        if (prunes) {
          remove(path, Reason::orphan);
        } else {
          add(path, Status::orphan, Reason::orphan);
          ++told_.counts.orphans;
        }
      }
    }
    if (run_.builds() || run_.removes())
      for (const std::string& path : forgotten_) told_.memory.outputs.erase(path);
    std::ranges::sort(told_.items);
    told_.counts.hashed = hashed_.size();
    told_.hashed_most = hashed_.size() + might_be_hashed_;
    told_.counts.decoded = decoded_.size();
    if (!run_.builds()) bound_hashes();
  }

  void clean() {
    for (const auto& row : before_.outputs) {
      if (!row.second.made || !disk_.exists(row.first) || is_source(row.first) || !row_selected(row)) continue;
      if (run_.dry) {
        add(row.first, Status::orphan, Reason::orphan);
        ++told_.counts.orphans;
      } else {
        remove(row.first, Reason::orphan);
      }
    }
  }

  bool is_cleaned(const std::string& path) const {
    if (run_.command != Command::clean) return false;
    const auto row = before_.outputs.find(path);
    if (row == before_.outputs.end() || !row->second.made || !disk_.exists(path) || is_source(path)) return false;
    const disk::FileStat stat = disk_.stat(path, false);
    const bool same_size = stat.kind == disk::FileKind::regular && stat.stat_data.size == row->second.size;
    const bool same_time = stat.stat_data.mtime_ns == row->second.mtime_ns && !run_.verify;
    return run_.dry || (same_size && (same_time || hash_text(*disk_.text(path)) == row->second.bytes));
  }

  void report_outputs() {
    for (const Source& source : sources_) {
      if (!source.selected) continue;
      ++told_.counts.sources;
      for (const Output& output : source.outputs) {
        ++told_.counts.outputs;
        if (is_cleaned(output.path)) continue;
        count(output.status);
        if (output.status != Status::fresh) add(output.path, output.status, output.reason);
      }
    }
  }

  void count(Status status) {
    Summary& counts = told_.counts;
    if (status == Status::fresh) ++counts.fresh;
    if (status == Status::stale) ++counts.stale;
    if (status == Status::built) ++counts.built;
    if (status == Status::copied) ++counts.copied;
    if (status == Status::failed) ++counts.failed;
  }

  // Without a build a source in doubt need only be hashed where one of its outputs may be fresh; size alone may tell.
  void bound_hashes() {
    for (const Source& source : sources_) {
      if (!source.doubtful || !(source.selected || rules_.names_by_content())) continue;
      ++told_.hashed_most;
      const auto is_fresh = [](const Output& output) { return output.status == Status::fresh; };
      if (source.selected && std::ranges::any_of(source.outputs, is_fresh)) ++told_.counts.hashed;
    }
  }

  const FakeDisk& disk_;
  const Rules& rules_;
  const Run& run_;
  const Remembered& before_;
  Prophecy told_;
  std::vector<Source> sources_;
  std::set<std::string> wanted_;  // by any source
  std::set<std::string> stale_;   // of selected sources
  std::vector<std::string> orphans_;
  std::vector<std::string> forgotten_;
  std::set<std::string> hashed_;
  std::uint64_t might_be_hashed_ = 0;
  std::set<std::string> decoded_;
};

}  // namespace thumbs
