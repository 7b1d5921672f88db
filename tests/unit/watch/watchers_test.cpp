// Both watchers on the real disk: what they tell of what others do.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "support/temp_folder.h"
#include "watch/inotify.h"
#include "watch/plan.h"
#include "watch/polling.h"

namespace thumbs::watch {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Not;

class Watchers : public testing::TestWithParam<bool> {
 protected:
  Watchers() {
    folder_.put("thumbs.json", "{}");
    folder_.put("in/a.jpg", "a");
    folder_.put("in/sub/b.jpg", "b");
    manifest_.folder = folder_.path();
    Set set;
    set.source = "in";
    set.output = "out";
    manifest_.sets = {set};
  }

  void watch() {
    plan_ = std::make_unique<Plan>(manifest_, std::vector<std::string>{});
    watcher_ = GetParam() ? watch_by_polling(*plan_, 0.01) : watch_by_inotify(*plan_);
  }

  // All that is told until `enough`, a second at most.
  Events told(const std::function<bool(const Events&)>& enough) {
    Events all;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!enough(all) && std::chrono::steady_clock::now() < end) {
      const Events events = watcher_->wait(0.05);
      all.files.insert(all.files.end(), events.files.begin(), events.files.end());
      all.writing.insert(all.writing.end(), events.writing.begin(), events.writing.end());
      all.everything = all.everything || events.everything;
    }
    return all;
  }
  std::set<std::string> files_until(const std::string& file) {
    const Events events = told([&](const Events& e) { return std::ranges::find(e.files, file) != e.files.end(); });
    return {events.files.begin(), events.files.end()};
  }

  TempFolder folder_;
  Manifest manifest_;
  std::unique_ptr<Plan> plan_;
  std::unique_ptr<Watcher> watcher_;
};

TEST_P(Watchers, TellOfFiles) {
  watch();
  folder_.put("in/a.jpg", "changed");
  EXPECT_THAT(files_until("in/a.jpg"), Contains("in/a.jpg"));
  fs::rename(folder_ / "in/a.jpg", folder_ / "in/c.jpg");
  EXPECT_THAT(files_until("in/c.jpg"), Contains("in/a.jpg"));
  fs::remove(folder_ / "in/sub/b.jpg");
  EXPECT_THAT(files_until("in/sub/b.jpg"), Contains("in/sub/b.jpg"));
  folder_.put("thumbs.json", "{ }");
  EXPECT_THAT(files_until("thumbs.json"), Contains("thumbs.json"));
}

TEST_P(Watchers, TellOfFilesInNewFolders) {
  watch();
  folder_.put("in/x/y/c.jpg", "c");
  EXPECT_THAT(files_until("in/x/y/c.jpg"), Contains("in/x/y/c.jpg"));
  folder_.put("in/x/y/d.jpg", "d");
  EXPECT_THAT(files_until("in/x/y/d.jpg"), Contains("in/x/y/d.jpg"));
  folder_.put("out/x/d.jpg", "d");
  EXPECT_THAT(files_until("out/x/d.jpg"), Contains("out/x/d.jpg"));
  folder_.put("out/x/d.jpg", "edited");
  EXPECT_THAT(files_until("out/x/d.jpg"), Contains("out/x/d.jpg"));
}

TEST_P(Watchers, SayNothingOfWhatDoesNotMatter) {
  watch();
  folder_.put("in/notes.txt", "n");
  folder_.put("in/.thumbs-tmp-1", "n");
  folder_.put("elsewhere/a.jpg", "n");
  folder_.put("in/a.jpg", "the end");
  EXPECT_EQ(files_until("in/a.jpg"), std::set<std::string>{"in/a.jpg"});
}

