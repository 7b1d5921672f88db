// Any bytes as each text that thumbs reads: a manifest, a glob, a path template, a lockfile, an index. The first byte
// chooses. A refusal is a right answer; what is taken must mean the same when it is written and read again.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "lockfile/lockfile.h"
#include "manifest/glob.h"
#include "manifest/path_template.h"
#include "pageindex/pageindex.h"
#include "path/path.h"
#include "thumbs/manifest.h"

namespace thumbs {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read_manifest(std::string_view text) {
  try {
    const Manifest manifest = parse_manifest(text, "thumbs.json", "/project");
    const Manifest again = normalised(manifest);
    require(again.sets.size() == manifest.sets.size());
    for (std::size_t i = 0; i < again.sets.size(); ++i) require(again.sets[i].variants == manifest.sets[i].variants);
  } catch (const ManifestError& error) {
    require(!error.diagnostics().empty());
    for (const Diagnostic& diagnostic : error.diagnostics()) require(!diagnostic.message.empty());
  }
}

// Up to the first newline is the pattern, the rest a path.
void read_glob(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  try {
    const manifest::Glob glob(text.substr(0, end));
    const std::string_view path = text.substr(std::min(end + 1, text.size()));
    const bool matches = glob.matches(path);
    // A walk that skips folders must not skip what matches.
    if (matches) require(glob.could_match_below(parent_of(path)));
  } catch (const std::invalid_argument&) {
    return;
  }
}

void read_template(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view value = text.substr(std::min(end + 1, text.size()));
  try {
    const manifest::PathTemplate path_template(text.substr(0, end));
    const std::string path = path_template.expand({.dir = value,
                                                   .stem = value,
                                                   .source_ext = value,
                                                   .variant = "v",
                                                   .ext = "jpg",
                                                   .width = 1,
                                                   .hash = "0123456789"});
    require(normalise_path(path) == path);
  } catch (const std::invalid_argument&) {
    return;
  }
}

void read_lockfile(std::string_view text) {
  try {
    const std::string once = lockfile::lockfile_text(lockfile::parse_lockfile(text, "thumbs.lock"));
    require(lockfile::lockfile_text(lockfile::parse_lockfile(once, "thumbs.lock")) == once);
  } catch (const ManifestError& error) {
    require(!error.diagnostics().empty());
  }
}

void read_index(std::string_view text) {
  const auto existing = pageindex::parse(text);
  if (!existing) return;
  for (std::size_t i = 1; i < existing->pictures.size(); ++i)
    require(existing->pictures[i - 1].hash < existing->pictures[i].hash);
}

}  // namespace
}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array k_readers = {thumbs::read_manifest, thumbs::read_glob, thumbs::read_template,
                                    thumbs::read_lockfile, thumbs::read_index};
  if (size == 0) return 0;
  k_readers.at(data[0] % k_readers.size())({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
