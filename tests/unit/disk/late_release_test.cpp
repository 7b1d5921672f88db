// Replaced files are freed beside the work, all of them, and nothing else is closed.
#include "disk/late_release.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <utility>

#include "support/temp_folder.h"

namespace thumbs::disk {
namespace {

// How many descriptors of files without a name are open in this process.
int held_files() {
  int held = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    struct stat found;
    if (::stat(entry.path().c_str(), &found) == 0 && S_ISREG(found.st_mode) && found.st_nlink == 0) ++held;
  }
  return held;
}

struct LateReleaseTest : testing::Test {
  TempFolder folder;

  Fd held(const std::string& name) {
    const std::string path = folder / name;
    folder.put(name, name);
    Fd fd = LateRelease::hold(ReachablePath(AT_FDCWD, path));
    std::filesystem::remove(path);
    return fd;
  }
};

TEST_F(LateReleaseTest, AHeldFileOutlivesItsName) {
  LateRelease late_release;
  Fd fd = held("a");
  ASSERT_TRUE(fd);
  EXPECT_EQ(held_files(), 1);
  late_release.give(std::move(fd));
  late_release.drain();
  EXPECT_EQ(held_files(), 0);
}

TEST_F(LateReleaseTest, ManyAtOnceAreAllClosed) {
  LateRelease late_release;
  for (int i = 0; i < 500; ++i) late_release.give(held(std::to_string(i)));
  EXPECT_LE(held_files(), 40) << "the queue is bounded";
  late_release.drain();
  EXPECT_EQ(held_files(), 0);
}

TEST_F(LateReleaseTest, TheDestructorClosesWhatWaits) {
  {
    LateRelease late_release;
    for (int i = 0; i < 20; ++i) late_release.give(held(std::to_string(i)));
  }
  EXPECT_EQ(held_files(), 0);
}

TEST_F(LateReleaseTest, NothingToHoldIsNoError) {
  const std::string missing = folder / "missing";
  Fd fd = LateRelease::hold(ReachablePath(AT_FDCWD, missing));
  EXPECT_FALSE(fd);
  LateRelease late_release;
  late_release.give(std::move(fd));
  late_release.drain();
}

}  // namespace
}  // namespace thumbs::disk
