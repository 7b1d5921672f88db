// The loop with a watcher, a clock and builds of the test's own.
#include "watch/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace thumbs::watch {
namespace {

using testing::ElementsAre;

// What happens at which second; the clock goes on only while somebody waits.
class World {
 public:
  struct Happening {
    double at = 0;
    Events events = {};
    bool fails = false;  ///< the watcher does
  };

  std::vector<std::string> run(std::deque<Happening> happenings) {
    happenings_ = std::move(happenings);
    const Hooks hooks{
        .load =
            [this] {
              if (broken) throw Error(ErrorCode::usage, "broken");
              log.emplace_back("load");
              Manifest manifest;
              manifest.folder = "/project";
              manifest.sets = {{.source = "in", .output = "out"}};
              manifest.sets[0].variants = {{.name = "a", .watermark = Watermark{.file = "mark.png"}}};
              return manifest;
            },
        .plan = [](const Manifest& manifest) { return Plan(manifest, {}); },
        .watch =
            [this](const Plan&, const Error* failed) {
              log.emplace_back(failed != nullptr ? "watch otherwise" : "watch");
              return std::make_unique<FakeWatcher>(*this);
            },
        .build = [this](const Manifest&, const Changes& changes) { build(changes); },
        .is_ours = [](const std::string& file) { return file == "ours.jpg"; },
        .ready = [this] { log.emplace_back("ready"); },
        .refused = [this](const Error& error) { log.emplace_back("refused: " + error.message()); },
        .now = [this] { return now; },
        .stopped = [this] { return now >= 100; },
    };
    keep_building(hooks, 0.2);
    return log;
  }

  std::vector<std::string> log;
  double now = 0;
  bool broken = false;
  std::deque<ErrorCode> refusals;  ///< of the next builds
  std::deque<bool> breaks;         ///< whether the manifest is broken after each build

 private:
  class FakeWatcher : public Watcher {
   public:
    explicit FakeWatcher(World& world) : world_(world) {}
    Events wait(double seconds) override { return world_.wait(seconds); }

   private:
    World& world_;
  };

  Events wait(double seconds) {
    if (happenings_.empty()) {
      now = seconds > 0 ? 100 : now;
      return {};
    }
    if (happenings_.front().at > now + seconds) {
      now += seconds;
      return {};
    }
    Happening next = std::move(happenings_.front());
    happenings_.pop_front();
    now = std::max(now, next.at);
    if (next.fails) throw Error(ErrorCode::io, "no more watches");
    return next.events;
  }

  void build(const Changes& changes) {
    std::string text = "build";
    for (const std::string& file : changes.files) text += " " + file;
    log.push_back(text + (changes.everything ? " everything" : ""));
    if (!breaks.empty()) {
      broken = breaks.front();
      breaks.pop_front();
    }
    if (refusals.empty()) return;
    const ErrorCode code = refusals.front();
    refusals.pop_front();
    if (code != ErrorCode::internal) throw Error(code, "refused");
  }

  std::deque<Happening> happenings_;
};

Events files(std::vector<std::string> names) { return {.files = std::move(names), .writing = {}, .everything = false}; }
// Time passes, so that what happened before is built.
World::Happening pause(double at) { return {.at = at}; }

TEST(Loop, BuildsEverythingAndThenWhatChanges) {
  World world;
  EXPECT_THAT(world.run({{1, files({"a.jpg"})}, {1.1, files({"b.jpg"})}, {5, files({"c.jpg"})}, pause(9)}),
              ElementsAre("load", "watch", "build everything", "ready", "build a.jpg b.jpg", "build c.jpg"));
}

TEST(Loop, ItsOwnChangesSetOffNothing) {
  World world;
  EXPECT_THAT(world.run({{1, files({"ours.jpg"})}, pause(9)}),
              ElementsAre("load", "watch", "build everything", "ready"));
}

TEST(Loop, AChangedManifestIsLoadedAndAllIsBuilt) {
  World world;
  EXPECT_THAT(world.run({{1, files({"thumbs.json", "a.jpg"})}, pause(9)}),
              ElementsAre("load", "watch", "build everything", "ready", "load", "watch", "build a.jpg everything"));
}

TEST(Loop, AfterAChangedWatermarkAllIsBuilt) {
  World world;
  EXPECT_THAT(world.run({{1, files({"a.jpg", "mark.png"})}, {5, files({"mark.png"})}, pause(9)}),
              ElementsAre("load", "watch", "build everything", "ready", "build a.jpg everything", "build everything"));
}

TEST(Loop, WithABrokenManifestTheFormerOneStaysInForce) {
  World world;
  world.breaks = {true, false};
  EXPECT_THAT(world.run({{1, files({"thumbs.json"})}, {5, files({"a.jpg"})}, {9, files({"thumbs.json"})}, pause(20)}),
              ElementsAre("load", "watch", "build everything", "ready", "refused: broken", "build a.jpg", "load",
                          "watch", "build everything"));
}

TEST(Loop, AfterARefusalAllIsLookedAt) {
  World world;
  world.refusals = {ErrorCode::internal, ErrorCode::usage};
  EXPECT_THAT(world.run({{1, files({"a.jpg"})}, {5, files({"b.jpg"})}, {9, files({"c.jpg"})}, pause(20)}),
              ElementsAre("load", "watch", "build everything", "ready", "build a.jpg", "refused: refused",
                          "build b.jpg everything", "build c.jpg"));
}

TEST(Loop, WaitsForAnotherRunAndGoesOn) {
  World world;
  world.refusals = {ErrorCode::busy, ErrorCode::internal, ErrorCode::busy};
  EXPECT_THAT(world.run({{1, files({"a.jpg"})}, pause(20)}),
              ElementsAre("load", "watch", "build everything", "refused: refused", "build everything", "ready",
                          "build a.jpg", "refused: refused", "build everything"));
}

TEST(Loop, TheFirstRefusalEndsIt) {
  World world;
  world.refusals = {ErrorCode::usage};
  EXPECT_THROW(world.run({}), Error);
}

TEST(Loop, WhereWatchingFailsItWatchesOtherwise) {
  World world;
  EXPECT_THAT(world.run({{.at = 1, .fails = true}, pause(9)}),
              ElementsAre("load", "watch", "build everything", "ready", "watch otherwise", "build everything"));
}

}  // namespace
}  // namespace thumbs::watch
