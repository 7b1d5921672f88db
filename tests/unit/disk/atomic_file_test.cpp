// Atomic files: readers see the old file or the new one, and no temporary files are left.
#include "disk/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/fake_disk.h"
#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

FileStat publish(Publisher& publisher, const std::string& path, std::string_view text) {
  const Publisher::Staged staged = publisher.stage(path, bytes_of(text));
  publisher.place(staged.temporary, path);
  return staged.stat;
}

void publish(Disk& disk, const std::string& path, std::string_view text) {
  Publisher publisher(disk);
  publish(publisher, path, text);
}

// The id of a dead process.
pid_t dead_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  return child;
}

TEST(Publish, WritesBesideItsPlaceAndRenames) {
  FakeDisk disk;
  Publisher publisher(disk);
  const FileStat stat = publish(publisher, "out/x/1.jpg", "new");
  EXPECT_EQ(disk.text("out/x/1.jpg"), "new");
  EXPECT_EQ(stat.kind, FileKind::regular);
  EXPECT_EQ(stat.stat_data, disk.stat("out/x/1.jpg", false).stat_data);
  EXPECT_THAT(disk.writes(), ElementsAre(StartsWith("out/x/.thumbs-tmp-")));
  EXPECT_THAT(disk.renames(), ElementsAre("out/x/1.jpg"));
  EXPECT_THAT(disk.files(), ElementsAre("out/x/1.jpg"));
}

TEST(Publish, WorksAtTheManifestsFolderToo) {
  FakeDisk disk;
  publish(disk, "1.jpg", "new");
  EXPECT_THAT(disk.files(), ElementsAre("1.jpg"));
}

TEST(Publish, MakesAFolderOnce) {
  FakeDisk disk;
  Publisher publisher(disk);
  int made = 0;
  disk.hook = [&](const std::string& operation, const std::string&) {
    made += operation == "make_directories" ? 1 : 0;
  };
  publish(publisher, "out/1.jpg", "1");
  publish(publisher, "out/2.jpg", "2");
  EXPECT_EQ(made, 1);
  EXPECT_THAT(disk.writes(), SizeIs(2));
  EXPECT_NE(disk.writes()[0], disk.writes()[1]) << "no two temporary files have one name";
}

TEST(Publish, ReplacesALinkAndNeverWritesThroughIt) {
  struct Case {
    const char* name;
    void (*link)(FakeDisk&);
  };
  const Case cases[] = {
      {"symbolic", [](FakeDisk& disk) { disk.make_link("out/1.jpg", "../in/original.jpg"); }},
      {"hard", [](FakeDisk& disk) { disk.make_hard_link("in/original.jpg", "out/1.jpg"); }},
      {"to nothing", [](FakeDisk& disk) { disk.make_link("out/1.jpg", "nowhere"); }},
      {"to itself", [](FakeDisk& disk) { disk.make_link("out/1.jpg", "1.jpg"); }},
      {"to a folder", [](FakeDisk& disk) { disk.make_link("out/1.jpg", "../in"); }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    FakeDisk disk;
    disk.put("in/original.jpg", "original");
    disk.make_folder("out");
    c.link(disk);
    publish(disk, "out/1.jpg", "new");
    EXPECT_EQ(disk.text("in/original.jpg"), "original");
    EXPECT_EQ(disk.text("out/1.jpg"), "new");
    EXPECT_EQ(disk.stat("out/1.jpg", false).kind, FileKind::regular);
    EXPECT_THAT(disk.files(), ElementsAre("in/original.jpg", "out/1.jpg"));
  }
}

TEST(Publish, AFailureLeavesTheOldFileWholeAndNoTemporary) {
  struct Case {
    std::string operation;
    ErrorCode code;
    std::string stands;  // at the output's path afterwards
  };
  const Case cases[] = {
      {"make_directories", ErrorCode::unwritable, "old"},
      {"write_new", ErrorCode::no_space, "old"},
      {"write_new", ErrorCode::io, "old"},
      {"rename", ErrorCode::unwritable, "old"},
      {"rename", ErrorCode::io, "old"},
      {"stat", ErrorCode::io, "old"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.operation);
    FakeDisk disk;
    disk.put("out/1.jpg", "old");
    disk.hook = [&](const std::string& operation, const std::string& path) {
      if (operation == c.operation) throw Error(c.code, "told to fail", path, "somewhere");
    };
    try {
      publish(disk, "out/1.jpg", "new");
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), c.code);
      EXPECT_EQ(error.path(), "out/1.jpg") << "people know nothing of temporary files";
      EXPECT_EQ(error.stage(), "write");
    }
    disk.hook = nullptr;
    EXPECT_EQ(disk.text("out/1.jpg"), c.stands);
    EXPECT_THAT(disk.files(), ElementsAre("out/1.jpg"));
  }
}

