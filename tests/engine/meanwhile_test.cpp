// Others at work beneath a run, at each of its operations: what this run must say and read, and what the next must
// find.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "engine/runs.h"

namespace thumbs {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view k_one_variant =
    R"({"sets": [{"source": "in", "output": "out", "variants": [{"name": "a", "width": 8, "format": "png"}]}]})";

std::string told(const Report& report) {
  std::string text;
  for (const std::string& line : lines(report)) text += line + ", ";
  for (const Item& item : report.items)
    if (item.error) text += std::string(to_string(item.error->code)) + ", ";
  return text + "hashed " + std::to_string(report.summary.hashed) + ", decoded " +
         std::to_string(report.summary.decoded);
}

using Files = std::map<std::string, std::string>;

// Remembered: most sources are those of the operation before. The manifests here differ in their number of variants.
const Files& clean_build(const World& world) {
  static std::map<std::pair<std::size_t, Files>, Files> known;
  const auto [entry, is_new] = known.try_emplace({world.manifest.sets[0].variants.size(), digests(world, "in")});
  if (is_new) {
    const auto clean = without_past(world);
    clean->run();
    entry->second = digests(*clean);
  }
  return entry->second;
}

void expect_equal_to_clean_build(const World& world) {
  const Files now = digests(world);
  for (const auto& [path, digest] : clean_build(world))
    EXPECT_TRUE(now.contains(path) && now.at(path) == digest) << path;
}

struct Case {
  std::string name;
  std::string operation;
  std::string path;
  int first;  ///< struck from the n-th of these operations…
  int times;  ///< …and so many times
  std::function<void(FakeDisk&)> change;
  std::string this_run;
  std::string next_run;
};

constexpr std::string_view k_source = "in/one.png";

std::function<void(FakeDisk&)> writes(const std::string& bytes) {
  return [bytes](FakeDisk& disk) { disk.put(std::string(k_source), bytes); };
}

std::function<void(FakeDisk&)> replaces(const std::function<void(FakeDisk&)>& make) {
  return [make](FakeDisk& disk) {
    disk.erase(std::string(k_source));
    make(disk);
  };
}

const std::vector<Case>& cases() {
  static const std::string k_built = "out/one-a.png: built new, hashed 1, decoded 1";
  static const std::string k_only_hashed = "hashed 1, decoded 0";
  static const std::string k_changed = "out/one-a.png: built source-changed, hashed 1, decoded 1";
  static const std::string k_unreadable = "out/one-a.png: failed new, unreadable, hashed 0, decoded 0";
  static const std::string k_grown = plain_picture(1) + "more";
  static const std::string k_cut = plain_picture(1).substr(0, 150);
  static const std::string k_retried = "out/one-a.png: failed retry, truncated, hashed 1, decoded 1";
  static const std::vector<Case> k_cases{
      {"changes between stat and read", "open", "in/one.png", 1, 1, writes(plain_picture(7)), k_built, k_only_hashed},
      {"changes while it is read", "read", "in/one.png", 1, 1, writes(plain_picture(7)), k_built, k_only_hashed},
      {"changes while it is read, twice", "fstat", "in/one.png", 2, 3, writes(plain_picture(7)),
       "out/one-a.png: failed new, changed-while-read, hashed 0, decoded 0",
       "out/one-a.png: built retry, hashed 1, decoded 1"},
      {"changes between read and write", "write_new", "", 1, 1, writes(plain_picture(7)), k_built, k_changed},
      {"changes between write and commit", "sync", "", 1, 1, writes(plain_picture(7)), k_built, k_changed},
      {"is touched between read and commit", "sync", "", 1, 1, [](FakeDisk& disk) { disk.touch("in/one.png"); },
       k_built, k_only_hashed},
      {"grows before it is read", "open", "in/one.png", 1, 1, writes(k_grown), k_built, k_only_hashed},
      {"grows while it is read", "read", "in/one.png", 1, 1, writes(k_grown), k_built, k_only_hashed},
      {"grows between read and commit", "sync", "", 1, 1, writes(k_grown), k_built, k_changed},
      {"shrinks before it is read", "open", "in/one.png", 1, 1, writes(k_cut),
       "out/one-a.png: failed new, truncated, hashed 1, decoded 1", k_retried},
      {"shrinks while it is read", "read", "in/one.png", 1, 1, writes(k_cut),
       "out/one-a.png: failed new, truncated, hashed 1, decoded 1", k_retried},
      {"shrinks between read and commit", "sync", "", 1, 1, writes(k_cut), k_built,
       "out/one-a.png: failed source-changed, truncated, hashed 1, decoded 1"},
      {"vanishes before it is read", "open", "in/one.png", 1, 1, [](FakeDisk& disk) { disk.erase("in/one.png"); },
       k_unreadable, "hashed 0, decoded 0"},
      {"vanishes while it is read", "read", "in/one.png", 1, 1, [](FakeDisk& disk) { disk.erase("in/one.png"); },
       k_built, "out/one-a.png: orphan orphan, hashed 0, decoded 0"},
      {"becomes a folder", "open", "in/one.png", 1, 1, replaces([](FakeDisk& disk) { disk.make_folder("in/one.png"); }),
       k_unreadable, "hashed 0, decoded 0"},
      {"becomes a FIFO", "open", "in/one.png", 1, 1, replaces([](FakeDisk& disk) { disk.make_fifo("in/one.png"); }),
       k_unreadable, "hashed 0, decoded 0"},
      {"becomes a link to another picture", "open", "in/one.png", 1, 1, replaces([](FakeDisk& disk) {
         disk.put("in/other", plain_picture(7));
         disk.make_link("in/one.png", "other");
       }),
       k_built, k_only_hashed},
      {"becomes a link to nothing", "open", "in/one.png", 1, 1,
       replaces([](FakeDisk& disk) { disk.make_link("in/one.png", "nowhere"); }), k_unreadable, "hashed 0, decoded 0"},
  };
  return k_cases;
}

TEST(Meanwhile, ASourceThatChangesCostsWhatItMustAndIsFound) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    World world(k_one_variant);
    world.disk.put("in/one.png", plain_picture(1));
    world.disk.tick(World::k_hour);
    int seen = 0;
    world.disk.hook = [&](const std::string& operation, const std::string& path) {
      if (operation != c.operation || (!c.path.empty() && path != c.path)) return;
      ++seen;
      if (seen < c.first || seen >= c.first + c.times) return;
      world.disk.tick(1);
      c.change(world.disk);
    };
    EXPECT_EQ(told(run_with(world, *world.cache, 1)), c.this_run);
    EXPECT_GE(seen, c.first);
    world.disk.hook = nullptr;
    world.disk.tick(World::k_hour);
    EXPECT_EQ(told(run_with(world, *world.cache, 1)), c.next_run);
    expect_equal_to_clean_build(world);
  }
}

