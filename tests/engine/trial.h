// Plays operations to a project and holds each run to what the model foretells.
#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "engine/project.h"

namespace thumbs {

class Trial {
 public:
  /// The first thing that is not as foretold, in words; empty where all is.
  std::string play(const std::vector<Operation>& operations) {
    for (const Operation& operation : operations) {
      if (operation.op < Op::run) {
        project_.change(operation);
      } else {
        project_.expose_what_cannot_be_seen();
        ++runs_;
        if (operation.op == Op::run) run(operation);
        if (operation.op == Op::disturb) disturb(operation);
        if (operation.op == Op::interrupt) interrupt(operation);
      }
      if (!complaint_.empty()) return listing({operation}) + ": " + complaint_;
    }
    return {};
  }

  int runs() const { return runs_; }
  int unseen() const { return project_.unseen; }

 private:
  using Files = std::map<std::string, std::string>;

  static Run run_of(unsigned kind, unsigned path) {
    static const std::vector<Run> k_runs{{},
                                         {},
                                         {},
                                         {.prune = true},
                                         {.prune = true},
                                         {.force = true},
                                         {.verify = true},
                                         {.command = Command::check},
                                         {.command = Command::status},
                                         {.dry = true},
                                         {.command = Command::prune},
                                         {.command = Command::prune, .verify = true},
                                         {.command = Command::prune, .dry = true},
                                         {.command = Command::clean},
                                         {.command = Command::clean, .dry = true},
                                         {.command = Command::check, .verify = true}};
    Run run = k_runs[kind % k_runs.size()];
    static const std::vector<std::string> k_paths{"in/a.png", "in/sub", "in/keep.png"};
    if (path % 5 < k_paths.size() && run.command != Command::clean && path % 2 == 1) run.path = k_paths[path % 5];
    return run;
  }

  static Options options_of(const Run& run) {
    Options options;
    options.command = run.command;
    options.force = run.force;
    options.verify = run.verify;
    options.prune = run.prune;
    options.dry_run = run.dry;
    if (!run.path.empty()) options.paths = {run.path};
    return options;
  }

  Files files() const {
    Files found = outputs(project_.world);
    found.merge(outputs(project_.world, "in"));
    std::erase_if(found, [](const auto& file) { return is_temporary(file.first); });
    return found;
  }

  // What the cache holds, in the model's terms.
  Remembered remembered() {
    const cache::Records rows = project_.cache->load().rows;
    Remembered found;
    for (const cache::OutputRecord& row : rows.outputs) {
      const auto settings = settings_by_spelling().find(rows.recipes[row.recipe].settings);
      found.outputs[std::string(row.path)] = {std::string(row.source),
                                              row.source_hash,
                                              settings == settings_by_spelling().end() ? "unknown" : settings->second,
                                              row.hash,
                                              row.size,
                                              row.mtime_ns,
                                              row.made,
                                              row.failed};
    }
    for (const cache::SourceRecord& row : rows.sources)
      found.sources[std::string(row.path)] = {row.stat_data, row.hash, row.trusted, row.trusted_mtime};
    return found;
  }

  Prophecy foretell(const Run& run) {
    Prophecy told = Oracle(project_.world, project_.rules, project_.memory, run).foretell();
    std::erase_if(told.files, [](const auto& file) { return is_temporary(file.first); });
    return told;
  }

  void run(const Operation& operation) {
    const Run run = run_of(operation.a, operation.b);
    const Prophecy told = foretell(run);
    std::optional<Report> report;
    try {
      report = run_with(project_.world, *project_.cache, 1 + static_cast<int>(operation.c % 2), options_of(run));
    } catch (const Error& error) {
      if (!told.refused || error.code() != ErrorCode::usage) complain("threw " + std::string(error.what()));
    }
    if (report && told.refused) complain("was not refused");
    if (report) compare(run, *report, told);
    if (report && run.command == Command::clean && !run.dry && report->ok()) project_.lose_cache();
  }

  void compare(const Run& run, const Report& report, Prophecy told) {
    compare_report(report, told);
    if (files() != told.files) complain("files: " + difference(files(), told.files));
    for (const std::string& path : told.made)
      told.memory.outputs.at(path).mtime_ns = project_.world.disk.stat(path, false).stat_data.mtime_ns;
    const Remembered now = remembered();
    compare_memory(now, told.memory);
    if (told.made.empty() && !project_.world.disk.writes().empty()) complain("wrote");
    if (!run.builds() && !run.removes() && !project_.world.disk.removes().empty()) complain("removed");
    if (run.builds()) look_for_temporaries(told);
    project_.memory = now;
  }