TEST(Publish, AFailureToTidyUpDoesNotHideTheFirst) {
  FakeDisk disk;
  disk.hook = [&](const std::string& operation, const std::string& path) {
    if (operation == "rename") throw Error(ErrorCode::no_space, "the first", path, "write");
    if (operation == "remove") throw Error(ErrorCode::io, "the second", path, "write");
  };
  try {
    publish(disk, "out/1.jpg", "new");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::no_space);
    EXPECT_EQ(error.message(), "the first");
  }
}

TEST(Publish, UntilItIsPlacedTheOldFileStands) {
  FakeDisk disk;
  disk.put("out/1.jpg", "old");
  Publisher publisher(disk);
  const Publisher::Staged staged = publisher.stage("out/1.jpg", bytes_of("new"));
  EXPECT_THAT(disk.files(), ElementsAre(staged.temporary, "out/1.jpg"));
  EXPECT_EQ(disk.text(staged.temporary), "new");
  EXPECT_EQ(disk.text("out/1.jpg"), "old");
  publisher.drop(staged.temporary);
  EXPECT_THAT(disk.files(), ElementsAre("out/1.jpg"));
  publisher.drop(staged.temporary);  // it may be gone already
}

TEST(Publish, WhatMustBeNewReplacesNothing) {
  FakeDisk disk;
  Publisher publisher(disk);
  EXPECT_TRUE(publisher.place_new(publisher.stage("out/1.jpg", bytes_of("first")).temporary, "out/1.jpg"));
  EXPECT_FALSE(publisher.place_new(publisher.stage("out/1.jpg", bytes_of("second")).temporary, "out/1.jpg"));
  EXPECT_EQ(disk.text("out/1.jpg"), "first");
  EXPECT_THAT(disk.files(), ElementsAre("out/1.jpg"));
}

TEST(Publish, AFolderAtTheOutputsPathFails) {
  FakeDisk disk;
  disk.put("out/1.jpg/inside", "x");
  EXPECT_THROW(publish(disk, "out/1.jpg", "new"), Error);
  EXPECT_THAT(disk.files(), ElementsAre("out/1.jpg/inside"));
}

// A disk on which creating a file takes as long as `slow` says.
void slow_down(FakeDisk& disk, const bool& slow) {
  disk.hook = [&slow](const std::string& operation, const std::string&) {
    if (operation == "write_new" && slow) std::this_thread::sleep_for(std::chrono::microseconds(200));
  };
}

bool is_in_staging_folder(const std::string& temporary) { return std::ranges::count(temporary, '/') == 2; }

TEST(Staging, BeginsWhereCreatingFilesIsSlowAndLeavesNothing) {
  FakeDisk disk;
  disk.spreads_folders = true;
  bool slow = false;
  slow_down(disk, slow);
  std::vector<bool> staged;
  {
    Publisher publisher(disk);
    for (int i = 0; i < 64; ++i) {
      slow = i >= 32;
      const std::string path = "out/" + std::to_string(i) + ".jpg";
      const Publisher::Staged file = publisher.stage(path, bytes_of("new"));
      staged.push_back(is_in_staging_folder(file.temporary));
      publisher.place(file.temporary, path);
    }
    EXPECT_TRUE(std::none_of(staged.begin(), staged.begin() + 48, [](bool is) { return is; }));
    EXPECT_TRUE(std::all_of(staged.begin() + 48, staged.end(), [](bool is) { return is; }));
    const Publisher::Staged elsewhere = publisher.stage("other/1.jpg", bytes_of("new"));
    EXPECT_FALSE(is_in_staging_folder(elsewhere.temporary)) << "each folder counts for itself";
    publisher.drop(elsewhere.temporary);
  }
  EXPECT_THAT(disk.files(), SizeIs(64));
  EXPECT_THAT(disk.list("out", [](std::string_view name, FileKind) { return name.starts_with("."); }), IsEmpty());
}

