// A look at names first: of a hundred thousand pictures none is opened.
#include "engine/own_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string_view>

#include "engine/own_folder.h"
#include "path/path.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

bool has_extension(std::string_view path, std::string_view extension) {
  if (path.size() < extension.size()) return false;
  return std::ranges::equal(path.substr(path.size() - extension.size()), extension,
                            [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

/// A report is an object, and says what wrote it at once (report/json.cpp).
bool holds_a_report(const RunContext& run, const std::string& path) {
  constexpr std::string_view k_tool = "\"tool\": \"thumbs\"";
  std::array<std::byte, 64> start{};
  try {
    const std::size_t size = run.disk.open(path)->read(0, start);
    const std::string_view text(reinterpret_cast<const char*>(start.data()), size);
    return text.starts_with('{') && text.find(k_tool) != std::string_view::npos;
  } catch (const Error&) {
    return false;
  }
}

bool is_document(const RunContext& run, std::string_view path) {
  if (has_extension(path, ".json")) return holds_a_report(run, std::string(path));
  return has_extension(path, ".html") && is_gallery(run.disk, std::string(path));
}

}  // namespace

bool is_own_file(const RunContext& run, const std::string& path) {
  return is_document(run, path) || is_replaced_thumbnail(run.manifest, path);
}

std::vector<std::string> own_files(const RunContext& run, const std::vector<scan::ScanResult>& scans) {
  std::vector<std::string> found;
  const std::string before = before_folder(run.manifest);
  for (std::size_t i = 0; i < scans.size(); ++i) {
    const bool may_be_kept = !before.empty() && is_at_or_below(before, run.manifest.sets[i].source);
    for (const scan::FoundFile& file : scans[i].files) {
      const std::string_view path = file.path;
      if (is_document(run, path) || (may_be_kept && is_replaced_thumbnail(run.manifest, path)))
        found.emplace_back(path);
    }
  }
  return found;
}

}  // namespace thumbs::engine
