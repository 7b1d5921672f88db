// Records after outputs: what is synced before a commit, what a failure drops, and when a batch is full.
#include "engine/committer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/fake_disk.h"
#include "support/kept.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Records what is committed, and when: "sync PATH" and "commit N outputs" in one list.
class RecordingCache final : public cache::Cache {
 public:
  explicit RecordingCache(std::vector<std::string>& log) : log_(log) {}
  cache::CacheLoad load() override { return {}; }
  void commit(const cache::Batch& batch) override {
    if (fails) throw Error(ErrorCode::no_space, "the cache is full", "cache.db", "commit");
    log_.push_back("commit " + std::to_string(batch.outputs.size()));
    last = batch;
  }
  Stats stats() override { return {}; }
  std::vector<std::string> verify() override { return {}; }
  std::vector<std::string> take_warnings() override { return std::exchange(warnings, {}); }

  bool fails = false;
  std::vector<std::string> warnings;
  cache::Batch last;

 private:
  std::vector<std::string>& log_;
};

class CommitterTest : public testing::Test {
 protected:
  CommitterTest() {
    disk_.hook = [this](const std::string& operation, const std::string& path) {
      if (operation == "sync" && sync_fails_) throw Error(ErrorCode::io, "the disk is gone", path, "write");
      if (operation == "sync") log_.push_back("sync " + path);
    };
  }

  static cache::OutputRecord made(std::string_view path) {
    cache::OutputRecord record;
    record.path = test::kept(path);
    record.made = true;
    return record;
  }

  std::vector<std::string> log_;
  bool sync_fails_ = false;
  FakeDisk disk_;
  RecordingCache cache_{log_};
  Committer committer_{disk_, cache_};
};

TEST_F(CommitterTest, SyncsWhatWasWrittenBeforeItCommits) {
  committer_.remember(made("out/1.jpg"), {}, true);
  committer_.remember(made("out/2.jpg"), {}, false);
  committer_.remember(made("out/3.jpg"), {}, true);
  EXPECT_THAT(log_, IsEmpty());
  committer_.flush();
  EXPECT_THAT(log_, ElementsAre("sync out/1.jpg", "sync out/3.jpg", "commit 3"));
  EXPECT_THAT(committer_.errors(), IsEmpty());
}

TEST_F(CommitterTest, PassesOnWhatTheCacheHadToSetAside) {
  cache_.warnings = {"the cache was set aside"};
  committer_.remember(made("out/1.jpg"), {}, true);
  committer_.flush();
  cache_.fails = true;
  cache_.warnings = {"and again"};
  committer_.remember(made("out/2.jpg"), {}, true);
  committer_.flush();
  EXPECT_THAT(committer_.warnings(), ElementsAre("the cache was set aside", "and again"));
  EXPECT_THAT(committer_.errors(), SizeIs(1));
}