TEST(Staging, MovesOnWhereItIsSlowTooButNotForEver) {
  FakeDisk disk;
  disk.spreads_folders = true;
  const bool slow = true;
  slow_down(disk, slow);
  {
    Publisher publisher(disk);
    for (int i = 0; i < 80; ++i) publish(publisher, "out/" + std::to_string(i) + ".jpg", "new");
  }
  std::set<std::string> folders;
  for (const std::string& temporary : disk.writes())
    if (is_in_staging_folder(temporary)) folders.insert(temporary.substr(0, temporary.rfind('/')));
  EXPECT_THAT(folders, SizeIs(8));
  EXPECT_THAT(disk.files(), SizeIs(80));
  EXPECT_THAT(disk.list("out", [](std::string_view name, FileKind) { return name.starts_with("."); }), IsEmpty());
}

TEST(Staging, IsLeftOutWhereTheDiskCannot) {
  FakeDisk disk;
  const bool slow = true;
  slow_down(disk, slow);
  Publisher publisher(disk);
  for (int i = 0; i < 40; ++i) publish(publisher, "out/" + std::to_string(i) + ".jpg", "new");
  EXPECT_THAT(disk.writes(), testing::Each(testing::ResultOf(is_in_staging_folder, false)));
}

TEST(Staging, TheRealDiskMakesFoldersThatFilesCanLeave) {
  const TempFolder folder;
  const std::unique_ptr<Disk> disk = open_disk(folder.path());
  disk->make_directories("out");
  if (disk->make_folder_apart("out/apart", "out/spare")) {
    disk->write_new("out/apart/1", bytes_of("new"));
    disk->rename("out/apart/1", "out/1");
    EXPECT_TRUE(disk->remove_empty_directory("out/apart"));
  } else {
    EXPECT_FALSE(std::filesystem::exists(folder / "out/apart"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "out/spare"));
  EXPECT_FALSE(disk->make_folder_apart("missing/apart", "missing/spare"));
}

// On the real disk: names of the maximum length.
TEST(Publish, ANameOf255BytesWorks) {
  const TempFolder folder;
  const std::unique_ptr<Disk> disk = open_disk(folder.path());
  const std::string name = std::string(251, 'n') + ".jpg";
  {
    Publisher publisher(*disk);
    publish(publisher, "out/" + name, "new");
    EXPECT_EQ(publish(publisher, "out/" + name, "newer").stat_data.size, 5U);
    EXPECT_EQ(std::filesystem::file_size(folder / ("out/" + name)), 5U);
    EXPECT_THROW(publish(publisher, "out/n" + name, "new"), Error) << "256 are too many";
  }
  int files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder / "out")) ++files;
  EXPECT_EQ(files, 1);
}

TEST(Sweep, RemovesWhatADeadRunLeftAndNothingElse) {
  const std::string dead = std::to_string(dead_process());
  const std::string own = std::to_string(::getpid());
  const pid_t other_run = ::fork();
  if (other_run == 0) {
    for (;;) ::pause();
  }
  const std::string living = std::to_string(other_run);
  FakeDisk disk;
  publish(disk, "place/x", "x");
  const std::string temporary = disk.writes().front();
  const std::string place = temporary.substr(temporary.rfind('-') + 1);
  const pid_t ended_run = ::fork();
  if (ended_run == 0) ::_exit(0);
  siginfo_t info;
  ::waitid(P_PID, static_cast<id_t>(ended_run), &info, WEXITED | WNOWAIT);
  const std::string zombie = std::to_string(ended_run);
  struct Case {
    std::string name;
    bool swept;
  };
  const Case cases[] = {
      {".thumbs-tmp-" + dead + "-1", true},
      {".thumbs-tmp-" + own + "-1", true},  // this run has not written yet: an earlier process had our id
      {".thumbs-tmp-1-1", true},            // alive, but another program: the id was reused
      {".thumbs-tmp-" + living + "-77", false},
      {".thumbs-tmp-" + living + "-77-" + place, false},
      {".thumbs-tmp-" + dead + "-77-" + place, true},
      {".thumbs-tmp-" + dead + "-77-0123abcd", false},  // of another machine, where the id may be alive
      {".thumbs-tmp-" + dead + "-77-0123abc", true},
      {".thumbs-tmp-" + zombie + "-77", true},  // dead, but nobody has waited for it yet
      {".thumbs-tmp-", true},
      {".thumbs-tmp-x", true},
      {".thumbs-tmp-0-1", true},
      {".thumbs-tmp--1-1", true},
      {".thumbs-tmp-99999999999999999999-1", true},
      {".thumbs-tmp", false},
      {".thumbs", false},
      {"thumbs-tmp-" + dead + "-1", false},
      {"x.thumbs-tmp-" + dead + "-1", false},
      {"1.jpg", false},
  };
  std::size_t expected = 0;
  for (const Case& c : cases) {
    disk.put("out/" + c.name, "x");
    expected += c.swept ? 1 : 0;
  }
  disk.put("elsewhere/.thumbs-tmp-" + dead + "-1", "x");
  EXPECT_EQ(sweep_temporaries(disk, {"out", "missing"}), expected);
  ::waitpid(ended_run, nullptr, 0);
  ::kill(other_run, SIGKILL);
  ::waitpid(other_run, nullptr, 0);
  for (const Case& c : cases) EXPECT_EQ(disk.exists("out/" + c.name), !c.swept) << c.name;
  EXPECT_TRUE(disk.exists("elsewhere/.thumbs-tmp-" + dead + "-1")) << "only the folders it is told of";
}