TEST_P(Watchers, AskForAScanWhereASourceFolderComesOrGoes) {
  watch();
  const auto scan = [](const Events& events) { return events.everything; };
  fs::rename(folder_ / "in", folder_ / "gone");
  EXPECT_TRUE(told(scan).everything);
  fs::rename(folder_ / "gone", folder_ / "in");
  EXPECT_TRUE(told(scan).everything);
  folder_.put("in/sub/b.jpg", "again");
  EXPECT_THAT(files_until("in/sub/b.jpg"), Contains("in/sub/b.jpg"));
}

TEST_P(Watchers, TellOfTheFileBehindALink) {
  folder_.put("far/a.jpg", "a");
  fs::create_symlink("../far/a.jpg", folder_ / "in/link.jpg");
  watch();
  folder_.put("far/a.jpg", "written");
  EXPECT_THAT(files_until("in/link.jpg"), Contains("in/link.jpg"));
  folder_.put("far/new.jpg", "renamed");
  fs::rename(folder_ / "far/new.jpg", folder_ / "far/a.jpg");
  EXPECT_THAT(files_until("in/link.jpg"), Contains("in/link.jpg"));
  folder_.put("far/a.jpg", "written again");
  EXPECT_THAT(files_until("in/link.jpg"), Contains("in/link.jpg"));
}

TEST_P(Watchers, FollowLinksToFoldersOnlyWhereTheSetDoes) {
  folder_.put("far/c.jpg", "c");
  fs::create_directory_symlink("../far", folder_ / "in/link");
  fs::create_directory_symlink("..", folder_ / "in/sub/loop");
  watch();
  folder_.put("far/c.jpg", "changed");
  folder_.put("in/a.jpg", "changed");
  EXPECT_THAT(files_until("in/a.jpg"), Not(Contains("in/link/c.jpg")));
  manifest_.sets[0].follow_symlinks = true;
  watch();
  folder_.put("far/c.jpg", "changed again");
  EXPECT_THAT(files_until("in/link/c.jpg"), Contains("in/link/c.jpg"));
}

INSTANTIATE_TEST_SUITE_P(Both, Watchers, testing::Values(false, true),
                         [](const auto& tested) { return tested.param ? "Polling" : "Inotify"; });

class InotifyAlone : public Watchers {};
INSTANTIATE_TEST_SUITE_P(One, InotifyAlone, testing::Values(false));

TEST_P(InotifyAlone, AFileInTheWritingIsNotYetChanged) {
  watch();
  {
    std::ofstream file(folder_ / "in/a.jpg", std::ios::binary);
    file << "half" << std::flush;
    const Events half = told([](const Events& events) { return !events.writing.empty(); });
    EXPECT_THAT(half.writing, Contains("in/a.jpg"));
    EXPECT_THAT(half.files, Not(Contains("in/a.jpg")));
  }
  EXPECT_THAT(files_until("in/a.jpg"), Contains("in/a.jpg"));
}

TEST_P(InotifyAlone, AFileWithTwoNamesAsksForAScan) {
  fs::create_hard_link(folder_ / "in/a.jpg", folder_ / "in/twin.jpg");
  watch();
  folder_.put("in/a.jpg", "both change");
  EXPECT_TRUE(told([](const Events& events) { return events.everything; }).everything);
}

TEST_P(InotifyAlone, EventsThatWereLostAskForAScan) {
  std::size_t most = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> most;
  if (most == 0 || most > 40'000) GTEST_SKIP() << "the queue is too long to fill: " << most;
  watch();
  for (std::size_t i = 0; i <= most / 2; ++i) {  // two events each
    const std::string name = folder_ / ("in/" + std::to_string(i % 2) + ".txt");
    if (const int fd = ::creat(name.c_str(), 0666); fd >= 0) ::close(fd);
    ::unlink(name.c_str());
  }
  const Events events = told([](const Events& e) { return e.everything; });
  EXPECT_TRUE(events.everything);
  EXPECT_THAT(events.files, Contains("thumbs.json"));
  folder_.put("in/x/c.jpg", "watched as before");
  EXPECT_THAT(files_until("in/x/c.jpg"), Contains("in/x/c.jpg"));
}

}  // namespace
}  // namespace thumbs::watch
