// Turns rows and facts into "what: old → new" texts.
#include "plan/explain.h"

#include <algorithm>
#include <ctime>
#include <map>

#include "cache/recipe_text.h"

namespace thumbs {
namespace {

std::string change(const std::string& what, const std::string& before, const std::string& after) {
  return what + ": " + before + " → " + after;
}

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

std::string join(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += (text.empty() ? "" : "; ") + piece;
  return text;
}

std::string explain_content(const Source& source, const Records& rows, const OutputRecord& row) {
  std::vector<std::string> pieces;
  pieces.push_back(change("content", row.source_hash.hex(), source.hash ? source.hash->hex() : "not equal"));
  const auto known = std::lower_bound(rows.sources.begin(), rows.sources.end(), source.path,
                                      [](const SourceRecord& r, const std::string& path) { return r.path < path; });
  if (known == rows.sources.end() || known->path != source.path) return join(pieces);
  const StatData& before = known->stat_data;
  const StatData& now = source.stat_data;
  if (before.size != now.size) pieces.push_back(change("size", std::to_string(before.size), std::to_string(now.size)));
  if (before.mtime_ns != now.mtime_ns)
    pieces.push_back(change("mtime", time_text(before.mtime_ns), time_text(now.mtime_ns)));
  if (before.ctime_ns != now.ctime_ns)
    pieces.push_back(change("ctime", time_text(before.ctime_ns), time_text(now.ctime_ns)));
  if (before.inode != now.inode)
    pieces.push_back(change("inode", std::to_string(before.inode), std::to_string(now.inode)));
  return join(pieces);
}

std::string explain_values(const std::string& before, const std::string& now) {
  if (is_stand_in(before)) return change("recipe", before, stand_in_for(now));
  std::map<std::string, std::pair<std::string, std::string>> values;
  for (const auto& [key, value] : recipe_values(before)) values[key].first = value;
  for (const auto& [key, value] : recipe_values(now)) values[key].second = value;
  std::vector<std::string> pieces;
  for (const auto& [key, pair] : values)
    if (pair.first != pair.second)
      pieces.push_back(
          change(key, pair.first.empty() ? "not set" : pair.first, pair.second.empty() ? "not set" : pair.second));
  return join(pieces);
}

std::string explain_output(const OutputRecord& row, const FileStat& stat) {
  if (stat.kind == FileKind::missing)
    return "output: " + (row.stat_known() ? std::to_string(row.size) + " bytes" : row.hash.hex()) + " → missing";
  if (stat.kind != FileKind::regular) return "output: file → no regular file";
  if (!row.stat_known()) return change("output", row.hash.hex(), "not equal");
  if (stat.stat_data.size != row.size)
    return change("output size", std::to_string(row.size), std::to_string(stat.stat_data.size));
  return change("output mtime", time_text(row.mtime_ns), time_text(stat.stat_data.mtime_ns)) + "; its content differs";
}

}  // namespace

std::string explain_stale(const Targets& targets, const Records& rows, std::uint32_t target, std::uint32_t row_index,
                          Reason reason, const OutputFacts& facts) {
  const Target& wanted = targets.outputs[target];
  const Source& source = targets.list.sources[wanted.source];
  if (reason == Reason::forced) return "asked for with --force";
  if (row_index == k_no_row || reason == Reason::new_output) return "no former build made it";
  const OutputRecord& row = rows.outputs[row_index];
  const Recipe& recipe = targets.recipes[wanted.recipe];
  switch (reason) {
    case Reason::retry: return "the last attempt failed";
    case Reason::source_changed: return explain_content(source, rows, row);
    case Reason::recipe_changed: return explain_values(rows.recipes[row.recipe].settings, recipe.text);
    case Reason::tool_changed: return explain_values(rows.recipes[row.recipe].stages, recipe.stages);
    case Reason::output_missing:
    case Reason::output_modified: return explain_output(row, facts.stats[row_index]);
    default: return {};
  }
}

std::string explain_fresh(const Targets& targets, const Records& rows, const FreshOutput& fresh,
                          const OutputFacts& facts) {
  const Target& target = targets.outputs[fresh.target];
  const Source& source = targets.list.sources[target.source];
  const OutputRecord& row = rows.outputs[fresh.row];
  const FileStat& stat = facts.stats[fresh.row];
  return join({"content equal: " + row.source_hash.hex(),
               "source: " + std::to_string(source.stat_data.size) + " bytes of " + time_text(source.stat_data.mtime_ns),
               "recipe equal: " + targets.recipes[target.recipe].text,
               "output: " + std::to_string(stat.stat_data.size) + " bytes of " + time_text(stat.stat_data.mtime_ns)});
}

}  // namespace thumbs
