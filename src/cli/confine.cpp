// Knows which files the program itself writes after a run.
#include "cli/confine.h"

#include <cstdlib>
#include <utility>

#include "cli/github.h"
#include "thumbs/jobserver.h"
#include "thumbs/store.h"

namespace thumbs::cli {
namespace {

bool opens_pictures(const Options& options) {
  return options.command != Command::prune && options.command != Command::clean;
}

void add_reports(SandboxPaths& paths, const CommandLine& line) {
  if (line.json && !line.json->empty()) allow_writing(paths, *line.json);
  const auto step = github_step([](const char* name) -> const char* { return std::getenv(name); });
  if (step && !step->summary_file.empty()) allow_writing(paths, step->summary_file);
}

}  // namespace

SandboxPaths confine_run(const Manifest& manifest, Options& options, CommandLine& line,
                         const std::vector<std::string>& written) {
  const bool runs = line.action == Action::run || line.action == Action::watch;
  const bool builds = runs && options.command == Command::build && !options.dry_run;
  if (builds && line.action == Action::run && line.options.jobs == 0) {
    JobserverJoin join = join_jobserver();
    options.jobserver = std::move(join.jobserver);
    line.warning = std::move(join.warning);
  }
  if (builds && unsupported(manifest).empty()) options.store = connect_store(manifest);
  const SandboxMode mode = line.sandbox.value_or(manifest.sandbox);
  if (mode == SandboxMode::off || !opens_pictures(options)) return {};
  SandboxPaths paths = sandbox_paths(manifest, options, line.action == Action::watch);
  for (const std::string& file : written) allow_writing(paths, file);
  add_reports(paths, line);
  line.confined = confine(paths, mode);
  return paths;
}

void require_in_reach(const Manifest& manifest, const SandboxPaths& reach, const CommandLine& line) {
  if (!line.confined.landlock) return;
  std::vector<Diagnostic> faults = outside_of_sandbox(manifest, reach);
  if (!faults.empty()) throw ManifestError(std::move(faults));
}

void confine_init(const std::string& folder, const std::string& file, CommandLine& line) {
  SandboxPaths paths = sandbox_paths(folder, file);
  add_reports(paths, line);
  line.confined = confine(paths, line.sandbox.value_or(SandboxMode::automatic));
}

}  // namespace thumbs::cli
