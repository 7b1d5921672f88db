// A look at the first bytes of what may be a report by its name.
#include "engine/former_reports.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <span>
#include <string_view>

#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

bool is_named_json(std::string_view path) {
  constexpr std::string_view k_extension = ".json";
  if (path.size() < k_extension.size()) return false;
  return std::ranges::equal(path.substr(path.size() - k_extension.size()), k_extension,
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

}  // namespace

bool is_former_report(const RunContext& run, const std::string& path) {
  return is_named_json(path) && holds_a_report(run, path);
}

std::vector<std::string> former_reports(const RunContext& run, const std::vector<scan::ScanResult>& scans) {
  std::vector<std::string> reports;
  for (const scan::ScanResult& scan : scans)
    for (const scan::FoundFile& file : scan.files)
      if (is_named_json(file.path) && holds_a_report(run, std::string(file.path))) reports.emplace_back(file.path);
  return reports;
}

}  // namespace thumbs::engine
