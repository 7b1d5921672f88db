// --cache is relative to the current folder, the manifest's key to the manifest's.
#include "cli/manifest_of_line.h"

#include <filesystem>
#include <optional>
#include <system_error>

#include "cli/report_file.h"
#include "thumbs/error.h"

namespace thumbs::cli {

std::string current_folder() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::current_path(error);
  if (error) throw Error(ErrorCode::usage, "cannot find the current folder: " + error.message());
  return folder.string();
}

std::string in_folder(const Manifest& manifest, const std::string& path) {
  return path.starts_with('/') ? path : manifest.folder + "/" + path;
}

Manifest loaded_manifest(const CommandLine& line) {
  Manifest manifest = load_manifest(line.manifest);
  if (line.cache.empty()) return manifest;
  const auto refuse_if = [&](const std::string& file, const char* what) {
    if (may_be_same_file(in_folder(manifest, file), line.cache))
      throw Error(ErrorCode::usage, "--cache " + line.cache + " is the " + what + ": name another file");
  };
  refuse_if(manifest.path, "manifest");
  if (manifest.lock) refuse_if(*manifest.lock, "lockfile");
  if (manifest.index) refuse_if(*manifest.index, "index");
  manifest.cache = line.cache.starts_with('/') ? line.cache : current_folder() + "/" + line.cache;
  return manifest;
}

void protect_from_report(const std::string& file, CommandLine& line) {
  if (!line.json || line.json->empty() || !may_be_same_file(file, *line.json)) return;
  const std::string name = *line.json;
  line.json.reset();
  throw Error(ErrorCode::usage, "--json=" + name + " would overwrite " + file);
}

Manifest manifest_of(CommandLine& line) {
  Manifest manifest = loaded_manifest(line);
  for (const std::string& file : {manifest.cache, manifest.cache + "-journal"})
    protect_from_report(in_folder(manifest, file), line);
  for (const std::optional<std::string>& file : {manifest.lock, manifest.index})
    if (file) protect_from_report(in_folder(manifest, *file), line);
  return manifest;
}

}  // namespace thumbs::cli