TEST(Sweep, WhatAnotherMachineLeftGoesAfterAnHour) {
  FakeDisk disk;
  disk.put("out/.thumbs-tmp-7-1-0123abcd", "x");
  disk.tick(std::int64_t{59} * 60 * 1000000000);
  EXPECT_EQ(sweep_temporaries(disk, {"out"}), 0U);
  disk.tick(std::int64_t{2} * 60 * 1000000000);
  EXPECT_EQ(sweep_temporaries(disk, {"out"}), 1U);
}

TEST(Sweep, LeavesLinksAndFilesInFoldersOfSuchNames) {
  FakeDisk disk;
  disk.put("out/.thumbs-tmp-x/photo.jpg", "x");
  disk.put("out/.thumbs-tmp-x/.thumbs-tmp-x/.thumbs-tmp-x", "x");
  disk.make_link("out/.thumbs-tmp-y", "somewhere");
  EXPECT_EQ(sweep_temporaries(disk, {"out"}), 0U);
  EXPECT_THAT(disk.files(), ElementsAre("out/.thumbs-tmp-x/.thumbs-tmp-x/.thumbs-tmp-x", "out/.thumbs-tmp-x/photo.jpg",
                                        "out/.thumbs-tmp-y"));
}

TEST(Sweep, RemovesTheStagingFoldersOfDeadRuns) {
  const std::string dead = std::to_string(dead_process());
  FakeDisk disk;
  disk.put("out/.thumbs-tmp-" + dead + "-1/.thumbs-tmp-" + dead + "-2", "x");
  disk.put("out/.thumbs-tmp-" + dead + "-1/.thumbs-tmp-" + dead + "-3", "x");
  disk.make_folder("out/.thumbs-tmp-" + dead + "-4/.thumbs-tmp-" + dead + "-5");
  disk.put("out/.thumbs-tmp-7-1-0123abcd/.thumbs-tmp-7-2-0123abcd", "may be alive elsewhere");
  EXPECT_EQ(sweep_temporaries(disk, {"out"}), 2U);
  EXPECT_THAT(disk.files(), ElementsAre("out/.thumbs-tmp-7-1-0123abcd/.thumbs-tmp-7-2-0123abcd"));
  for (const char* const number : {"1", "4"}) EXPECT_FALSE(disk.exists("out/.thumbs-tmp-" + dead + "-" + number));
}

TEST(Sweep, AFolderThatCannotBeListedStopsNothing) {
  FakeDisk disk;
  disk.put("a/.thumbs-tmp-x", "x");
  disk.put("b/.thumbs-tmp-x", "x");
  disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "list" && path == "a") throw Error(ErrorCode::unreadable, "no", path, "scan");
  };
  EXPECT_EQ(sweep_temporaries(disk, {"a", "b"}), 1U);
  EXPECT_THAT(disk.files(), ElementsAre("a/.thumbs-tmp-x"));
}

}  // namespace
}  // namespace thumbs::disk
