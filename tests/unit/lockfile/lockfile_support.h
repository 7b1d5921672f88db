// Records and lines for tests of the lockfile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/recipe_text.h"
#include "lockfile/lockfile.h"
#include "support/kept.h"
#include "thumbs/error.h"

namespace thumbs::lockfile {

inline constexpr std::string_view k_hash_a = "xxh3-128:0123456789abcdef0011223344556677";
inline constexpr std::string_view k_hash_b = "xxh3-128:ffeeddccbbaa99887766554433221100";
inline constexpr std::string_view k_fingerprint =
    "xxh3-128:00000000000000000000000000000001.00000000000000000000000000000002";

/// A line with valid hashes.
inline std::string line(std::string_view source, std::string_view output) {
  std::string text(source);
  for (const std::string_view field : {k_hash_a, k_fingerprint, output, k_hash_b}) text.append("\t").append(field);
  return text + "\n";
}

inline cache::OutputRecord made(std::string_view path, std::string_view source, std::uint64_t seed = 1) {
  cache::OutputRecord row;
  row.path = test::kept(path);
  row.source = test::kept(source);
  row.source_hash = {seed, seed * 3};
  row.hash = {seed * 5, ~seed};
  row.size = 100;
  row.mtime_ns = 5;
  row.made = true;
  return row;
}

/// "LINE: message" for each fault; empty if the text is valid.
inline std::vector<std::string> faults_of(std::string_view text) {
  std::vector<std::string> faults;
  try {
    parse_lockfile(text, "thumbs.lock");
  } catch (const ManifestError& error) {
    for (const Diagnostic& d : error.diagnostics()) {
      if (d.file != "thumbs.lock" || d.column != 1 || !d.pointer.empty()) faults.emplace_back("misplaced");
      faults.push_back(std::to_string(d.line) + ": " + d.message);
    }
  }
  return faults;
}

}  // namespace thumbs::lockfile