TEST_F(CommitterTest, WithNothingToSayTouchesNothing) {
  committer_.flush();
  committer_.remember(cache::Batch{});
  committer_.flush();
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(CommitterTest, CommitsOnceOnly) {
  committer_.remember(made("out/1.jpg"), {}, true);
  committer_.flush();
  committer_.flush();
  EXPECT_THAT(log_, SizeIs(2));
}

TEST_F(CommitterTest, CommitsNothingWhereTheSyncFails) {
  committer_.remember(made("out/1.jpg"), {}, true);
  sync_fails_ = true;
  committer_.flush();
  EXPECT_THAT(log_, IsEmpty());
  EXPECT_THAT(committer_.errors(), ElementsAre(HasSubstr("the disk is gone")));
  sync_fails_ = false;
  committer_.flush();
  EXPECT_THAT(log_, IsEmpty()) << "those records are dropped: nobody knows what is on the disk";
  committer_.remember(made("out/2.jpg"), {}, true);
  committer_.flush();
  EXPECT_THAT(log_, ElementsAre("sync out/2.jpg", "commit 1"));
}

TEST_F(CommitterTest, KeepsTheErrorOfACommitThatFails) {
  committer_.remember(made("out/1.jpg"), {}, true);
  cache_.fails = true;
  committer_.flush();
  EXPECT_THAT(committer_.errors(), ElementsAre(HasSubstr("the cache is full")));
  cache_.fails = false;
  committer_.remember(made("out/2.jpg"), {}, true);
  committer_.flush();
  EXPECT_THAT(cache_.last.outputs, SizeIs(1));
}

TEST_F(CommitterTest, IsDueAfter512Outputs) {
  for (int i = 0; i < 512; ++i) {
    EXPECT_FALSE(committer_.is_due());
    committer_.remember(made("out/" + std::to_string(i)), {}, false);
  }
  EXPECT_TRUE(committer_.is_due());
  committer_.flush();
  EXPECT_FALSE(committer_.is_due());
}

TEST_F(CommitterTest, SyncsTemporariesAlone) {
  committer_.remember(made("out/1.jpg"), {}, true);
  EXPECT_FALSE(committer_.sync({}).error);
  EXPECT_FALSE(committer_.sync({"out/.thumbs-tmp-1"}).error);
  EXPECT_THAT(log_, ElementsAre("sync out/.thumbs-tmp-1"));
  sync_fails_ = true;
  EXPECT_TRUE(committer_.sync({"out/.thumbs-tmp-2"}).error);
  EXPECT_THAT(committer_.errors(), IsEmpty());
}

TEST_F(CommitterTest, TemporariesAreSyncedWithTheBatchBeforeThem) {
  EXPECT_FALSE(committer_.flush({"out/.thumbs-tmp-1"}).error);
  committer_.remember(made("out/1.jpg"), {}, true);
  EXPECT_FALSE(committer_.flush({"out/.thumbs-tmp-2", "out/.thumbs-tmp-3"}).error);
  EXPECT_THAT(log_, ElementsAre("sync out/.thumbs-tmp-1", "sync out/1.jpg", "sync out/.thumbs-tmp-2",
                                "sync out/.thumbs-tmp-3", "commit 1"));
}

TEST_F(CommitterTest, SaysWhyTemporariesAreNotOnStableStorage) {
  sync_fails_ = true;
  const std::optional<Error> alone = committer_.flush({"out/.thumbs-tmp-1"}).error;
  EXPECT_THAT(alone.value().message(), HasSubstr("the disk is gone"));
  EXPECT_THAT(committer_.errors(), IsEmpty()) << "no record is lost";
  committer_.remember(made("out/1.jpg"), {}, true);
  EXPECT_TRUE(committer_.flush({"out/.thumbs-tmp-2"}).error);
  EXPECT_THAT(committer_.errors(), SizeIs(1));
  sync_fails_ = false;
  cache_.fails = true;
  committer_.remember(made("out/2.jpg"), {}, true);
  EXPECT_FALSE(committer_.flush({"out/.thumbs-tmp-3"}).error) << "the cache alone has failed";
}

TEST_F(CommitterTest, KeepsEveryKindOfChangeAndItsOrder) {
  cache::SourceRecord source;
  source.path = "in/1.png";
  committer_.remember(source);
  cache::Batch batch;
  source.path = "in/2.png";
  batch.sources = {source};
  batch.outputs = {{made("out/1.jpg"), {"settings", "stages", "libraries"}}};
  batch.forget_outputs = {"out/0.jpg"};
  batch.forget_sources = {"in/0.png"};
  committer_.remember(batch);
  committer_.remember(made("out/2.jpg"), {"other", "stages", "libraries"}, true);
  committer_.flush();
  ASSERT_THAT(cache_.last.sources, SizeIs(2));
  EXPECT_EQ(cache_.last.sources[0].path, "in/1.png");
  EXPECT_EQ(cache_.last.sources[1].path, "in/2.png");
  ASSERT_THAT(cache_.last.outputs, SizeIs(2));
  EXPECT_EQ(cache_.last.outputs[0].row.path, "out/1.jpg");
  EXPECT_EQ(cache_.last.outputs[0].recipe.settings, "settings");
  EXPECT_EQ(cache_.last.outputs[1].recipe.settings, "other");
  EXPECT_THAT(cache_.last.forget_outputs, ElementsAre("out/0.jpg"));
  EXPECT_THAT(cache_.last.forget_sources, ElementsAre("in/0.png"));
}

TEST_F(CommitterTest, ARemovalLastsBeforeItIsForgotten) {
  committer_.removed("out/sub/1.jpg");
  EXPECT_THAT(log_, IsEmpty());
  cache::Batch batch;
  batch.forget_outputs = {"out/sub/1.jpg"};
  committer_.remember(batch);
  committer_.flush();
  EXPECT_THAT(log_, ElementsAre("sync out/sub/1.jpg", "sync out/sub", "sync out", "commit 0"));
  committer_.removed("1.jpg");
  committer_.removed("");
  committer_.removed("/rooted");
  committer_.remember(batch);
  committer_.flush();
  EXPECT_EQ(log_.back(), "commit 0");
}

}  // namespace
}  // namespace thumbs::engine
