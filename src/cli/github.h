// GitHub Actions: annotations, the job summary, and where files are in the repository.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "cli/terminal.h"
#include "thumbs/report.h"

namespace thumbs::cli {

/// What a step of a workflow knows about itself.
struct GithubStep {
  std::string workspace;     ///< the repository's folder; "": unknown
  std::string summary_file;  ///< Markdown that is appended here is shown with the job; "": none
};

/// Empty unless GITHUB_ACTIONS is "true".
std::optional<GithubStep> github_step(const Environment& environment);

/// Where paths in a report start from.
struct ReportPlaces {
  std::string workspace;        ///< as in GithubStep
  std::string current_folder;   ///< absolute: diagnostics name files from here
  std::string manifest_folder;  ///< absolute: items name sources from here
};

/// Workflow commands ("::error file=a.jpg::text") for errors in the manifest, failed pictures, a check that found
/// something, other errors, and warnings: at most 10 of each kind, which is what GitHub takes; the last one then counts
/// the rest. `step` is next_step().
std::string github_annotations(const Report& report, std::span<const Diagnostic> diagnostics,
                               const ReportPlaces& places, const std::string& step);

/// Appends to a file that may not exist. False, with errno, where it cannot.
bool append_to_file(const std::string& file, std::string_view text);

}  // namespace thumbs::cli
