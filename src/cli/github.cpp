// Workflow commands of GitHub Actions.
#include "cli/github.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

constexpr std::size_t k_most_annotations = 10;  // GitHub shows no more of a kind in a step

struct Annotation {
  std::string message;
  std::string file = {};  ///< in the repository; "": none
  int line = 0;
  int column = 0;
};

std::string escaped_data(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else {
      out += c;
    }
  }
  return out;
}

std::string escaped_property(std::string_view text) {
  std::string out;
  for (const char c : escaped_data(text)) {
    if (c == ':') {
      out += "%3A";
    } else if (c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

/// A path in the repository, or as it is where it lies elsewhere.
std::string repository_path(const ReportPlaces& places, const std::string& folder, const std::string& path) {
  namespace fs = std::filesystem;
  const std::string absolute = (fs::path(folder) / path).lexically_normal().string();
  const std::string root = places.workspace + "/";
  if (places.workspace.empty() || !absolute.starts_with(root)) return path;
  return absolute.substr(root.size());
}

std::string text_of_annotation(std::string_view kind, const Annotation& annotation) {
  std::string properties;
  const auto add = [&](std::string_view key, const std::string& value) {
    properties += (properties.empty() ? " " : ",") + std::string(key) + "=" + escaped_property(value);
  };
  if (!annotation.file.empty()) add("file", printable(annotation.file));
  if (annotation.line > 0) add("line", std::to_string(annotation.line));
  if (annotation.column > 0) add("col", std::to_string(annotation.column));
  return "::" + std::string(kind) + properties + "::" + escaped_data(printable(annotation.message)) + "\n";
}

std::string all_of(std::string_view kind, const std::vector<Annotation>& annotations) {
  const bool all = annotations.size() <= k_most_annotations;
  const std::size_t shown = all ? annotations.size() : k_most_annotations - 1;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) text += text_of_annotation(kind, annotations[i]);
  if (!all) {
    const std::string rest =
        std::to_string(annotations.size() - shown) + " more " + std::string(kind) + "s: see the log";
    text += text_of_annotation(kind, {.message = rest});
  }
  return text;
}

void add_failed(std::vector<Annotation>& errors, const Report& report, const ReportPlaces& places) {
  std::set<std::pair<std::string, std::string>> said;  // once for all variants of a source
  for (const Item& item : report.items) {
    if (item.status != Status::failed || !item.error) continue;
    const std::string& file = item.source.empty() ? item.output.value_or("") : item.source;
    if (!said.emplace(file, item.error->message).second) continue;
    errors.push_back({.message = item.error->message, .file = repository_path(places, places.manifest_folder, file)});
  }
}

void add_check(std::vector<Annotation>& errors, const Report& report, const std::string& step) {
  const std::uint64_t amiss = report.summary.stale + report.summary.orphans;
  if (report.command != "check" || amiss == 0) return;
  std::string text = std::to_string(amiss) + (amiss == 1 ? " thumbnail is" : " thumbnails are") + " not up to date";
  if (!step.empty()) text += ": " + step.substr(0, step.size() - 1);
  errors.push_back({.message = std::move(text)});
}

/// Takes "LINE:COLUMN: " from the start of `text`.
bool take_position(std::string_view& text, Annotation& annotation) {
  std::string_view rest = text;
  for (int* const number : {&annotation.line, &annotation.column}) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), *number);
    if (error != std::errc{} || end == rest.data() + rest.size() || *end != ':') return false;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  }
  if (!rest.starts_with(' ')) return false;
  text = rest.substr(1);
  return true;
}

/// A warning about the manifest begins with its place there.
Annotation warning_of(const std::string& warning, const Report& report, const ReportPlaces& places) {
  Annotation annotation{.message = warning};
  const std::string prefix = report.manifest + ":";
  if (!warning.starts_with(prefix)) return annotation;
  std::string_view rest = std::string_view(warning).substr(prefix.size());
  if (!take_position(rest, annotation)) return {.message = warning};
  annotation.message = std::string(rest);
  annotation.file = repository_path(places, places.current_folder, report.manifest);
  return annotation;
}

}  // namespace

std::optional<GithubStep> github_step(const Environment& environment) {
  const auto variable = [&](const char* name) {
    const char* value = environment(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (variable("GITHUB_ACTIONS") != "true") return std::nullopt;
  GithubStep step{variable("GITHUB_WORKSPACE"), variable("GITHUB_STEP_SUMMARY")};
  while (step.workspace.ends_with('/')) step.workspace.pop_back();
  return step;
}

std::string github_annotations(const Report& report, std::span<const Diagnostic> diagnostics,
                               const ReportPlaces& places, const std::string& step) {
  std::vector<Annotation> errors;
  for (const Diagnostic& one : diagnostics)
    errors.push_back({.message = (one.pointer.empty() ? "" : one.pointer + ": ") + one.message,
                      .file = repository_path(places, places.current_folder, one.file),
                      .line = one.line,
                      .column = one.column});
  add_check(errors, report, step);
  for (const std::string& error : report.errors) errors.push_back({.message = error});
  add_failed(errors, report, places);
  std::vector<Annotation> warnings;
  for (const std::string& warning : report.warnings) warnings.push_back(warning_of(warning, report, places));
  return all_of("error", errors) + all_of("warning", warnings);
}

bool append_to_file(const std::string& file, std::string_view text) {
  const int fd = open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return false;
  const bool written = write_all(fd, text);
  return close(fd) == 0 && written;
}

}  // namespace thumbs::cli