// Runs with `change` at the n-th operation; false where the run has fewer.
bool run_with_change_at(World& world, int at, const Options& options,
                        const std::function<bool(const std::string&)>& change) {
  int count = 0;
  world.disk.hook = [&](const std::string& operation, const std::string&) {
    if (count == at && !change(operation)) return;  // not here: at the next one
    ++count;
  };
  run_with(world, *world.cache, 1, options);
  world.disk.hook = nullptr;
  return count > at;
}

void add_pictures(World& world) {
  world.disk.put("in/one.png", plain_picture(1));
  world.disk.put("in/sub/two.png", plain_picture(2, 24));
  world.disk.put("in/sub/twin.png", plain_picture(1));
  world.disk.tick(World::k_hour);
}

struct Meddling {
  std::string name;
  std::function<void(FakeDisk&)> change;
};

const std::vector<Meddling>& meddlings() {
  static const std::string k_output = "out/one-a.png";
  static const std::vector<Meddling> k_meddlings{
      {"written in place, at the same size",
       [](FakeDisk& disk) {
         const std::optional<std::string> bytes = disk.text(k_output);
         if (bytes) disk.put(k_output, std::string(bytes->size(), 'x'));
       }},
      {"written in place", [](FakeDisk& disk) { disk.put(k_output, "somebody's"); }},
      {"replaced",
       [](FakeDisk& disk) {
         const std::optional<std::string> bytes = disk.text(k_output);
         disk.put("new", bytes ? std::string(bytes->size(), 'x') : "somebody's");
         disk.move("new", k_output);
       }},
      {"removed", [](FakeDisk& disk) { disk.erase(k_output); }},
      {"made a link to a source",
       [](FakeDisk& disk) {
         disk.erase(k_output);
         disk.make_link(k_output, "/project/in/one.png");
       }},
      {"its folder removed", [](FakeDisk& disk) { disk.erase("out"); }},
      {"a sibling folder removed", [](FakeDisk& disk) { disk.erase("out/sub"); }},
      {"a source folder removed", [](FakeDisk& disk) { disk.erase("in/sub"); }},
      {"a source folder made a file",
       [](FakeDisk& disk) {
         disk.erase("in/sub");
         disk.put("in/sub", "a file now");
       }},
  };
  return k_meddlings;
}

