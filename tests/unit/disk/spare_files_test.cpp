// Replaced files become later outputs, once a power cut can no longer bring them back.
#include "disk/spare_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "disk/atomic_file.h"
#include "support/fake_disk.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t k_many = 1000;
constexpr FileTraits k_usual{1, 1000, 1000, 0100644};

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string name_of(int i) { return "out/" + std::to_string(i) + ".jpg"; }

std::vector<std::string> temporaries(const FakeDisk& disk) {
  std::vector<std::string> found = disk.files("out");
  std::erase_if(found, [](const std::string& path) { return !path.starts_with("out/."); });
  return found;
}

TEST(SpareFiles, WaitUntilTheirRenameIsOnStableStorage) {
  SpareFiles spares;
  EXPECT_TRUE(spares.add({k_usual, 100}, "a"));
  EXPECT_THAT(spares.waiting(), ElementsAre("a"));
  EXPECT_FALSE(spares.take(k_usual, 100));
  spares.synced();
  EXPECT_THAT(spares.waiting(), IsEmpty());
  EXPECT_EQ(spares.take(k_usual, 100), "a");
  EXPECT_FALSE(spares.take(k_usual, 100));
}

TEST(SpareFiles, FitByTraitsAndBlocks) {
  struct Case {
    const char* name;
    FileTraits traits;
    std::uint64_t size;
    std::uint64_t wanted;
    bool fits;
  };
  const Case cases[] = {
      {"the same", k_usual, 100, 100, true},
      {"another mount", {2, 1000, 1000, 0100644}, 100, 100, false},
      {"another owner", {1, 0, 1000, 0100644}, 100, 100, false},
      {"another group", {1, 1000, 0, 0100644}, 100, 100, false},
      {"other rights", {1, 1000, 1000, 0100600}, 100, 100, false},
      {"longer within the block", k_usual, 4096, 1, true},
      {"longer by a block", k_usual, 4097, 4096, false},
      {"shorter by a block", k_usual, 4096, 4097, true},
      {"shorter by far", k_usual, 1, 1'000'000, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    SpareFiles spares;
    spares.add({c.traits, c.size}, "a");
    spares.synced();
    EXPECT_EQ(spares.take(k_usual, c.wanted).has_value(), c.fits);
  }
}

TEST(SpareFiles, TheNextLongerIsTakenAndElseTheNextShorter) {
  SpareFiles spares;
  for (const std::uint64_t size : {1U, 5000U, 5100U, 5200U, 9000U}) spares.add({k_usual, size}, std::to_string(size));
  spares.synced();
  EXPECT_EQ(spares.take(k_usual, 5050), "5100");
  EXPECT_EQ(spares.take(k_usual, 5050), "5200");
  EXPECT_EQ(spares.take(k_usual, 5050), "5000");
  EXPECT_EQ(spares.take(k_usual, 5050), "1");
  EXPECT_FALSE(spares.take(k_usual, 5050));
  EXPECT_THAT(spares.take_all(), ElementsAre("9000"));
}

TEST(SpareFiles, AreBoundedAndGivenBackWhole) {
  SpareFiles spares;
  int added = 0;
  while (spares.add({k_usual, 100}, std::to_string(added))) ++added;
  EXPECT_EQ(added, 2048);
  spares.synced();
  EXPECT_TRUE(spares.take(k_usual, 100));
  EXPECT_TRUE(spares.add({k_usual, 100}, "one more"));
  EXPECT_THAT(spares.take_all(), SizeIs(2048));
  EXPECT_THAT(spares.take_all(), IsEmpty());
}

// Ten outputs that stand, on a disk where files are reused.
struct Reuse : testing::Test {
  Reuse() {
    disk.reuses_files = true;
    for (int i = 0; i < 10; ++i) disk.put(name_of(i), "old");
  }

  void publish(Publisher& publisher, int i, std::string_view text) {
    publisher.place(publisher.stage(name_of(i), bytes_of(text)).temporary, name_of(i));
  }

  FakeDisk disk;
};

TEST_F(Reuse, BeginsAfterAFlushAndLeavesNothing) {
  {
    Publisher publisher(disk);
    publisher.expect(k_many);
    publish(publisher, 0, "first");
    publish(publisher, 1, "first");
    EXPECT_THAT(disk.overwrites(), IsEmpty());
    EXPECT_THAT(publisher.to_be_flushed(), SizeIs(1)) << "one stands for its file system";
    publisher.flushed();
    publish(publisher, 2, "second");
    EXPECT_THAT(disk.overwrites(), SizeIs(1));
    EXPECT_THAT(disk.writes(), SizeIs(2));
    EXPECT_EQ(disk.text(name_of(2)), "second");
  }
  EXPECT_THAT(temporaries(disk), IsEmpty());
  EXPECT_EQ(disk.text(name_of(0)), "first");
}

TEST_F(Reuse, KeepsNoMoreThanItWillNeed) {
  Publisher publisher(disk);
  publisher.expect(6);
  for (int i = 0; i < 3; ++i) publish(publisher, i, "first");
  EXPECT_THAT(temporaries(disk), SizeIs(3)) << "three more will come";
  publisher.flushed();
  for (int i = 3; i < 6; ++i) publish(publisher, i, "second");
  EXPECT_THAT(disk.overwrites(), SizeIs(3));
  EXPECT_THAT(temporaries(disk), IsEmpty()) << "before the end already";
}

TEST_F(Reuse, WhatCannotBeWrittenOverIsDropped) {
  Publisher publisher(disk);
  publisher.expect(k_many);
  publish(publisher, 0, "first");
  publisher.flushed();
  const std::string spare = temporaries(disk).at(0);
  disk.make_hard_link(spare, "somebody's");
  publish(publisher, 1, "second");
  EXPECT_EQ(disk.text(name_of(1)), "second");
  EXPECT_EQ(disk.text("somebody's"), "old");
  EXPECT_FALSE(disk.exists(spare));
}

TEST_F(Reuse, AFileWithAnotherNameIsNoSpare) {
  disk.make_hard_link(name_of(0), "somebody's");
  Publisher publisher(disk);
  publisher.expect(k_many);
  publish(publisher, 0, "first");
  EXPECT_THAT(temporaries(disk), IsEmpty());
  publisher.flushed();
  publish(publisher, 1, "second");
  EXPECT_EQ(disk.text("somebody's"), "old");
}

TEST_F(Reuse, MakesRoomOnAFullDisk) {
  Publisher publisher(disk);
  publisher.expect(k_many);
  publish(publisher, 0, "first");
  publish(publisher, 1, "first");
  EXPECT_THAT(temporaries(disk), SizeIs(2));
  disk.hook = [&](const std::string& operation, const std::string& path) {
    if (operation == "write_new" && !temporaries(disk).empty())
      throw Error(ErrorCode::no_space, "No space left on device", path, "write");
  };
  EXPECT_NO_THROW(publish(publisher, 5, "second"));
  EXPECT_EQ(disk.text(name_of(5)), "second");
}

TEST_F(Reuse, EndsWhereFilesCannotLeaveTheirFolder) {
  disk.keeps_folders_apart = true;
  disk.put("other/1.jpg", "old");
  disk.put("other/2.jpg", "old");
  {
    Publisher publisher(disk);
    publisher.expect(k_many);
    publish(publisher, 0, "first");
    publish(publisher, 1, "first");
    publisher.drop(publisher.stage("other/0.jpg", bytes_of("so that it is known what files are like there")).temporary);
    publisher.flushed();
    for (const char* path : {"other/1.jpg", "other/2.jpg"})
      publisher.place(publisher.stage(path, bytes_of("second")).temporary, path);
    EXPECT_EQ(disk.overwrites().size(), 1U) << "none after the first that could not be renamed";
    publisher.flushed();
    publish(publisher, 2, "third");
    EXPECT_EQ(disk.overwrites().size(), 1U);
  }
  EXPECT_EQ(disk.text("other/1.jpg"), "second");
  EXPECT_EQ(disk.text("other/2.jpg"), "second");
  EXPECT_THAT(disk.files("other"), ElementsAre("other/1.jpg", "other/2.jpg"));
  EXPECT_THAT(temporaries(disk), IsEmpty());
}

TEST_F(Reuse, AFolderInTheWayFailsAsEver) {
  disk.put("out/11.jpg/inside", "x");
  Publisher publisher(disk);
  publisher.expect(k_many);
  publish(publisher, 0, "first");
  publisher.flushed();
  EXPECT_THROW(publish(publisher, 11, "second"), Error);
  EXPECT_EQ(disk.text("out/11.jpg/inside"), "x");
}

// Random runs, ended by power cuts: each output holds, whole, what it had at the last flush or what it was given since.
TEST_F(Reuse, PowerCutsLeaveWholeFiles) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int written = 0;
  for (int round = 0; round < 300; ++round) {
    std::map<int, std::set<std::string>> allowed;
    for (int i = 0; i < 10; ++i) allowed[i] = {*disk.text(name_of(i))};
    disk.settle_all();
    {
      Publisher publisher(disk);
      publisher.expect(k_many);
      FakeDisk before_the_cut;
      const int batches = 1 + below(6);
      for (int batch = 0; batch < batches; ++batch) {
        std::map<int, std::string> staged;
        for (int files = below(8); files > 0; --files) {
          const int i = below(10);
          if (staged.contains(i)) continue;
          const std::string text = "text " + std::to_string(++written) + std::string(below(3) * 4000U, '.');
          staged[i] = publisher.stage(name_of(i), bytes_of(text)).temporary;
          allowed[i].insert(text);
        }
        if (batch + 1 == batches && below(2) == 0) before_the_cut.become(disk);
        std::vector<std::string> paths = publisher.to_be_flushed();
        for (const auto& [i, temporary] : staged) paths.push_back(temporary);
        if (disk.sync(paths)) publisher.flushed();
        for (const auto& [i, temporary] : staged) publisher.place(temporary, name_of(i));
        if (batch + 1 == batches && before_the_cut.files().empty()) before_the_cut.become(disk);
      }
      before_the_cut.lose_unsynced(below(2) == 0 ? FakeDisk::Loss::undone : FakeDisk::Loss::emptied);
      for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(allowed[i].contains(before_the_cut.text(name_of(i)).value_or("missing"))) << name_of(i);
    }
    EXPECT_THAT(temporaries(disk), IsEmpty());
  }
  EXPECT_GT(disk.overwrites().size(), 500U) << "the test tests something";
}

}  // namespace
}  // namespace thumbs::disk
