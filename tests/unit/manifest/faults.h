// Faults of a parse, as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "thumbs/manifest.h"

namespace thumbs::manifest {

/// The faults of a manifest named m.json; empty if it is valid.
inline std::vector<Diagnostic> faults_of(std::string_view text) {
  try {
    parse_manifest(text, "m.json", "/site");
    return {};
  } catch (const ManifestError& error) {
    return error.diagnostics();
  }
}

inline std::vector<std::string> texts_of(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> texts;
  for (const Diagnostic& diagnostic : diagnostics) texts.push_back(diagnostic.text());
  return texts;
}

}  // namespace thumbs::manifest
