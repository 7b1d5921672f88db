// Locking the cache.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include "cache/cache.h"
#include "cache_support.h"
#include "support/fd.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

using Strings = std::vector<std::string>;

double seconds_of(const std::function<void()>& act) {
  const auto start = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Another process that holds the lock of `file` until it is killed.
class Holder {
 public:
  explicit Holder(const std::string& file) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) {
      const CacheLock lock(file, 5);
      const bool told = write(ends[1], "x", 1) == 1;
      while (told) pause();
      _exit(1);
    }
    char byte = 0;
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    close(ends[1]);
  }
  ~Holder() { kill(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  void kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

class CacheLockTest : public testing::Test {
 protected:
  TempFolder folder_;
  std::string file_ = folder_ / "x/.thumbs/cache.db";
};

TEST_F(CacheLockTest, ANewFolderIgnoresItselfAndNoLockFileIsLeft) {
  {
    const CacheLock lock(file_, 0);
    EXPECT_EQ(lock.made_folders(), (Strings{folder_ / "x", folder_ / "x/.thumbs"}));
  }
  EXPECT_EQ(CacheLock(file_, 0).made_folders(), Strings());
  EXPECT_EQ(names_in(folder_ / "x"), Strings{".thumbs"});
  EXPECT_EQ(names_in(folder_ / "x/.thumbs"), Strings{".gitignore"});
  EXPECT_EQ(read_file(folder_ / "x/.thumbs/.gitignore"), "*\n");
}

TEST_F(CacheLockTest, ACacheThatIsThereIsNotChanged) {
  commit(file_, sample(2));
  const auto before = everything_in(folder_.path());
  {
    const CacheLock lock(file_, 0);
    EXPECT_EQ(everything_in(folder_.path()), before);
  }
  EXPECT_EQ(everything_in(folder_.path()), before);
}

TEST_F(CacheLockTest, AFileThatNobodyRecordedInGoesAgain) {
  folder_.put("x/.thumbs/notes", "mine");
  { const CacheLock lock(file_, 0); }
  EXPECT_EQ(names_in(folder_ / "x/.thumbs"), Strings{"notes"});
}

TEST_F(CacheLockTest, CachesInOneFolderDoNotExcludeEachOther) {
  const Holder holder(file_);
  const std::string other = folder_ / "x/.thumbs/2.db";
  CacheLock lock(other, 0);
  EXPECT_NO_THROW(commit(other, sample(2)));
  EXPECT_NO_THROW(lock.require_held());
  const Error busy = error_of([&] { CacheLock(file_, 0); });
  EXPECT_EQ(busy.code(), ErrorCode::busy);
  EXPECT_NE(std::string(busy.what()).find("process " + std::to_string(holder.pid())), std::string::npos) << busy.what();
}

TEST_F(CacheLockTest, ReadingAndWritingKeepTheLock) {
  const CacheLock lock(file_, 0);
  commit(file_, sample(2));
  EXPECT_EQ(load(file_).rows.sources.size(), 2U);
  EXPECT_EQ(error_of([&] { CacheLock(file_, 0); }).code(), ErrorCode::busy);
}

TEST_F(CacheLockTest, WhatTakesThePlaceOfACacheSetAsideIsLockedToo) {
  CacheLock lock(file_, 0);
  commit(file_, sample(2));
  std::filesystem::rename(file_, file_ + ".corrupt-1");
  lock.require_held();
  EXPECT_EQ(error_of([&] { CacheLock(file_, 0); }).code(), ErrorCode::busy);
  commit(file_, sample(2));
  lock.require_held();
}

TEST_F(CacheLockTest, AVersionThatLocksTheFolderExcludes) {
  commit(file_, sample(2));
  const Fd folder = open_at(AT_FDCWD, folder_ / "x/.thumbs", O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(flock(folder.get(), LOCK_EX), 0);
  EXPECT_EQ(error_of([&] { CacheLock(file_, 0); }).code(), ErrorCode::busy);
}

TEST_F(CacheLockTest, AHeldCacheIsBusyAndItsHolderNamed) {
  const Holder holder(file_);
  std::optional<Error> error;
  const double seconds = seconds_of([&] { error = error_of([&] { CacheLock(file_, 0.3); }); });
  EXPECT_EQ(error->code(), ErrorCode::busy);
  const std::string text = error->what();
  EXPECT_NE(text.find(file_), text.npos) << text;
  EXPECT_NE(text.find("process " + std::to_string(holder.pid()) + " ("), text.npos) << text;
  EXPECT_NE(text.find("test_cache"), text.npos) << text;
  EXPECT_NE(text.find("waited 0.3 s"), text.npos) << text;
  EXPECT_GE(seconds, 0.3);
  EXPECT_LT(seconds, 3);
}

TEST_F(CacheLockTest, NoWaitIsOneTry) {
  const Holder holder(file_);
  EXPECT_LT(seconds_of([&] { EXPECT_EQ(error_of([&] { CacheLock(file_, 0); }).code(), ErrorCode::busy); }), 2);
}

TEST_F(CacheLockTest, StopEndsTheWait) {
  const Holder holder(file_);
  int asked = 0;
  const double seconds = seconds_of([&] {
    EXPECT_EQ(error_of([&] { CacheLock(file_, 60, [&] { return ++asked == 3; }); }).code(), ErrorCode::busy);
  });
  EXPECT_EQ(asked, 3);
  EXPECT_LT(seconds, 5);
}

TEST_F(CacheLockTest, AKilledHolderLetsGo) {
  Holder holder(file_);
  holder.kill();
  EXPECT_LT(seconds_of([&] { CacheLock(file_, 5); }), 4);
}

TEST_F(CacheLockTest, WhoWaitsGetsTheCacheWhenItIsFree) {
  Holder holder(file_);
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    holder.kill();
  });
  EXPECT_NO_THROW(CacheLock(file_, 20));
  killer.join();
}

TEST_F(CacheLockTest, ALockOnAFolderThatWasRemovedIsTakenAnew) {
  Holder holder(file_);
  std::thread remover([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::filesystem::remove_all(folder_ / "x/.thumbs");
    holder.kill();
  });
  const CacheLock lock(file_, 20);
  remover.join();
  EXPECT_TRUE(std::filesystem::exists(folder_ / "x/.thumbs"));
  EXPECT_EQ(error_of([&] { CacheLock(file_, 0); }).code(), ErrorCode::busy);
}

TEST_F(CacheLockTest, AFolderThatCannotBeMadeIsUnwritable) {
  folder_.put("x", "a file");
  EXPECT_EQ(error_of([&] { CacheLock(file_, 0); }).code(), ErrorCode::unwritable);
}

TEST_F(CacheLockTest, ReadersNeedNoLock) {
  commit(file_, sample(2));
  const Holder holder(file_);
  EXPECT_EQ(load(file_).rows.sources.size(), 2U);
}

}  // namespace
}  // namespace thumbs::cache_test