  void compare_report(const Report& report, const Prophecy& told) {
    std::vector<std::string> items = lines(report);
    std::ranges::sort(items);
    if (items != told.items) complain("items: " + joined(items) + " instead of " + joined(told.items));
    const Summary& have = report.summary;
    const Summary& want = told.counts;
    same("sources", have.sources, want.sources);
    same("outputs", have.outputs, want.outputs);
    same("fresh", have.fresh, want.fresh);
    same("built", have.built, want.built);
    same("copied", have.copied, want.copied);
    same("failed", have.failed, want.failed);
    same("stale", have.stale, want.stale);
    same("orphans", have.orphans, want.orphans);
    same("pruned", have.pruned, want.pruned);
    same("statted", have.statted, want.statted);
    same("decoded", have.decoded, want.decoded);
    if (have.hashed < want.hashed || have.hashed > told.hashed_most)
      complain("hashed " + std::to_string(have.hashed) + ", not " + std::to_string(want.hashed) + " to " +
               std::to_string(told.hashed_most) + ", namely " + joined(project_.world.disk.reads()));
  }

  void compare_memory(const Remembered& now, const Remembered& told) {
    for (const auto& [path, row] : told.outputs)
      if (!now.outputs.contains(path) || now.outputs.at(path) != row) complain("the row of " + path);
    for (const auto& [path, row] : now.outputs)
      if (!told.outputs.contains(path)) complain("a row of " + path);
    for (const auto& [path, row] : told.sources)
      if (project_.world.disk.exists(path) && (!now.sources.contains(path) || now.sources.at(path) != row))
        complain("the row of the source " + path);
  }

  // Wherever this run writes, nothing is left of a killed one.
  void look_for_temporaries(const Prophecy& told) {
    std::set<std::string> folders;
    for (const auto& [path, row] : told.memory.outputs) folders.insert(path.substr(0, path.rfind('/')));
    for (const std::string& path : temporaries(project_.world))
      if (folders.contains(path.substr(0, path.rfind('/')))) complain("left " + path);
  }

  void disturb(const Operation& operation) {
    static constexpr std::array k_faults{Fault::killed, Fault::names_undone, Fault::bytes_emptied, Fault::commit_undone,
                                         Fault::io,     Fault::no_space,     Fault::no_access};
    const Fault fault = k_faults[operation.a % k_faults.size()];
    const Run run = writing_run(operation.c);
    const Prophecy told = foretell(run);
    const Files before = files();
    Trouble trouble(fault, operation.b % 120);
    run_troubled(project_.world, *project_.cache, options_of(run), trouble, fault);
    expect_old_or_new(before, told);
    project_.world.disk.settle_all();
  }

  static Run writing_run(unsigned kind) {
    static const std::vector<Run> k_runs{
        {}, {.prune = true}, {.force = true}, {.command = Command::prune}, {.command = Command::clean}};
    return k_runs[kind % k_runs.size()];
  }

  void interrupt(const Operation& operation) {
    const Run run = writing_run(operation.c);
    const Prophecy told = foretell(run);
    const Files before = files();
    std::atomic<bool> stop = false;
    unsigned left = operation.b % 120;
    project_.world.disk.hook = [&](const std::string&, const std::string&) {
      if (left-- == 0) stop = true;
    };
    Options options = options_of(run);
    options.stop = &stop;
    const Remembered old = project_.memory;
    const Report report = run_with(project_.world, *project_.cache, 1, options);
    project_.world.disk.hook = nullptr;
    if (report.interrupted != stop) complain("interrupted");
    expect_sums(report);
    expect_old_or_new(before, told);
    for (const Item& item : report.items)
      if (item.status == Status::built || item.status == Status::copied) expect_kept(*item.output, told);
    if (run.command == Command::clean && report.ok()) project_.lose_cache();
  }

  void expect_sums(const Report& report) {
    const Summary& s = report.summary;
    std::uint64_t cleaned = 0;
    for (const Item& item : report.items) cleaned += report.command == "clean" && item.status == Status::pruned ? 1 : 0;
    const std::uint64_t sum = s.fresh + s.built + s.copied + s.failed + s.stale;
    if (sum > s.outputs || sum + cleaned < s.outputs) complain("sums");
  }

  // What was finished before an interrupt is on disk and remembered.
  void expect_kept(const std::string& path, const Prophecy& told) {
    const Remembered& now = project_.memory;
    const auto file = told.files.find(path);
    if (file == told.files.end() || project_.world.disk.text(path) != file->second) complain("lost " + path);
    if (!now.outputs.contains(path) || !same_but_time(now.outputs.at(path), told.memory.outputs.at(path)))
      complain("forgot " + path);
  }

