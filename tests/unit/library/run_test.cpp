// run() as a program of one's own calls it: rules made in code, faults that are refused, a stop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "support/pictures.h"
#include "support/temp_folder.h"
#include "thumbs/build.h"
#include "thumbs/cache.h"

namespace thumbs::library {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Run : public testing::Test {
 protected:
  Run() {
    for (const char* name : {"in/a.png", "in/sub/b.PNG", "in/notes.txt"}) {
      const test::Bytes png = test::make_png(40, 30, test::gradient(40, 30));
      folder.put(name, {reinterpret_cast<const char*>(png.data()), png.size()});
    }
    manifest.folder = folder.path();
    manifest.sets = {{.source = "in", .output = "out", .variants = {{.name = "s", .width = 9}}}};
  }

  TempFolder folder;
  Manifest manifest;
};

std::vector<std::string> outputs(const Report& report) {
  std::vector<std::string> paths;
  for (const Item& item : report.items) paths.push_back(item.output.value_or("?"));
  return paths;
}

TEST_F(Run, AManifestInCodeIsTheSameAsItsJson) {
  const Report built = run(manifest);
  EXPECT_THAT(outputs(built), ElementsAre("out/a-s.jpg", "out/sub/b-s.jpg"));
  EXPECT_TRUE(built.ok());
  EXPECT_EQ(built.items.at(0).set, "0");
  EXPECT_TRUE(std::filesystem::exists(folder / ".thumbs/cache.db"));

  const Manifest same =
      parse_manifest(R"({"sets": [{"source": "in", "output": "out", "variants": [{"name": "s", "width": 9}]}]})",
                     "thumbs.json", folder.path());
  const Report again = run(same);
  EXPECT_EQ(again.summary.fresh, 2U);
  EXPECT_EQ(again.summary.built, 0U);
  EXPECT_TRUE(run(same, {.command = Command::check}).up_to_date());
}

TEST_F(Run, PathsMayBeStatedAsInAFile) {
  manifest.folder = folder / "in/..";
  manifest.cache = folder / "state/cache.db";
  manifest.sets[0].source = folder / "in";
  manifest.sets[0].output = "./x/../out/";
  EXPECT_THAT(outputs(run(manifest)), ElementsAre("out/a-s.jpg", "out/sub/b-s.jpg"));
  EXPECT_TRUE(std::filesystem::exists(folder / "state/cache.db"));
  EXPECT_EQ(inspect_cache(manifest).outputs, 2U);
  EXPECT_THAT(verify_cache(manifest), IsEmpty());
}

TEST_F(Run, RefusesRulesThatCannotBe) {
  const std::pair<std::function<void(Manifest&)>, const char*> cases[] = {
      {[](Manifest& m) { m.sets.clear(); }, "thumbs.json: needs \"sets\", an array with at least one"},
      {[](Manifest& m) { m.sets[0].variants.clear(); }, "/sets/0: needs \"variants\", an array with at least one"},
      {[](Manifest& m) { m.sets[0].variants[0].width.reset(); }, "/sets/0/variants/0: a variant needs a \"width\""},
      {[](Manifest& m) { m.sets[0].variants[0].name = "a/b"; }, "/sets/0/variants/0/name: invalid name"},
      {[](Manifest& m) { m.sets[0].variants[0].name = ""; }, "/sets/0/variants/0: a variant needs a \"name\""},
      {[](Manifest& m) { m.sets[0].variants[0].quality = 0; }, "/sets/0/variants/0/quality: is 0; must be"},
      {[](Manifest& m) { m.sets[0].variants.push_back(m.sets[0].variants[0]); },
       "/sets/0/variants/1/name: variant name \"s\" is already used by /sets/0/variants/0"},
      {[](Manifest& m) { m.sets[0].include = {"[a"}; }, "/sets/0/include/0: "},
      {[](Manifest& m) { m.sets[0].exclude = {""}; }, "/sets/0/exclude/0: must not be empty"},
      {[](Manifest& m) { m.sets[0].path = "{nmae}"; }, "/sets/0/path: "},
      {[](Manifest& m) { m.sets[0].path = "../{stem}"; }, "/sets/0/path: leaves the set's \"output\" folder"},
      {[](Manifest& m) { m.sets.push_back(m.sets[0]), m.sets[1].name = "0"; }, "already used by /sets/1"},
      {[](Manifest& m) { m.cache = "cache/"; }, "/cache: names a folder, not a file"},
      {[](Manifest& m) { m.lock = ""; }, "/lock: must not be empty"},
      {[](Manifest& m) { m.limits.seconds = -1; }, "/limits/seconds: is -1; must be a number"},
      {[](Manifest& m) { m.url_base = "a b"; }, "/urlBase: is not a URL: \"a b\""},
  };
  for (const auto& [change, text] : cases) {
    SCOPED_TRACE(text);
    Manifest wrong = manifest;
    change(wrong);
    for (const Command command : {Command::build, Command::check, Command::clean}) try {
        run(wrong, {.command = command});
        ADD_FAILURE() << "was not refused";
      } catch (const ManifestError& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.what(), HasSubstr(text));
        EXPECT_EQ(error.diagnostics().size(), 1U);
      }
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
  EXPECT_FALSE(std::filesystem::exists(folder / ".thumbs"));
}

TEST_F(Run, RefusesOptionsThatMeanNothing) {
  const std::pair<std::function<void(Options&)>, const char*> cases[] = {
      {[](Options& o) { o.jobs = -1; }, "jobs must be"},
      {[](Options& o) { o.jobs = 1025; }, "jobs must be"},
      {[](Options& o) { o.memory = 0; }, "memory must be"},
      {[](Options& o) { o.wait_seconds = -1; }, "wait_seconds must be"},
      {[](Options& o) { o.paths = {""}; }, "paths must not be empty"},
      {[](Options& o) { o.paths_base = "x"; }, "paths_base must be absolute"},
      {[](Options& o) { o.reserved_files = {"x"}; }, "reserved_files must be absolute"},
      {[](Options& o) { o.command = Command::check, o.prune = true; }, "Command::build alone"},
      {[](Options& o) { o.command = Command::clean, o.overwrite = true; }, "Command::build alone"},
      {[](Options& o) { o.unrecorded = OnUnrecorded::report; }, "Command::prune alone"},
  };
  for (const auto& [change, text] : cases) {
    SCOPED_TRACE(text);
    Options options;
    change(options);
    try {
      run(manifest, options);
      ADD_FAILURE() << "was not refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::usage);
      EXPECT_THAT(error.what(), HasSubstr(text));
    }
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST_F(Run, PathsStartFromTheManifestsFolderUnlessTold) {
  EXPECT_THAT(outputs(run(manifest, {.paths = {"in/sub"}})), ElementsAre("out/sub/b-s.jpg"));
  EXPECT_THAT(outputs(run(manifest, {.paths = {"a.png"}, .paths_base = folder / "in"})), ElementsAre("out/a-s.jpg"));
}

TEST_F(Run, HasNoMoreWorkersThanJobs) {
  struct Looker : Observer {
    void building(std::uint64_t /*total*/) override { workers = oneapi::tbb::this_task_arena::max_concurrency(); }
    int workers = 0;
  };
  for (const int jobs : {1, 2, 5}) {
    Looker looker;
    EXPECT_TRUE(run(manifest, {.jobs = jobs, .force = true}, looker).ok());
    EXPECT_EQ(looker.workers, jobs);
  }
}

TEST_F(Run, AStopEndsItAndIsNoFailure) {
  const std::atomic<bool> stop{true};
  const Report report = run(manifest, {.stop = &stop});
  EXPECT_TRUE(report.interrupted);
  EXPECT_FALSE(report.ok());
  EXPECT_EQ(report.summary.built + report.summary.failed, 0U);
  EXPECT_TRUE(run(manifest).ok());
}

TEST_F(Run, AReservedFileIsNoSource) {
  EXPECT_THAT(outputs(run(manifest, {.reserved_files = {folder / "in/report.json"}})).size(), 2U);
  try {
    run(manifest, {.reserved_files = {folder / "in/a.png"}});
    ADD_FAILURE() << "was not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_EQ(error.path(), folder / "in/a.png");
  }
}

}  // namespace
}  // namespace thumbs::library
