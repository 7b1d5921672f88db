// Writes a report as JSON. Serialises items one by one, so that a large report needs no JSON tree.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "thumbs/report_json.h"
#include "thumbs/text.h"
#include "thumbs/version.h"

namespace thumbs {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

double rounded(double value) { return std::round(value * 1000) / 1000; }

Json null_if(bool unknown, const Json& value) { return unknown ? Json(nullptr) : value; }

Json summary_json(const Summary& summary) {
  return Json{
      {"sources", summary.sources},
      {"outputs", summary.outputs},
      {"fresh", summary.fresh},
      {"built", summary.built},
      {"copied", summary.copied},
      {"failed", summary.failed},
      {"stale", summary.stale},
      {"orphans", summary.orphans},
      {"pruned", summary.pruned},
      {"statted", summary.statted},
      {"hashed", summary.hashed},
      {"decoded", summary.decoded},
      {"bytesRead", summary.bytes_read},
      {"bytesWritten", summary.bytes_written},
      {"seconds", rounded(summary.seconds)},
  };
}

Json error_json(const std::optional<ItemError>& error) {
  if (!error) return nullptr;
  return Json{{"code", to_string(error->code)}, {"message", json_path(error->message)}};
}

Json item_json(const Item& item) {
  return Json{
      {"set", item.set},
      {"source", json_path(item.source)},
      {"variant", item.variant},
      {"output", item.output ? Json(json_path(*item.output)) : Json(nullptr)},
      {"status", to_string(item.status)},
      {"reason", null_if(item.reason == Reason::none, to_string(item.reason))},
      {"width", null_if(item.width == 0, item.width)},
      {"height", null_if(item.height == 0, item.height)},
      {"bytes", item.bytes},
      {"milliseconds", rounded(item.milliseconds)},
      {"error", error_json(item.error)},
  };
}

Json index_json(const IndexReport& index) {
  return Json{
      {"file", json_path(index.file)},
      {"status", to_string(index.status)},
      {"reason", null_if(index.status == Status::fresh, to_string(Reason::index))},
      {"decoded", index.decoded},
  };
}

Json diagnostic_json(const Diagnostic& diagnostic) {
  const bool nowhere = diagnostic.line == 0;
  return Json{
      {"file", null_if(diagnostic.file.empty(), json_path(diagnostic.file))},
      {"line", null_if(nowhere, diagnostic.line)},
      {"column", null_if(nowhere, diagnostic.column)},
      {"pointer", null_if(nowhere && diagnostic.pointer.empty(), diagnostic.pointer)},
      {"message", json_path(diagnostic.message)},
  };
}

/// `"key": [ … ]`, each value on its own line.
template <typename Values, typename ToJson>
std::string array_text(const char* key, const Values& values, ToJson to_json) {
  std::string text = std::string("  \"") + key + "\": [";
  const char* separator = "\n    ";
  for (const auto& value : values) {
    text += separator + dump(to_json(value));
    separator = ",\n    ";
  }
  return text + (values.empty() ? "]" : "\n  ]");
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

Json sandbox_json(const Sandbox& sandbox) {
  Json landlock = nullptr;
  if (sandbox.landlock) landlock = *sandbox.landlock;
  return {{"landlock", std::move(landlock)}, {"seccomp", sandbox.seccomp}};
}

std::string members_text(const Json& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) text += "  \"" + key + "\": " + dump(value) + ",\n";
  return text;
}

/// `members` are those that only some commands have.
std::string document_text(const Report& report, std::span<const Diagnostic> diagnostics,
                          const Json& members = Json::object()) {
  Json head{
      {"schema", 1},
      {"tool", "thumbs"},
      {"version", version()},
      {"command", report.command},
      {"manifest", json_path(report.manifest)},
      {"jobs", report.jobs},
      {"shard", nullptr},
      {"sandbox", sandbox_json(report.sandbox)},
      {"summary", summary_json(report.summary)},
  };
  if (report.index) head["index"] = index_json(*report.index);
  head.update(members);
  std::string text = "{\n" + members_text(head);
  text += array_text("items", in_shown_order(report.items), [](const Item* item) { return item_json(*item); }) + ",\n";
  text += array_text("warnings", report.warnings, [](const std::string& warning) { return Json(json_path(warning)); }) +
          ",\n";
  text += array_text("errors", all_errors(diagnostics, report.errors), diagnostic_json) + "\n}\n";
  return text;
}

}  // namespace

std::string to_json(const Report& report) { return document_text(report, {}); }

std::string to_json(const Report& report, std::span<const Diagnostic> diagnostics) {
  return document_text(report, diagnostics);
}

std::string to_json(const Report& report, const CacheInfo& cache) {
  const Json members{
      {"file", json_path(cache.file)}, {"exists", cache.exists},   {"bytes", cache.bytes},   {"sources", cache.sources},
      {"outputs", cache.outputs},      {"recipes", cache.recipes}, {"schema", cache.schema},
  };
  return document_text(report, {}, Json{{"cache", members}});
}

std::string to_json(const Report& report, const Starter& starter) {
  Json sets = Json::array();
  for (const StarterSet& set : starter.sets) {
    sets.push_back(Json{
        {"name", set.name},
        {"source", json_path(set.source)},
        {"output", json_path(set.output)},
        {"pictures", set.pictures},
        {"variants", set.variants},
    });
  }
  const Json members{
      {"written", starter.written}, {"pictures", starter.pictures}, {"sets", sets}, {"text", starter.text}};
  return document_text(report, {}, Json{{"init", members}});
}

}  // namespace thumbs
