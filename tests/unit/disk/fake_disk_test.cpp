// The fake disk: clock, file times, recorded calls, faults and power cuts. What it has in common with the real disk is
// in disk_contract_test.cpp.
#include "support/fake_disk.h"

#include <gtest/gtest.h>

#include <thread>

namespace thumbs::disk {
namespace {

using Paths = std::vector<std::string>;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

struct Times {
  std::int64_t mtime;
  std::int64_t ctime;
  bool operator==(const Times&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Times& t) { return out << t.mtime << "/" << t.ctime; }
};

Times times_of(const FakeDisk& disk, const std::string& path) {
  const StatData stat_data = disk.stat(path, false).stat_data;
  return {stat_data.mtime_ns, stat_data.ctime_ns};
}

std::uint64_t inode_of(const FakeDisk& disk, const std::string& path) { return disk.stat(path, false).stat_data.inode; }

TEST(FakeDisk, StampsAsARealDiskDoes) {
  struct Case {
    const char* name;
    std::function<void(FakeDisk&)> change;
    Times times;  // of "f", created at 100 and changed at 200
    bool same_inode;
  };
  const Case cases[] = {
      {"put", [](FakeDisk& disk) { disk.put("f", "new"); }, {200, 200}, true},
      {"put unnoticed", [](FakeDisk& disk) { disk.put_unnoticed("f", "new"); }, {100, 100}, true},
      {"touch", [](FakeDisk& disk) { disk.touch("f"); }, {200, 200}, true},
      {"set mtime", [](FakeDisk& disk) { disk.set_mtime("f", 5); }, {5, 200}, true},
      {"hard link", [](FakeDisk& disk) { disk.make_hard_link("f", "g"); }, {100, 200}, true},
      {"move away and back",
       [](FakeDisk& disk) {
         disk.move("f", "g");
         disk.move("g", "f");
       },
       {100, 200},
       true},
      {"replaced",
       [](FakeDisk& disk) {
         disk.write_new("g", bytes_of("new"));
         disk.rename("g", "f");
       },
       {200, 200},
       false},
      {"removed and made again",
       [](FakeDisk& disk) {
         disk.remove("f");
         disk.write_new("f", bytes_of("new"));
       },
       {200, 200},
       false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    FakeDisk disk;
    disk.set_now(100);
    disk.put("f", "old");
    const std::uint64_t inode = inode_of(disk, "f");
    disk.tick(100);
    c.change(disk);
    EXPECT_EQ(times_of(disk, "f"), c.times);
    EXPECT_EQ(inode_of(disk, "f") == inode, c.same_inode);
  }
}

TEST(FakeDisk, CoarseTimesAreRoundedDown) {
  FakeDisk disk;
  disk.set_granularity(2 * FakeDisk::k_second);
  disk.set_now(7 * FakeDisk::k_second + 5);
  disk.put("f", "x");
  EXPECT_EQ(times_of(disk, "f"), (Times{6 * FakeDisk::k_second, 6 * FakeDisk::k_second}));
  EXPECT_EQ(disk.now_ns(), 7 * FakeDisk::k_second + 5);
}

TEST(FakeDisk, HardLinksShareBytesUntilOneIsReplaced) {
  FakeDisk disk;
  disk.put("a", "one");
  disk.make_hard_link("a", "b");
  disk.put("b", "two");
  EXPECT_EQ(disk.text("a"), "two");
  disk.write_new("new", bytes_of("three"));
  disk.rename("new", "b");
  EXPECT_EQ(disk.text("a"), "two");
  EXPECT_EQ(disk.text("b"), "three");
}

TEST(FakeDisk, RecordsWhatTheEngineDidAndNotTheTest) {
  FakeDisk disk;
  disk.put("dir/b", "x");
  disk.put("dir/a", "x");
  disk.make_link("link", "dir/a");
  EXPECT_EQ(disk.reads(), Paths());
  EXPECT_EQ(disk.stats(), Paths());
  disk.open("dir/b");
  disk.open("dir/a");
  disk.stat("link", true);
  const std::string_view names[] = {"a", "none"};
  disk.stat_in("dir", names);
  disk.write_new("dir/tmp", {});
  disk.rename("dir/tmp", "dir/c");
  disk.remove("dir/b");
  const Paths synced = {"dir/c"};
  disk.sync(synced);
  EXPECT_EQ(disk.reads(), (Paths{"dir/a", "dir/b"}));
  EXPECT_EQ(disk.stats(), (Paths{"dir/a", "dir/none", "link"}));
  EXPECT_EQ(disk.writes(), Paths{"dir/tmp"});
  EXPECT_EQ(disk.renames(), Paths{"dir/c"});
  EXPECT_EQ(disk.removes(), Paths{"dir/b"});
  EXPECT_EQ(disk.syncs(), synced);
  EXPECT_EQ(disk.files(), (Paths{"dir/a", "dir/c", "link"}));
  EXPECT_EQ(disk.files("dir"), (Paths{"dir/a", "dir/c"}));
  disk.forget();
  EXPECT_EQ(disk.reads(), Paths());
  EXPECT_EQ(disk.writes(), Paths());
}

TEST(FakeDisk, AFaultStopsTheOperationBeforeItBegins) {
  struct Case {
    const char* operation;
    std::function<void(FakeDisk&)> run;
  };
  const std::string_view names[] = {"f"};
  const Paths paths = {"f"};
  const Case cases[] = {
      {"list", [](FakeDisk& disk) { disk.list("", [](std::string_view, FileKind) { return true; }); }},
      {"stat", [](FakeDisk& disk) { disk.stat("f", false); }},
      {"stat_in", [&](FakeDisk& disk) { disk.stat_in("", names); }},
      {"open", [](FakeDisk& disk) { disk.open("f"); }},
      {"fstat", [](FakeDisk& disk) { disk.open("f")->stat(); }},
      {"read", [](FakeDisk& disk) { disk.open("f")->read(0, {}); }},
      {"real_path", [](FakeDisk& disk) { disk.real_path("f"); }},
      {"make_directories", [](FakeDisk& disk) { disk.make_directories("dir"); }},
      {"write_new", [](FakeDisk& disk) { disk.write_new("g", {}); }},
      {"rename", [](FakeDisk& disk) { disk.rename("f", "g"); }},
      {"remove", [](FakeDisk& disk) { disk.remove("f"); }},
      {"sync", [&](FakeDisk& disk) { disk.sync(paths); }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.operation);
    FakeDisk disk;
    disk.put("f", "x");
    EXPECT_NO_THROW(c.run(disk));
    FakeDisk failing;
    failing.put("f", "x");
    failing.hook = [&](const std::string& operation, const std::string&) {
      if (operation == c.operation) throw Error(ErrorCode::io, "made up");
    };
    EXPECT_THROW(c.run(failing), Error);
    failing.hook = nullptr;
    EXPECT_EQ(failing.files(), Paths{"f"});
    EXPECT_FALSE(failing.exists("dir"));
  }
}

TEST(FakeDisk, AFaultInRemovingAFolderIsJustNo) {
  FakeDisk disk;
  disk.make_folder("dir");
  disk.hook = [](const std::string&, const std::string&) { throw Error(ErrorCode::io, "made up"); };
  EXPECT_FALSE(disk.remove_empty_directory("dir"));
  EXPECT_TRUE(disk.exists("dir"));
}

// "old" exists from the start; the engine then replaces it through "tmp", creates "new" and removes "gone".
TEST(FakeDisk, APowerCutTakesWhatWasNotSynced) {
  struct Case {
    const char* name;
    Paths synced;
    FakeDisk::Loss loss;
    std::optional<std::string> old_text;
    std::optional<std::string> new_text;
    std::optional<std::string> gone_text;
  };
  using Loss = FakeDisk::Loss;
  const Case cases[] = {
      {"nothing synced", {}, Loss::undone, "before", std::nullopt, "precious"},
      {"one synced", {"old"}, Loss::undone, "after", std::nullopt, "precious"},
      {"all synced", {"old", "new", "gone"}, Loss::undone, "after", "fresh", std::nullopt},
      {"names reach the disk before bytes", {}, Loss::emptied, "", "", std::nullopt},
      {"names first, one synced", {"new"}, Loss::emptied, "", "fresh", std::nullopt},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    FakeDisk disk;
    disk.put("old", "before");
    disk.put("gone", "precious");
    disk.write_new("tmp", bytes_of("after"));
    disk.rename("tmp", "old");
    disk.write_new("new", bytes_of("fresh"));
    disk.remove("gone");
    disk.sync(c.synced);
    disk.lose_unsynced(c.loss);
    EXPECT_EQ(disk.text("old"), c.old_text);
    EXPECT_EQ(disk.text("new"), c.new_text);
    EXPECT_EQ(disk.text("gone"), c.gone_text);
    EXPECT_FALSE(disk.exists("tmp"));
    disk.lose_unsynced(Loss::undone);
    EXPECT_EQ(disk.text("old"), c.old_text) << "a second cut takes nothing more";
  }
}

TEST(FakeDisk, WhatATestMakesSurvivesAPowerCut) {
  FakeDisk disk;
  disk.write_new("f", bytes_of("engine"));
  disk.put("f", "test");
  disk.lose_unsynced();
  EXPECT_EQ(disk.text("f"), "test");
}

TEST(FakeDisk, ManyThreadsMayUseItAtOnce) {
  FakeDisk disk;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&disk, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string path = "d" + std::to_string(t) + "/f" + std::to_string(i);
        disk.make_directories("d" + std::to_string(t));
        disk.write_new(path, bytes_of("x"));
        disk.rename(path, path + ".done");
        disk.open(path + ".done");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(disk.files().size(), 800u);
  EXPECT_EQ(disk.reads().size(), 800u);
}

}  // namespace
}  // namespace thumbs::disk
