// A program that uses the installed library: asks for the state of a folder without pictures, and for a fault.
#include <filesystem>
#include <iostream>

#include "thumbs/build.h"
#include "thumbs/manifest.h"

int main() {
  const char* const good = R"({"sets": [{"source": ".", "output": "out", "variants": [{"name": "s", "width": 9}]}]})";
  const std::string folder = std::filesystem::current_path();
  thumbs::Options options;
  options.command = thumbs::Command::status;
  options.paths_base = folder;
  thumbs::Observer observer;
  const thumbs::Report report = thumbs::run(thumbs::parse_manifest(good, "thumbs.json", folder), options, observer);
  std::cout << report.summary.sources << " sources, " << (report.ok() ? "ok" : "failed") << '\n';
  try {
    thumbs::parse_manifest("{}", "thumbs.json", folder);
  } catch (const thumbs::ManifestError& error) {
    std::cout << error.diagnostics().front().text() << '\n';
    return report.ok() ? 0 : 1;
  }
  return 1;
}
