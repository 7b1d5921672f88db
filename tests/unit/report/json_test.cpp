// The JSON documents: keys, their order, nulls, UTF-8.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "thumbs/report_json.h"
#include "thumbs/version.h"

namespace thumbs::report {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [key, value] : object.items()) names.push_back(key);
  return names;
}

using Names = std::vector<std::string>;

Item item_of(std::string source, std::string output) {
  Item item;
  item.source = std::move(source);
  item.output = std::move(output);
  return item;
}

Report one_item(Item item) {
  Report report;
  report.command = "build";
  report.manifest = "thumbs.json";
  report.items.push_back(std::move(item));
  return report;
}

TEST(ReportJson, HasTheDocumentedKeysInOrder) {
  const Json document = Json::parse(to_json(one_item({})));
  EXPECT_EQ(keys(document), (Names{"schema", "tool", "version", "command", "manifest", "jobs", "shard", "sandbox",
                                   "summary", "items", "warnings", "errors"}));
  EXPECT_EQ(keys(document["summary"]),
            (Names{"sources", "outputs", "fresh", "built", "copied", "failed", "stale", "orphans", "pruned", "statted",
                   "hashed", "decoded", "bytesRead", "bytesWritten", "seconds"}));
  EXPECT_EQ(keys(document["items"][0]), (Names{"set", "source", "variant", "output", "status", "reason", "width",
                                               "height", "bytes", "milliseconds", "error"}));
}

TEST(ReportJson, StatsAreThereWhereAskedFor) {
  Report report = one_item({});
  report.stats.emplace();
  report.stats->decode = {2.5, 2.25};
  const Json none = Json::parse(to_json(report));
  EXPECT_EQ(keys(none["stats"]), (Names{"decideSeconds", "buildSeconds", "read", "decode", "resize", "encode", "write",
                                        "record", "memory", "idleSeconds", "bound"}));
  EXPECT_EQ(none["stats"]["bound"], nullptr);
  EXPECT_EQ(none["stats"]["decode"], (Json{{"seconds", 2.5}, {"cpuSeconds", 2.25}}));
  report.stats->bound = Bound::writing;
  EXPECT_EQ(Json::parse(to_json(report))["stats"]["bound"], "writing");
}

TEST(ReportJson, ItemsAreInTheOrderOfWhatIsShown) {
  Report report = one_item(item_of("a", "out/a"));
  report.items.push_back(item_of("e", "out/\xC3\xA9"));
  report.items.push_back(item_of("f", "out/\xFF"));
  const Json document = Json::parse(to_json(report));
  Names outputs;
  for (const Json& item : document["items"]) outputs.push_back(item["output"]);
  EXPECT_EQ(outputs, (Names{"out/%FF", "out/a", "out/\xC3\xA9"}));
}

TEST(ReportJson, StatesWhoWroteItAndWhatFor) {
  Report report = one_item({});
  report.jobs = 3;
  const Json document = Json::parse(to_json(report));
  EXPECT_EQ(document["schema"], 1);
  EXPECT_EQ(document["tool"], "thumbs");
  EXPECT_EQ(document["version"], std::string(version()));
  EXPECT_EQ(document["command"], "build");
  EXPECT_EQ(document["manifest"], "thumbs.json");
  EXPECT_EQ(document["jobs"], 3);
  EXPECT_TRUE(document["shard"].is_null());
}

TEST(ReportJson, EveryCountHasItsOwnKey) {
  Report report;
  report.summary = {.sources = 1,
                    .outputs = 2,
                    .fresh = 3,
                    .built = 4,
                    .copied = 5,
                    .failed = 6,
                    .stale = 7,
                    .orphans = 8,
                    .pruned = 9,
                    .statted = 10,
                    .hashed = 11,
                    .decoded = 12,
                    .bytes_read = 13,
                    .bytes_written = std::uint64_t{1} << 60,
                    .seconds = 1.2345678};
  const Json summary = Json::parse(to_json(report))["summary"];
  const Json expected = Json::parse(R"({"sources":1,"outputs":2,"fresh":3,"built":4,"copied":5,"failed":6,"stale":7,
      "orphans":8,"pruned":9,"statted":10,"hashed":11,"decoded":12,"bytesRead":13,"bytesWritten":1152921504606846976,
      "seconds":1.235})");
  EXPECT_EQ(summary, expected);
}

TEST(ReportJson, WhatIsUnknownIsNull) {
  const Json item = Json::parse(to_json(one_item({})))["items"][0];
  for (const char* key : {"output", "reason", "width", "height", "error"}) {
    SCOPED_TRACE(key);
    EXPECT_TRUE(item[key].is_null());
  }
  EXPECT_EQ(item["status"], "fresh");
  EXPECT_EQ(item["bytes"], 0);
}

TEST(ReportJson, WhatIsKnownIsGiven) {
  const Item item{.set = "products",
                  .source = "in/a.jpg",
                  .variant = "grid",
                  .output = "out/a.jpg",
                  .status = Status::failed,
                  .reason = Reason::source_changed,
                  .width = 10,
                  .height = 20,
                  .bytes = 30,
                  .milliseconds = 1.5,
                  .error = ItemError{ErrorCode::not_a_picture, "no"},
                  .changes = {}};
  const Json written = Json::parse(to_json(one_item(item)))["items"][0];
  EXPECT_EQ(written, Json::parse(R"({"set":"products","source":"in/a.jpg","variant":"grid","output":"out/a.jpg",
      "status":"failed","reason":"source-changed","width":10,"height":20,"bytes":30,"milliseconds":1.5,
      "error":{"code":"not-a-picture","message":"no"}})"));
}