  static bool same_but_time(OutputMemory a, const OutputMemory& b) {
    a.mtime_ns = b.mtime_ns;
    a.failed = b.failed;
    a.source = b.source;
    return a == b;
  }

  // After a run that was cut short: each file and each row is as before or as foretold, and no row is ahead.
  void expect_old_or_new(const Files& before, const Prophecy& told) {
    const auto holds = [](const Files& files, const std::string& path, const std::string& bytes) {
      const auto found = files.find(path);
      return found != files.end() && found->second == bytes;
    };
    const Files after = files();
    for (const auto& [path, bytes] : after)
      if (!holds(before, path, bytes) && !holds(told.files, path, bytes) && !is_mended(told, path, bytes))
        complain(path + " is torn");
    for (const auto& [path, bytes] : before)
      if (!after.contains(path) && told.files.contains(path)) complain(path + " is gone");
    const Remembered now = remembered();
    for (const auto& [path, row] : now.outputs) {
      if (!row.made) continue;
      const auto old = project_.memory.outputs.find(path);
      const auto made = told.memory.outputs.find(path);
      const bool is_old = old != project_.memory.outputs.end() && same_but_time(row, old->second);
      if (!is_old && (made == told.memory.outputs.end() || !same_but_time(row, made->second)))
        complain("the row of " + path);
      if (!is_old && !row.failed && !holds_bytes(path, row)) complain("the row of " + path + " is ahead of the disk");
      const bool untouched = is_old && before.contains(path) && holds(after, path, before.at(path));
      // Renamed into place, not yet remembered, and in the same tick of a coarse clock as the one before: for as long
      // as its source stays as it is the next run makes it anew, but no stat could tell.
      const bool unremembered = is_old && holds(told.files, path, project_.world.disk.text(path).value_or(""));
      if (unremembered && claims(path, row) && !holds_bytes(path, row)) ++project_.unseen;
      if (!untouched && !unremembered && claims(path, row) && !holds_bytes(path, row))
        complain("the row of " + path + " is ahead of the disk");
    }
    expect_true_sources(now);
    project_.memory = now;
  }

  // A fault may have what nobody could see, an edit behind an old mtime, made anew all the same.
  static bool is_mended(const Prophecy& told, const std::string& path, const std::string& bytes) {
    const auto row = told.memory.outputs.find(path);
    return row != told.memory.outputs.end() && row->second.bytes == hash_text(bytes);
  }

  bool holds_bytes(const std::string& path, const OutputMemory& row) const {
    const std::optional<std::string> bytes = project_.world.disk.text(path);
    return bytes && hash_text(*bytes) == row.bytes;
  }

  // Whether the row takes what stands there for what was made.
  bool claims(const std::string& path, const OutputMemory& row) const {
    const disk::FileStat stat = project_.world.disk.stat(path, false);
    return !row.failed && stat.kind == disk::FileKind::regular && stat.stat_data.size == row.size &&
           stat.stat_data.mtime_ns == row.mtime_ns;
  }

  void expect_true_sources(const Remembered& now) {
    for (const auto& [path, row] : now.sources) {
      const auto old = project_.memory.sources.find(path);
      if (old != project_.memory.sources.end() && old->second == row) continue;
      const std::optional<std::string> bytes = project_.world.disk.text(path);
      const disk::StatData stat_data = project_.world.disk.stat(path, false).stat_data;
      if (!bytes || hash_text(*bytes) != row.content || row.stat_data != stat_data ||
          row.trusted != Rules::proves(stat_data, project_.world.disk.now_ns(), false) ||
          row.trusted_mtime != Rules::proves(stat_data, project_.world.disk.now_ns(), true))
        complain("the row of the source " + path);
    }
  }

  void same(const std::string& name, std::uint64_t have, std::uint64_t want) {
    if (have != want) complain(name + " " + std::to_string(have) + ", not " + std::to_string(want));
  }
  static std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return "[" + all + "]";
  }
  static std::string difference(const Files& have, const Files& want) {
    std::string text;
    for (const auto& [path, bytes] : want)
      if (!have.contains(path)) text += " missing " + path;
    for (const auto& [path, bytes] : have) {
      if (!want.contains(path)) text += " surplus " + path;
      if (want.contains(path) && want.at(path) != bytes) text += " other bytes in " + path;
    }
    return text;
  }
  // A name that is not UTF-8 is printed with a "?".
  void complain(std::string what) {
    std::ranges::replace(what, '\xff', '?');
    complaint_ += (complaint_.empty() ? "" : "; ") + what;
  }

  Project project_;
  std::string complaint_;
  int runs_ = 0;
};

}  // namespace thumbs
