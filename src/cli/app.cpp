// One run of the program: command line, folder, manifest, run, report, exit code. Catches all exceptions.
#include "cli/app.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/cache_merge.h"
#include "cli/cache_text.h"
#include "cli/completions.h"
#include "cli/confine.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/gallery.h"
#include "cli/github.h"
#include "cli/help.h"
#include "cli/hints.h"
#include "cli/init_text.h"
#include "cli/manifest_names.h"
#include "cli/manifest_of_line.h"
#include "cli/markdown.h"
#include "cli/next_step.h"
#include "cli/options.h"
#include "cli/path_lists.h"
#include "cli/report_file.h"
#include "cli/shard.h"
#include "cli/shell_word.h"
#include "cli/signals.h"
#include "cli/stats_text.h"
#include "cli/terminal.h"
#include "cli/text_report.h"
#include "cli/watch_output.h"
#include "cli/watch_text.h"
#include "cli/worker_threads.h"
#include "thumbs/build.h"
#include "thumbs/cache.h"
#include "thumbs/gallery.h"
#include "thumbs/init.h"
#include "thumbs/manifest.h"
#include "thumbs/report_json.h"
#include "thumbs/version.h"
#include "thumbs/watch.h"

namespace thumbs::cli {
namespace {

/// The result of a run, and its output: `text` for the terminal, `document` for --json.
struct Outcome {
  Report report;
  std::vector<Diagnostic> diagnostics;
  int exit_code = k_exit_done;
  std::string text;
  std::string document;
};

Report blank_report(const CommandLine& line) {
  Report report;
  report.command = line.command;
  report.manifest = line.manifest;
  report.jobs = line.options.jobs;
  report.sandbox = line.confined;
  return report;
}

Outcome without_result(Report report, std::vector<Diagnostic> diagnostics, int exit_code) {
  std::string document = to_json(report, diagnostics);
  return {std::move(report), std::move(diagnostics), exit_code, {}, std::move(document)};
}

/// Nothing was touched.
Outcome refusal(const CommandLine& line, std::vector<Diagnostic> diagnostics) {
  return without_result(blank_report(line), std::move(diagnostics), k_exit_usage);
}

Outcome refusal(const CommandLine& line, std::vector<std::string> messages) {
  Report report = blank_report(line);
  report.errors = std::move(messages);
  return without_result(std::move(report), {}, k_exit_usage);
}

/// An error that ended the run: any Error except `usage`, or a foreign exception.
Outcome breakdown(const CommandLine& line, int exit_code, const std::string& message) {
  Report report = blank_report(line);
  report.errors.push_back(message);
  return without_result(std::move(report), {}, stop_requested() ? k_exit_signal + stop_signal() : exit_code);
}

void change_folder(const CommandLine& line) {
  for (const std::string& folder : line.folders) {
    if (chdir(folder.c_str()) != 0) throw Error(ErrorCode::usage, "-C " + folder + ": " + std::strerror(errno));
  }
}

std::string text_of(const Report& report, const CommandLine& line) {
  if (line.quiet && line.options.command != Command::explain) return {};
  const std::string text = text_report(report, {.dry_run = line.options.dry_run,
                                                .prune = line.options.prune,
                                                .yes = line.options.unrecorded == OnUnrecorded::remove,
                                                .explain = line.explain,
                                                .verbose = line.verbose});
  const std::string stats = report.stats ? stats_text(*report.stats, report.jobs, default_jobs()) : std::string();
  return text + stats + next_step(report, program_words(line), line.options.dry_run);
}

/// Runs. If the report would replace a source or an output, drops --json, so that the error is not written there.
Report run_beside_report(const Manifest& manifest, const Options& options, CommandLine& line, Console& console) {
  const WorkerThreads threads(options.jobs);
  try {
    Report report = run(manifest, options, console.progress());
    report.sandbox = line.confined;
    report.shard_from = line.shard_from;
    if (!line.warning.empty()) report.warnings.insert(report.warnings.begin(), line.warning);
    return report;
  } catch (const Error& error) {
    const std::vector<std::string>& reports = options.reserved_files;
    if (std::find(reports.begin(), reports.end(), error.path()) == reports.end()) throw;
    const std::string name = *line.json;
    line.json.reset();
    throw Error(error.code(), "--json=" + name + ": " + error.message());
  }
}

Options options_of(const CommandLine& line) {
  Options options = line.options;
  read_path_lists(line, options);
  if (options.jobs == 0) options.jobs = default_jobs();
  options.paths_base = current_folder();
  options.report_fresh = line.verbose || options.command == Command::explain;
  options.stop = &stop_requested();
  if (line.json && !line.json->empty()) options.reserved_files = report_names(*line.json);
  return options;
}

/// Returns once a signal ends it, or nobody reads what it prints.
Outcome run_watch(CommandLine& line) {
  Options options = options_of(line);
  const WorkerThreads threads(options.jobs);
  const SandboxPaths reach = confine_run(loaded_manifest(line), options, line);
  const auto load = [&] {
    Manifest manifest = manifest_of(line);
    require_in_reach(manifest, reach, line);
    return manifest;
  };
  WatchOutput output(line, [&line](const Report& report) { return text_of(report, line); });
  int exit_code = k_exit_failed;
  try {
    build_and_watch(
        load, {.build = options, .debounce_seconds = line.debounce_seconds, .poll_seconds = line.poll_seconds}, output);
    exit_code = k_exit_signal + stop_signal();
  } catch (const OutputLost&) {
  }
  Outcome outcome;
  outcome.report = blank_report(line);
  outcome.exit_code = exit_code;
  line.json.reset();  // each build has had its document
  return outcome;
}

Outcome run_command(CommandLine& line, Console& console) {
  if (const std::string note = take_shard(line); !note.empty() && !line.quiet) console.note(note);
  const Manifest manifest = manifest_of(line);
  Options options = options_of(line);
  confine_run(manifest, options, line);
  Outcome outcome;
  outcome.report = run_beside_report(manifest, options, line, console);
  outcome.exit_code = exit_code_of(outcome.report, options, stop_signal());
  outcome.text = text_of(outcome.report, line);
  if (line.json) outcome.document = to_json(outcome.report);
  return outcome;
}

Outcome run_gallery_command(CommandLine& line, Console& console) {
  const Manifest manifest = manifest_of(line);
  const GalleryPlace place = take_gallery_place(manifest, line, current_folder());
  protect_from_report(place.file, line);
  Options options = options_of(line);
  confine_run(manifest, options, line,
              {place.folder.empty() ? in_folder(manifest, manifest.cache) : place.folder + "/index.html"});
  Outcome outcome;
  outcome.report = run_beside_report(manifest, options, line, console);
  if (!outcome.report.interrupted && !options.dry_run) write_gallery(manifest, outcome.report, place.folder);
  outcome.exit_code = exit_code_of(outcome.report, options, stop_signal());
  if (!line.quiet) outcome.text = gallery_text(outcome.report, place, options.dry_run);
  if (!line.verbose) std::erase_if(outcome.report.items, [](const Item& i) { return i.status == Status::fresh; });
  if (line.json) outcome.document = to_json(outcome.report);
  return outcome;
}

Outcome run_cache_command(CommandLine& line) {
  const bool verify = line.action == Action::cache_verify;
  const Manifest manifest = manifest_of(line);
  const CacheInfo cache = inspect_cache(manifest);
  Report found;
  found.command = line.command;
  found.manifest = line.manifest;
  if (verify) found.errors = verify_cache(manifest, &stop_requested());
  Outcome outcome;
  outcome.report = blank_report(line);
  outcome.exit_code = found.errors.empty() ? k_exit_done : k_exit_failed;
  if (!line.quiet) outcome.text = verify ? cache_verify_text(cache, found.errors) : cache_stats_text(cache);
  outcome.document = to_json(found, cache);
  return outcome;
}

/// Progress and sandbox are those of a build: pictures that the index knows nothing of are decoded.
Outcome run_merge(CommandLine& line, Console& console) {
  const Manifest manifest = manifest_of(line);
  MergeOptions merge = take_merge_options(line);
  Options options = options_of(line);
  merge.jobs = options.jobs;
  confine_run(manifest, options, line, files_to_read(merge.files));
  const WorkerThreads threads(options.jobs);
  Merged merged = merge_caches(manifest, merge, console.progress());
  if (!merged.refusals.empty()) return refusal(line, std::move(merged.refusals));
  Report& report = merged.report;
  report.command = line.command;
  report.manifest = line.manifest;
  report.jobs = options.jobs;
  report.sandbox = line.confined;
  Outcome outcome;
  outcome.exit_code = exit_code_of(report, options, stop_signal());
  if (!line.quiet)
    outcome.text = cache_merge_text(merged.info, report, merge.dry_run) + next_step(report, program_words(line), false);
  if (line.json) outcome.document = to_json(report, merged.info);
  outcome.report = std::move(report);
  return outcome;
}

Outcome run_init(CommandLine& line, Console& console) {
  const InitOptions options{.folder = line.options.paths.empty() ? "" : line.options.paths.front(),
                            .file = line.manifest,
                            .dry_run = line.options.dry_run,
                            .stop = &stop_requested()};
  protect_from_report(manifest_path(options), line);
  confine_init(options.folder, manifest_path(options), line);
  const Starter starter = write_starter(options, console.progress());
  Outcome outcome;
  outcome.report = blank_report(line);
  outcome.report.manifest = starter.file;
  outcome.report.warnings = starter.warnings;
  if (line.options.dry_run) {
    outcome.text = starter.text;
  } else if (!line.quiet) {
    CommandLine next = line;
    if (!options.folder.empty()) next.folders.push_back(options.folder);
    outcome.text = init_text(starter, program_words(next));
  }
  if (line.json) outcome.document = to_json(outcome.report, starter);
  return outcome;
}

Outcome run_line(CommandLine& line, Console& console) {
  change_folder(line);
  protect_from_report(line.manifest, line);
  if (!line.errors.empty()) return refusal(line, line.errors);
  if (line.action == Action::init) return run_init(line, console);
  if (line.action == Action::watch) return run_watch(line);
  if (line.action == Action::gallery) return run_gallery_command(line, console);
  if (line.action == Action::cache_merge) return run_merge(line, console);
  return line.action == Action::run ? run_command(line, console) : run_cache_command(line);
}

Outcome outcome_of(CommandLine& line, Console& console) {
  try {
    return run_line(line, console);
  } catch (const ManifestError& error) {
    return refusal(line, error.diagnostics());
  } catch (const Error& error) {
    if (error.code() == ErrorCode::usage) return refusal(line, std::vector<std::string>{error.what()});
    return breakdown(line, error.code() == ErrorCode::busy ? k_exit_busy : k_exit_failed, error.what());
  } catch (const std::bad_alloc&) {
    return breakdown(line, k_exit_failed, "out of memory");
  } catch (const std::exception& error) {
    return breakdown(line, k_exit_failed, std::string("internal error: ") + error.what());
  }
}

/// Prints warnings and errors. Progress drops those that it has printed during the run.
void say_faults(const Outcome& outcome, const CommandLine& line, Console& console) {
  const Report& report = outcome.report;
  for (const std::string& warning : report.warnings) console.progress().warning(warning);
  for (const Item& item : report.items) {
    if (item.status == Status::failed) console.progress().error(failure_line(item));
  }
  for (const std::string& error : report.errors) console.progress().error(error);
  for (const Diagnostic& diagnostic : outcome.diagnostics) {
    if (diagnostic.line > 0) {
      console.note(diagnostic.text());
    } else {
      console.progress().error(diagnostic.text());
    }
  }
  if (outcome.exit_code != k_exit_usage) return;
  if (const std::string hint = meant_hint(line); !hint.empty()) console.note(hint);
  if (const std::string hint = init_hint(outcome.diagnostics, line); !hint.empty()) console.note(hint);
  if (!line.errors.empty()) console.note(std::string(help_hint()));
}

std::string markdown_of(const Outcome& outcome, const CommandLine& line) {
  return markdown_report(outcome.report, outcome.diagnostics, program_words(line), line.options.dry_run);
}

/// In a step of a GitHub workflow: annotations, and the job's summary.
void tell_github(const Outcome& outcome, const CommandLine& line, Console& console) {
  const std::optional<GithubStep> step = github_step([](const char* name) -> const char* { return std::getenv(name); });
  if (!step) return;
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::current_path(error);
  const ReportPlaces places{step->workspace, folder.string(), (folder / line.manifest).parent_path().string()};
  const std::string next = next_step(outcome.report, program_words(line), line.options.dry_run);
  console.commands(github_annotations(outcome.report, outcome.diagnostics, places, next));
  const bool has_report = line.command == "build" || line.command == "check" || line.command == "status";
  if (!has_report || step->summary_file.empty() || append_to_file(step->summary_file, markdown_of(outcome, line)))
    return;
  console.progress().warning("GITHUB_STEP_SUMMARY: " + step->summary_file + ": " + std::strerror(errno));
}

/// What stands on standard output.
std::string result_of(const Outcome& outcome, const CommandLine& line) {
  if (line.json && line.json->empty())
    return line.action == Action::watch ? one_line(outcome.document) : outcome.document;
  return line.format == ReportFormat::markdown ? markdown_of(outcome, line) : outcome.text;
}

bool write_file(const std::string& file, const std::string& document, Console& console) {
  try {
    write_report_file(file, document);
    return true;
  } catch (const Error& error) {
    console.progress().error(error.what());
    return false;
  }
}

/// Prints and writes the result. A write error turns success into failure, but does not replace another exit code, nor
/// the signal of a terminal that was closed at the end.
int conclude(const Outcome& outcome, const CommandLine& line, Console& console) {
  console.progress().close();
  say_faults(outcome, line, console);
  tell_github(outcome, line, console);
  const bool to_file = line.json && !line.json->empty();
  bool written = !to_file || write_file(*line.json, outcome.document, console);
  written = console.print(result_of(outcome, line)) && written;
  const int code = outcome.exit_code;
  if (written || (code != k_exit_done && code != k_exit_stale)) return code;
  return stop_requested() ? k_exit_signal + stop_signal() : k_exit_failed;
}

int print_only(std::string_view text, Console& console) { return console.print(text) ? k_exit_done : k_exit_failed; }

int dispatch(CommandLine line, Console& console) {
  if (line.errors.empty()) {
    switch (line.action) {
      case Action::help: return print_only(help_text(), console);
      case Action::version: return print_only(version_text(), console);
      case Action::schema: return print_only(manifest_schema(), console);
      case Action::names: return print_only(manifest_names(line), console);
      case Action::completions: return print_only(completion_script(line.word), console);
      case Action::run:
      case Action::init:
      case Action::watch:
      case Action::gallery:
      case Action::cache_merge:
      case Action::cache_stats:
      case Action::cache_verify: break;
    }
  }
  const Outcome outcome = outcome_of(line, console);
  return conclude(outcome, line, console);
}

}  // namespace

int cli_main(int argc, const char* const* argv) noexcept {
  try {
    keep_standard_streams();
    install_signal_handlers();
    CommandLine line = parse_command_line(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
    Console console(line);
    return dispatch(std::move(line), console);
  } catch (const std::exception& error) {
    write_all(STDERR_FILENO, "thumbs: error: internal: ");
    write_all(STDERR_FILENO, error.what());
    write_all(STDERR_FILENO, "\n");
    return k_exit_failed;
  }
}

}  // namespace thumbs::cli
