// Compares field by field; nothing here decides anything.
#include "rules/changes.h"

#include <ctime>
#include <map>
#include <utility>

#include "cache/recipe_text.h"

namespace thumbs::rules {
namespace {

std::string size_text(std::uint64_t bytes) { return std::to_string(bytes); }

}  // namespace

std::string time_text(std::int64_t ns) {
  const std::int64_t second = 1'000'000'000;
  const std::int64_t fraction = ((ns % second) + second) % second;
  const std::time_t seconds = static_cast<std::time_t>((ns - fraction) / second);
  std::tm parts{};
  char text[32];
  if (gmtime_r(&seconds, &parts) == nullptr || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts) == 0)
    return std::to_string(ns) + " ns";
  const std::string digits = std::to_string(fraction);
  return std::string(text) + "." + std::string(9 - digits.size(), '0') + digits + " UTC";
}

std::vector<Change> content_changes(const graph::Source& source, const cache::OutputRecord& output) {
  std::vector<Change> changes{
      {"content", output.source_hash.hex(), source.content != nullptr ? source.content->hash.hex() : "different"}};
  if (source.record == nullptr) return changes;
  const disk::StatData& before = source.record->stat_data;
  const disk::StatData& now = source.stat_data;
  if (before.size != now.size) changes.push_back({"size", size_text(before.size), size_text(now.size)});
  if (before.mtime_ns != now.mtime_ns)
    changes.push_back({"mtime", time_text(before.mtime_ns), time_text(now.mtime_ns)});
  if (before.ctime_ns != now.ctime_ns)
    changes.push_back({"ctime", time_text(before.ctime_ns), time_text(now.ctime_ns)});
  if (before.inode != now.inode) changes.push_back({"inode", std::to_string(before.inode), std::to_string(now.inode)});
  return changes;
}

std::vector<Change> recipe_changes(std::string_view before, std::string_view now) {
  if (cache::is_stand_in(before)) return {{"recipe", std::string(before), cache::stand_in_for(now)}};
  std::map<std::string, std::pair<std::string, std::string>> values;
  for (const auto& [key, value] : manifest::recipe_values(before)) values[key].first = value;
  for (const auto& [key, value] : manifest::recipe_values(now)) values[key].second = value;
  const auto shown = [](const std::string& value) { return value.empty() ? "not set" : value; };
  std::vector<Change> changes;
  for (const auto& [key, pair] : values)
    if (pair.first != pair.second) changes.push_back({key, shown(pair.first), shown(pair.second)});
  return changes;
}

std::vector<Change> file_changes(const graph::Output& output) {
  const cache::OutputRecord& record = *output.record;
  const disk::StatData& now = output.stat_data;
  if (output.kind == disk::FileKind::missing)
    return {{"output", record.stat_known() ? size_text(record.size) + " bytes" : record.hash.hex(), "missing"}};
  if (output.kind != disk::FileKind::regular) return {{"output", "file", "not a regular file"}};
  if (!record.stat_known()) return {{"output", record.hash.hex(), "different"}};
  if (now.size != record.size) return {{"output size", size_text(record.size), size_text(now.size)}};
  return {{"output mtime", time_text(record.mtime_ns), time_text(now.mtime_ns)}, {"content differs", "", ""}};
}

}  // namespace thumbs::rules