TEST(Meanwhile, WhatOthersDoToOutputsAndFoldersAtAnyMomentIsFoundByTheNext) {
  for (const bool incremental : {false, true})
    for (const Meddling& meddling : meddlings())
      for (int at = 0;; ++at) {
        SCOPED_TRACE(meddling.name + (incremental ? ", incremental" : ", new") + ", at operation " +
                     std::to_string(at));
        World world;
        add_pictures(world);
        if (incremental) {
          world.run();
          world.disk.tick(World::k_hour);
          world.disk.put("in/one.png", plain_picture(5));
          world.disk.tick(World::k_hour);
        }
        const bool struck = run_with_change_at(world, at, {}, [&](const std::string&) {
          world.disk.tick(1);
          meddling.change(world.disk);
          return true;
        });
        if (!struck) break;
        const std::string source = world.disk.text("in/one.png").value_or("");
        world.disk.tick(World::k_hour);
        EXPECT_EQ(run_with(world, *world.cache, 1).summary.failed, 0U);
        expect_equal_to_clean_build(world);
        EXPECT_EQ(world.disk.text("in/one.png"), source) << "never written through a link";
        EXPECT_THAT(temporaries(world), IsEmpty());
        world.disk.tick(World::k_hour);
        const Report settled = run_with(world, *world.cache, 1);
        EXPECT_EQ(settled.summary.built + settled.summary.copied + settled.summary.hashed, 0U);
        if (HasFailure()) return;
      }
}

// A source folder that is gone as a whole is an error, and costs no thumbnail.
TEST(Meanwhile, ASetsFolderThatVanishesTakesNothingWithIt) {
  Options options;
  options.prune = true;
  for (int at = 0;; ++at) {
    SCOPED_TRACE(at);
    World world;
    add_pictures(world);
    world.run();
    world.disk.tick(World::k_hour);
    const auto before = digests(world);
    bool struck = false;
    try {
      struck = run_with_change_at(world, at, options, [&](const std::string&) {
        struck = true;
        world.disk.erase("in");
        return true;
      });
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::usage);
    }
    world.disk.hook = nullptr;
    if (!struck) break;
    EXPECT_EQ(digests(world), before);
  }
}

// What somebody writes where an orphan stands is theirs, however late. Only between the last look at it and its
// removal, two calls in a row, is nothing to be done.
TEST(Meanwhile, AnOrphanThatIsWrittenDuringTheRunIsKept) {
  for (const Command command : {Command::build, Command::prune, Command::clean})
    for (const bool same_size : {false, true})
      for (int at = 0;; ++at) {
        SCOPED_TRACE("command " + std::to_string(static_cast<int>(command)) + ", operation " + std::to_string(at));
        World world;
        add_pictures(world);
        world.run();
        world.disk.erase("in/one.png");
        world.disk.put("in/sub/two.png", plain_picture(9));
        world.disk.tick(World::k_hour);
        const std::string size_of = *world.disk.text("out/one-a.png");
        const std::string mine = same_size ? std::string(size_of.size(), 'm') : "mine";
        Options options;
        options.command = command;
        options.prune = true;
        const bool struck = run_with_change_at(world, at, options, [&](const std::string& operation) {
          if (operation == "remove") return false;
          world.disk.tick(1);
          world.disk.put("out/one-a.png", mine);
          return true;
        });
        if (!struck) break;
        EXPECT_EQ(world.disk.text("out/one-a.png"), mine);
        if (HasFailure()) return;
      }
}

}  // namespace
}  // namespace thumbs
