// Tests of the real disk only: special files, limits of the system, stable storage.
#include "disk/real_disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <limits>
#include <thread>

#include "support/fd.h"
#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

void expect_error(ErrorCode code, std::string_view text, const std::function<void()>& body) {
  try {
    body();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string_view(error.what()).find(text), std::string_view::npos) << error.what();
  }
}

class RealDiskTest : public testing::Test {
 protected:
  TempFolder folder;
  std::unique_ptr<Disk> disk = open_disk(folder.path());
};

TEST_F(RealDiskTest, SignaturesAreWhatTheSystemSaysToTheNanosecond) {
  folder.put("file", "12345");
  const timespec times[] = {{1, 2}, {1'500'000'000, 123'456'789}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (folder / "file").c_str(), times, 0), 0);
  struct stat found;
  ASSERT_EQ(::stat((folder / "file").c_str(), &found), 0);
  const FileStat stat = disk->stat("file", false);
  EXPECT_EQ(stat.stat_data.size, 5u);
  EXPECT_EQ(stat.stat_data.mtime_ns, 1'500'000'000'123'456'789);
  EXPECT_EQ(stat.stat_data.ctime_ns, found.st_ctim.tv_sec * 1'000'000'000 + found.st_ctim.tv_nsec);
  EXPECT_EQ(stat.stat_data.inode, found.st_ino);
  EXPECT_EQ(stat.device, found.st_dev);
}

TEST_F(RealDiskTest, TimesOutOfRangeArePinnedToItsEnds) {
  struct Case {
    timespec time;
    std::int64_t ns;
  };
  const Case cases[] = {
      {{0, 0}, 0},
      {{-1, 999'999'999}, -1},
      {{9'223'372'035, 999'999'999}, 9'223'372'035'999'999'999},
      {{9'300'000'000, 1}, std::numeric_limits<std::int64_t>::max()},
      {{std::numeric_limits<time_t>::max(), 0}, std::numeric_limits<std::int64_t>::max()},
      {{std::numeric_limits<time_t>::min(), 0}, std::numeric_limits<std::int64_t>::min()},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.time.tv_sec);
    struct stat raw = {};
    raw.st_mtim = c.time;
    EXPECT_EQ(to_file_stat(raw).stat_data.mtime_ns, c.ns);
  }
}

TEST_F(RealDiskTest, TheClockIsTheFilesClock) {
  const std::int64_t before = disk->now_ns();
  folder.put("file", "x");
  const std::int64_t mtime = disk->stat("file", false).stat_data.mtime_ns;
  constexpr std::int64_t k_tolerance = 1'000'000'000;
  EXPECT_GE(mtime, before - k_tolerance);
  EXPECT_LE(mtime, disk->now_ns() + k_tolerance);
}

TEST_F(RealDiskTest, NeverWaitsForAFifo) {
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(disk->stat("pipe", true).kind, FileKind::other);
  expect_error(ErrorCode::unreadable, "pipe: read: not a regular file", [&] { disk->open("pipe"); });
  expect_error(ErrorCode::unreadable, "/dev/null: read: not a regular file", [&] { disk->open("/dev/null"); });
}

TEST_F(RealDiskTest, ReadingAheadWaitsForNothingAndChangesNothing) {
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  folder.put("file", "abc");
  const FileStat before = disk->stat("file", true);
  for (const char* path : {"file", "pipe", "", "missing", "file/below"}) disk->will_read(path, 1 << 20);
  EXPECT_EQ(disk->stat("file", true).stat_data, before.stat_data);
  std::vector<std::byte> bytes(4);
  EXPECT_EQ(disk->open("file")->read(0, bytes), 3U);
}

TEST_F(RealDiskTest, ListsAFolderOfManyFilesWhole) {
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) {
    names.push_back("file-" + std::to_string(i));
    folder.put(names.back(), std::string(static_cast<std::size_t>(i % 3), 'x'));
  }
  std::vector<DirEntry> found = disk->list("", [](std::string_view name, FileKind) { return name != "file-77"; });
  ASSERT_EQ(found.size(), names.size() - 1);
  for (const DirEntry& entry : found) {
    ASSERT_EQ(entry.stat.stat_data, disk->stat(entry.name, false).stat_data) << entry.name;
  }
}

TEST_F(RealDiskTest, KeepsItsFolderWhenTheCurrentOneChanges) {
  folder.put("file", "x");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path("/");
  EXPECT_EQ(disk->stat("file", false).kind, FileKind::regular);
  EXPECT_EQ(disk->real_path("file"), folder / "file");
  std::filesystem::current_path(before);
}

TEST_F(RealDiskTest, TakesAbsolutePathsAndPathsAboveItsFolder) {
  folder.put("inner/file", "x");
  const std::unique_ptr<Disk> inner = open_disk(folder / "inner");
  EXPECT_EQ(inner->stat("../inner/file", false).kind, FileKind::regular);
  EXPECT_EQ(inner->stat(folder / "inner/file", false).kind, FileKind::regular);
  EXPECT_EQ(inner->real_path(folder / "inner/../inner/file"), folder / "inner/file");
}

TEST(RealDisk, AFolderThatIsNotThereCannotBeOpened) {
  const TempFolder folder;
  folder.put("file", "x");
  expect_error(ErrorCode::unreadable, "none", [&] { open_disk(folder / "none"); });
  expect_error(ErrorCode::unreadable, "Not a directory", [&] { open_disk(folder / "file"); });
}

TEST_F(RealDiskTest, NamesThatAreTooLongFailAlone) {
  const std::string longest(255, 'n');
  const std::string longer(256, 'n');
  disk->write_new(longest, bytes_of("x"));
  EXPECT_EQ(disk->stat(longest, false).kind, FileKind::regular);
  const std::string_view names[] = {longer, longest};
  EXPECT_EQ(disk->stat(longer, false).kind, FileKind::missing);
  EXPECT_EQ(disk->stat(std::string(5000, 'n'), false).kind, FileKind::missing);
  EXPECT_EQ(disk->stat_in("", names)[0].kind, FileKind::missing);
  EXPECT_EQ(disk->stat_in("", names)[1].kind, FileKind::regular);
  EXPECT_EQ(disk->real_path(longer), "");
  EXPECT_EQ(disk->real_path(std::string(5000, 'n')), "");
  for (const std::string& name : {longer, std::string(5000, 'n')}) {
    SCOPED_TRACE(name.size());
    expect_error(ErrorCode::unreadable, "File name too long", [&] { disk->open(name); });
    expect_error(ErrorCode::unwritable, "File name too long", [&] { disk->write_new(name, {}); });
    expect_error(ErrorCode::unwritable, "File name too long", [&] { disk->rename(longest, name); });
    expect_error(ErrorCode::unwritable, "File name too long", [&] { disk->make_directories(name + "/x"); });
  }
}

// `levels` folders of `name_size` bytes each.
std::string deep_folder(std::size_t levels, std::size_t name_size) {
  std::string path;
  for (std::size_t i = 0; i < levels; ++i) path += (i == 0 ? "" : "/") + std::string(name_size, 'd');
  return path;
}

int open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<int>(std::distance(begin(entries), end(entries)));
}

// Removed files are closed by another thread, a little later.
bool closes_all_but(int descriptors) {
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + std::chrono::seconds(20);
  while (open_descriptors() > descriptors && steady_clock::now() < end) std::this_thread::yield();
  return open_descriptors() == descriptors;
}

// One call accepts 4,095 bytes of a path. Tests all lengths around its multiples, where a piece may end with a name, a
// slash or nothing.
TEST_F(RealDiskTest, PathsOfAnyLengthWork) {
  struct Case {
    std::size_t levels;
    std::size_t name_size;
  };
  const Case cases[] = {{16, 255}, {40, 100}, {63, 64}, {64, 63}, {511, 7}, {40, 250}};
  const int descriptors = open_descriptors();
  for (const Case& c : cases) {
    SCOPED_TRACE(testing::Message() << c.levels << " x " << c.name_size);
    const std::string top = "case-" + std::to_string(&c - cases);
    const std::string dir = top + "/" + deep_folder(c.levels, c.name_size);
    disk->make_directories(dir);
    disk->make_directories(dir);
    EXPECT_EQ(disk->stat(dir, true).kind, FileKind::directory);
    // Longer names move the end of the path across all limits.
    for (std::size_t size = 1; size <= 255; size += 1 + size / 12) {
      const std::string name(size, 'f');
      disk->write_new(dir + "/t", bytes_of("12345"));
      disk->rename(dir + "/t", dir + "/" + name);
      ASSERT_EQ(disk->stat(dir + "/" + name, false).stat_data.size, 5u) << size;
      ASSERT_EQ(disk->open(dir + "/" + name)->stat().stat_data.size, 5u) << size;
      ASSERT_EQ(disk->real_path(dir + "/" + name), folder.path() + "/" + dir + "/" + name) << size;
      ASSERT_EQ(disk->real_path(dir + "/../" + name), "") << size;
    }
    const std::string path = dir + "/f";
    const std::string_view names[] = {"f", "none"};
    EXPECT_EQ(disk->stat_in(dir, names)[0].kind, FileKind::regular);
    EXPECT_EQ(disk->stat_in(dir, names)[1].kind, FileKind::missing);
    EXPECT_GT(disk->list(dir, [](std::string_view, FileKind) { return true; }).size(), 20u);
    expect_error(ErrorCode::unwritable, "File exists", [&] { disk->write_new(path, {}); });
    expect_error(ErrorCode::unwritable, "is not a folder", [&] { disk->make_directories(path + "/x"); });
    EXPECT_FALSE(disk->remove_empty_directory(dir));
    EXPECT_FALSE(disk->remove(dir + "/none"));
    EXPECT_TRUE(disk->remove(path));
    disk->make_directories(dir + "/e");
    EXPECT_TRUE(disk->remove_empty_directory(dir + "/e"));
    EXPECT_EQ(disk->stat(dir + "/e", false).kind, FileKind::missing);
    EXPECT_TRUE(closes_all_but(descriptors));
  }
}

TEST_F(RealDiskTest, LinksAreResolvedAndFilesSyncedInPathsOfAnyLength) {
  const std::string deep = deep_folder(60, 100);
  const std::string real = folder.path() + "/" + deep;
  disk->make_directories(deep);
  disk->write_new(deep + "/file", bytes_of("x"));
  const Fd dir = open_folder_at(AT_FDCWD, real);
  ASSERT_TRUE(dir);
  const auto link = [&](const char* target, const char* name) { ASSERT_EQ(::symlinkat(target, dir.get(), name), 0); };
  link("file", "near");
  link("..//./..", "up");
  link(folder.path().c_str(), "home");
  link("nothing", "dangling");
  link("loop", "loop");
  link("file/", "no-folder");
  const std::vector<std::string> written = {deep + "/file"};
  disk->sync(written);
  RealDisk(folder.path(), false).sync(written);
  const std::string above = real.substr(0, real.size() - 2 * 101);
  EXPECT_EQ(disk->real_path(deep + "/near"), real + "/file");
  EXPECT_EQ(disk->real_path(deep + "/up"), above);
  EXPECT_EQ(disk->real_path(deep + "//up/./"), above);
  EXPECT_EQ(disk->real_path(deep + "/home/"), folder.path());
  EXPECT_EQ(disk->real_path(deep + "/home/" + deep + "/near"), real + "/file");
  EXPECT_EQ(disk->real_path(real + "/up/../" + deep.substr(0, 3 * 101 - 1)),
            real.substr(0, real.size() - 3 * 101) + "/" + deep.substr(0, 3 * 101 - 1));
  for (const char* none : {"/dangling", "/loop", "/no-folder", "/none", "/file/", "/file/x", "/near/."}) {
    EXPECT_EQ(disk->real_path(deep + none), "") << none;
  }
}

TEST_F(RealDiskTest, NewFilesHaveTheUsualMode) {
  const mode_t before = ::umask(027);
  disk->write_new("file", {});
  disk->make_directories("dir");
  ::umask(before);
  struct stat found;
  ASSERT_EQ(::stat((folder / "file").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0640u);
  ASSERT_EQ(::stat((folder / "dir").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0750u);
}

// The file size limit simulates a full disk: one write is short, and the next one fails.
TEST_F(RealDiskTest, AFileThatDoesNotFitIsRemovedAgain) {
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 1000, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string bytes(3000, 'x');
  expect_error(ErrorCode::no_space, "file: write: File too large", [&] { disk->write_new("file", bytes_of(bytes)); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(disk->stat("file", false).kind, FileKind::missing);
}

TEST_F(RealDiskTest, ErrorsSpeakTheReportsLanguage) {
  struct Case {
    int error;
    ErrorCode reading;
    ErrorCode writing;
  };
  const Case cases[] = {
      {EACCES, ErrorCode::unreadable, ErrorCode::unwritable},
      {EPERM, ErrorCode::unreadable, ErrorCode::unwritable},
      {EROFS, ErrorCode::io, ErrorCode::unwritable},
      {ENOSPC, ErrorCode::io, ErrorCode::no_space},
      {EDQUOT, ErrorCode::io, ErrorCode::no_space},
      {EFBIG, ErrorCode::io, ErrorCode::no_space},
      {EIO, ErrorCode::io, ErrorCode::io},
      {ESTALE, ErrorCode::io, ErrorCode::io},
      {ENAMETOOLONG, ErrorCode::unreadable, ErrorCode::unwritable},
      {ENOMEM, ErrorCode::memory, ErrorCode::memory},
  };
  for (const Case& c : cases) {
    const std::string text = std::string("p/q.jpg: stage: ") + std::strerror(c.error);
    SCOPED_TRACE(text);
    expect_error(c.reading, text, [&] { throw_errno(c.error, Access::read, "p/q.jpg", "stage"); });
    expect_error(c.writing, text, [&] { throw_errno(c.error, Access::write, "p/q.jpg", "stage"); });
  }
}

TEST_F(RealDiskTest, SyncsFileByFileWhereItMust) {
  RealDisk old_kernel(folder.path(), false);
  old_kernel.make_directories("a/b");
  old_kernel.write_new("a/b/file", bytes_of("x"));
  old_kernel.write_new("file", bytes_of("x"));
  const std::vector<std::string> paths = {"a/b/file", "file", "a/gone", "none/file", folder / "a/b/file", "/"};
  EXPECT_NO_THROW(old_kernel.sync(paths));
  EXPECT_NO_THROW(disk->sync(paths));
}

TEST_F(RealDiskTest, SyncsTheBytesOfFewFilesAndOfMany) {
  std::vector<std::string> paths = {"gone", "none/file"};
  for (int i = 0; i < 100; ++i) {
    paths.push_back("file" + std::to_string(i));
    disk->write_new(paths.back(), bytes_of("x"));
    EXPECT_NO_THROW(disk->sync_bytes(paths));
  }
}

TEST_F(RealDiskTest, SaysWhetherWholeFileSystemsWereFlushed) {
  disk->make_directories("a");
  disk->write_new("a/file", bytes_of("x"));
  const std::vector<std::string> there = {"a/file", "a/gone"};
  const std::vector<std::string> gone = {"a/file", "none/file"};
  if (!disk->sync(there)) GTEST_SKIP() << "syncfs(2) is missing or not allowed here, or reports no errors";
  EXPECT_FALSE(disk->sync(gone)) << "the missing folder may have been on another file system";
  EXPECT_FALSE(disk->sync_bytes(there)) << "few are flushed one by one";
  EXPECT_FALSE(RealDisk(folder.path(), false).sync(there));
}

TEST_F(RealDiskTest, ARenameReplacesAFileThatOthersHaveANameFor) {
  disk->write_new("old", bytes_of("old"));
  ASSERT_TRUE(disk->link("old", "other"));
  disk->write_new("new", bytes_of("newer"));
  disk->rename("new", "old");
  EXPECT_EQ(disk->stat("new", false).kind, FileKind::missing);
  EXPECT_EQ(disk->stat("old", false).stat_data.size, 5U);
  EXPECT_EQ(disk->stat("other", false).stat_data.size, 3U);
}

TEST(RealDisk, KnowsWhereSyncfsTellsOfErrors) {
  struct Case {
    std::string_view release;
    bool reports;
  };
  const Case cases[] = {
      {"6.1.0-18-amd64", true},
      {"5.8.0", true},
      {"5.8", true},
      {"5.10.0-28-cloud", true},
      {"10.0", true},
      {"5.7.19", false},
      {"4.19", false},
      {"3.10", false},
      {"5", false},
      {"5.", false},
      {"", false},
      {"x.y", false},
      {"6-rc1", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.release);
    EXPECT_EQ(syncfs_reports_errors(c.release), c.reports);
  }
}

TEST(Fd, ClosesOnceAndMoves) {
  Fd first = open_at(AT_FDCWD, "/", O_RDONLY);
  ASSERT_TRUE(first);
  const int number = first.get();
  Fd second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): the test is about this
  EXPECT_EQ(second.get(), number);
  second = open_at(AT_FDCWD, "/", O_RDONLY);
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
  EXPECT_EQ(second.close(), 0);
  EXPECT_EQ(second.close(), 0);
  EXPECT_EQ(Fd(12345).close(), EBADF);
}

}  // namespace
}  // namespace thumbs::disk