TEST(ReportJson, IsUtf8WhateverTheNamesAndMessagesHold) {
  Item item = item_of("in/\xFF%.jpg", "out/\xE4.jpg");
  item.error = ItemError{ErrorCode::io, "bad \xFE byte"};
  Report report = one_item(item);
  report.warnings.push_back("w \xC3");
  report.errors.push_back("100%: e \x80");
  const Json document = Json::parse(to_json(report));  // throws if it is not UTF-8
  EXPECT_EQ(document["items"][0]["source"], "in/%FF%25.jpg");
  EXPECT_EQ(document["items"][0]["output"], "out/%E4.jpg");
  EXPECT_EQ(document["items"][0]["error"]["message"], "bad %FE byte");
  EXPECT_EQ(document["warnings"][0], "w %C3");
  EXPECT_EQ(document["errors"][0]["message"], "100%25: e %80");
}

TEST(ReportJson, DiagnosticsPointIntoTheManifest) {
  Report report;
  report.errors = {"unknown option"};
  const std::vector<Diagnostic> diagnostics = {
      {.file = "thumbs.json", .line = 3, .column = 4, .pointer = "", .message = "bad"}};
  const Json document = Json::parse(to_json(report, diagnostics));
  EXPECT_EQ(document["errors"], Json::parse(R"([
      {"file":"thumbs.json","line":3,"column":4,"pointer":"","message":"bad"},
      {"file":null,"line":null,"column":null,"pointer":null,"message":"unknown option"}])"));
  EXPECT_TRUE(document["items"].empty());
}

TEST(ReportJson, ControlCharactersInNamesAreEscaped) {
  const std::string text = to_json(one_item(item_of("a\nb\"\x01", "o")));
  EXPECT_EQ(Json::parse(text)["items"][0]["source"], "a\nb\"\x01");
  EXPECT_NE(text.find(R"("source":"a\nb\"\u0001")"), std::string::npos);
}

TEST(ReportJson, EachItemStandsOnALineOfItsOwn) {
  Report report = one_item(item_of("a", "1"));
  report.items.push_back(item_of("b", "2"));
  const std::string text = to_json(report);
  EXPECT_EQ(text.back(), '\n');
  EXPECT_NE(text.find("\"items\": [\n    {\"set\":\"\",\"source\":\"a\""), std::string::npos);
  EXPECT_NE(text.find("},\n    {\"set\":\"\",\"source\":\"b\""), std::string::npos);
}

TEST(ReportJson, HasWhatIsKnownOfTheCache) {
  Report verified;
  verified.command = "cache verify";
  verified.errors = {"row 7: wrong checksum"};
  const CacheInfo cache{.file = ".thumbs/cache.db",
                        .exists = true,
                        .bytes = 5,
                        .sources = 4,
                        .outputs = 3,
                        .recipes = 2,
                        .schema = 1,
                        .parts = {"2/4"}};
  const Json document = Json::parse(to_json(verified, cache));
  EXPECT_EQ(document["command"], "cache verify");
  EXPECT_EQ(document["cache"], Json::parse(R"({"file":".thumbs/cache.db","exists":true,"bytes":5,"sources":4,
      "outputs":3,"recipes":2,"schema":1,"parts":["2/4"]})"));
  EXPECT_EQ(document["errors"][0]["message"], "row 7: wrong checksum");
  const Json report = Json::parse(to_json(Report{}));
  for (const auto& [key, value] : report.items()) EXPECT_TRUE(document.contains(key)) << key;
}

TEST(ReportJson, HasWhatAMergeTookOver) {
  const MergeInfo merge{.caches = 2, .outputs = 7, .left_out = 1, .parts = 4, .missing = {2, 3}};
  const Json document = Json::parse(to_json(Report{}, merge));
  EXPECT_EQ(document["merge"], Json::parse(R"({"caches":2,"outputs":7,"leftOut":1,"parts":4,"missing":[2,3]})"));
}

TEST(ReportNames, EveryReasonAndStatusHasItsWord) {
  const std::pair<Reason, std::string_view> reasons[] = {
      {Reason::none, ""},
      {Reason::forced, "forced"},
      {Reason::new_output, "new"},
      {Reason::retry, "retry"},
      {Reason::source_changed, "source-changed"},
      {Reason::recipe_changed, "recipe-changed"},
      {Reason::tool_changed, "tool-changed"},
      {Reason::output_missing, "output-missing"},
      {Reason::output_modified, "output-modified"},
      {Reason::orphan, "orphan"},
  };
  for (const auto& [reason, word] : reasons) EXPECT_EQ(to_string(reason), word);
  const std::pair<Status, std::string_view> statuses[] = {
      {Status::built, "built"},   {Status::copied, "copied"}, {Status::fresh, "fresh"},   {Status::stale, "stale"},
      {Status::failed, "failed"}, {Status::orphan, "orphan"}, {Status::pruned, "pruned"},
  };
  for (const auto& [status, word] : statuses) EXPECT_EQ(to_string(status), word);
}

}  // namespace
}  // namespace thumbs::report
