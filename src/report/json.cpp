// Writes a report as JSON. Serialises items one by one, so that a large report needs no JSON tree.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "text/json_text.h"
#include "thumbs/report_json.h"
#include "thumbs/text.h"
#include "thumbs/version.h"

namespace thumbs {
namespace {

using text::json_string;
using text::ObjectText;

std::string rounded(double value) { return text::real_text(std::round(value * 1000) / 1000); }

std::string quoted_path(std::string_view path) { return json_string(json_path(path)); }

std::string boolean(bool value) { return value ? "true" : "false"; }

std::string null_if(bool unknown, std::string value) { return unknown ? "null" : std::move(value); }

/// One object on one line, from a function that adds its members.
template <typename Members>
std::string object(Members add_to) {
  std::string text;
  ObjectText members(text);
  add_to(members);
  members.close();
  return text;
}

std::string summary_text(const Summary& summary) {
  return object([&](ObjectText& members) {
    members.number("sources", summary.sources);
    members.number("outputs", summary.outputs);
    members.number("fresh", summary.fresh);
    members.number("built", summary.built);
    members.number("copied", summary.copied);
    members.number("failed", summary.failed);
    members.number("stale", summary.stale);
    members.number("orphans", summary.orphans);
    members.number("pruned", summary.pruned);
    members.number("statted", summary.statted);
    members.number("hashed", summary.hashed);
    members.number("decoded", summary.decoded);
    members.number("bytesRead", summary.bytes_read);
    members.number("bytesWritten", summary.bytes_written);
    members.value("seconds", rounded(summary.seconds));
    if (!summary.store) return;
    members.number("storeHits", summary.store->hits);
    members.number("storeMisses", summary.store->misses);
    members.number("storeErrors", summary.store->errors);
  });
}

std::string sandbox_text(const Sandbox& sandbox) {
  return object([&](ObjectText& members) {
    members.value("landlock", sandbox.landlock ? std::to_string(*sandbox.landlock) : "null");
    members.value("seccomp", boolean(sandbox.seccomp));
  });
}

std::string error_text(const std::optional<ItemError>& error) {
  if (!error) return "null";
  return object([&](ObjectText& members) {
    members.text("code", to_string(error->code));
    members.text("message", json_path(error->message));
  });
}

std::string item_text(const Item& item) {
  return object([&](ObjectText& members) {
    members.text("set", item.set);
    members.text("source", json_path(item.source));
    members.text("variant", item.variant);
    members.value("output", item.output ? quoted_path(*item.output) : "null");
    members.text("status", to_string(item.status));
    members.value("reason", null_if(item.reason == Reason::none, json_string(to_string(item.reason))));
    members.value("width", null_if(item.width == 0, std::to_string(item.width)));
    members.value("height", null_if(item.height == 0, std::to_string(item.height)));
    members.number("bytes", item.bytes);
    members.value("milliseconds", rounded(item.milliseconds));
    members.value("error", error_text(item.error));
  });
}

std::string index_text(const IndexReport& index) {
  return object([&](ObjectText& members) {
    members.text("file", json_path(index.file));
    members.text("status", to_string(index.status));
    members.value("reason", null_if(index.status == Status::fresh, json_string(to_string(Reason::index))));
    members.number("decoded", index.decoded);
  });
}

std::string stage_text(const StageTime& time) {
  return object([&](ObjectText& members) {
    members.value("seconds", rounded(time.seconds));
    members.value("cpuSeconds", rounded(time.cpu_seconds));
  });
}

std::string stats_text(const BuildStats& stats) {
  return object([&](ObjectText& members) {
    members.value("decideSeconds", rounded(stats.decide_seconds));
    members.value("buildSeconds", rounded(stats.build_seconds));
    members.value("read", stage_text(stats.read));
    members.value("decode", stage_text(stats.decode));
    members.value("resize", stage_text(stats.resize));
    members.value("encode", stage_text(stats.encode));
    members.value("write", stage_text(stats.write));
    members.value("record", stage_text(stats.record));
    members.value("memory", stage_text(stats.memory));
    members.value("idleSeconds", rounded(stats.idle_seconds));
    members.value("bound", null_if(stats.bound == Bound::nothing, json_string(to_string(stats.bound))));
  });
}

std::string diagnostic_text(const Diagnostic& diagnostic) {
  const bool nowhere = diagnostic.line == 0;
  return object([&](ObjectText& members) {
    members.value("file", null_if(diagnostic.file.empty(), quoted_path(diagnostic.file)));
    members.value("line", null_if(nowhere, std::to_string(diagnostic.line)));
    members.value("column", null_if(nowhere, std::to_string(diagnostic.column)));
    members.value("pointer", null_if(nowhere && diagnostic.pointer.empty(), json_string(diagnostic.pointer)));
    members.text("message", json_path(diagnostic.message));
  });
}

/// `"key": [ … ]`, each value on its own line.
template <typename Values, typename ToText>
std::string array_text(const char* key, const Values& values, ToText to_text) {
  std::string text = std::string("  \"") + key + "\": [";
  const char* separator = "\n    ";
  for (const auto& value : values) {
    (text += separator) += to_text(value);
    separator = ",\n    ";
  }
  return text + (values.empty() ? "]" : "\n  ]");
}

/// `[ … ]` on one line.
template <typename Values, typename ToText>
std::string list_text(const Values& values, ToText to_text) {
  std::string text = "[";
  for (const auto& value : values) (text += text.size() == 1 ? "" : ",") += to_text(value);
  return text + "]";
}

std::vector<Diagnostic> all_errors(std::span<const Diagnostic> diagnostics, const std::vector<std::string>& messages) {
  std::vector<Diagnostic> errors(diagnostics.begin(), diagnostics.end());
  for (const std::string& message : messages)
    errors.push_back({.file = {}, .line = 0, .column = 0, .pointer = {}, .message = message});
  return errors;
}

/// The items sorted by their outputs as written in JSON: percent-encoding changes the order.
std::vector<const Item*> in_shown_order(const std::vector<Item>& items) {
  std::vector<std::pair<std::string, const Item*>> shown;
  shown.reserve(items.size());
  for (const Item& item : items) shown.emplace_back(json_path(item.output.value_or("")), &item);
  const auto earlier = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (!std::is_sorted(shown.begin(), shown.end(), earlier)) std::stable_sort(shown.begin(), shown.end(), earlier);
  std::vector<const Item*> order;
  order.reserve(items.size());
  for (const auto& entry : shown) order.push_back(entry.second);
  return order;
}

/// A member of the document, on a line.
std::string line_text(const char* key, const std::string& value) {
  return std::string("  \"") + key + "\": " + value + ",\n";
}

/// `more`: the lines of what only some commands have.
std::string document_text(const Report& report, std::span<const Diagnostic> diagnostics, const std::string& more = {}) {
  std::string text = "{\n";
  text += line_text("schema", "1");
  text += line_text("tool", json_string("thumbs"));
  text += line_text("version", json_string(version()));
  text += line_text("command", json_string(report.command));
  text += line_text("manifest", quoted_path(report.manifest));
  text += line_text("jobs", std::to_string(report.jobs));
  text += line_text("shard", null_if(report.shard.empty(), json_string(report.shard)));
  if (!report.shard_from.empty()) text += line_text("shardFrom", quoted_path(report.shard_from));
  text += line_text("sandbox", sandbox_text(report.sandbox));
  text += line_text("summary", summary_text(report.summary));
  if (report.index) text += line_text("index", index_text(*report.index));
  if (report.stats) text += line_text("stats", stats_text(*report.stats));
  text += more;
  text += array_text("items", in_shown_order(report.items), [](const Item* item) { return item_text(*item); }) + ",\n";
  text += array_text("warnings", report.warnings, quoted_path) + ",\n";
  text += array_text("errors", all_errors(diagnostics, report.errors), diagnostic_text) + "\n}\n";
  return text;
}

std::string cache_text(const CacheInfo& cache) {
  return object([&](ObjectText& members) {
    members.text("file", json_path(cache.file));
    members.value("exists", boolean(cache.exists));
    members.number("bytes", cache.bytes);
    members.number("sources", cache.sources);
    members.number("outputs", cache.outputs);
    members.number("recipes", cache.recipes);
    members.value("schema", std::to_string(cache.schema));
    members.value("parts", list_text(cache.parts, json_string));
  });
}

std::string merge_text(const MergeInfo& merge) {
  return object([&](ObjectText& members) {
    members.number("caches", merge.caches);
    members.number("outputs", merge.outputs);
    members.number("leftOut", merge.left_out);
    members.number("parts", merge.parts);
    members.value("missing", list_text(merge.missing, [](std::uint32_t part) { return std::to_string(part); }));
  });
}

std::string set_text(const StarterSet& set) {
  return object([&](ObjectText& members) {
    members.text("name", set.name);
    members.text("source", json_path(set.source));
    members.text("output", json_path(set.output));
    members.number("pictures", set.pictures);
    members.value("variants", list_text(set.variants, json_string));
  });
}

std::string starter_text(const Starter& starter) {
  return object([&](ObjectText& members) {
    members.value("written", boolean(starter.written));
    members.number("pictures", starter.pictures);
    members.value("sets", list_text(starter.sets, set_text));
    members.text("text", starter.text);
  });
}

}  // namespace

std::string to_json(const Report& report) { return document_text(report, {}); }

std::string to_json(const Report& report, std::span<const Diagnostic> diagnostics) {
  return document_text(report, diagnostics);
}

std::string to_json(const Report& report, const CacheInfo& cache) {
  return document_text(report, {}, line_text("cache", cache_text(cache)));
}

std::string to_json(const Report& report, const MergeInfo& merge) {
  return document_text(report, {}, line_text("merge", merge_text(merge)));
}

std::string to_json(const Report& report, const Starter& starter) {
  return document_text(report, {}, line_text("init", starter_text(starter)));
}

}  // namespace thumbs
