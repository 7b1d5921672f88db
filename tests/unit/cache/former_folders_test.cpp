#include "cache/former_folders.h"

#include "cache_support.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

class FormerFoldersTest : public testing::Test {
 protected:
  TempFolder folder_;
  std::string file_ = folder_ / ".thumbs/cache.db";
};

using Strings = std::vector<std::string>;

TEST_F(FormerFoldersTest, AreThoseOfOutputsOutsideOfTheKnownOnes) {
  Batch batch;
  for (const char* path : {"../other/a.jpg", "new/a.jpg", "new/deep/b.jpg", "newer/c.jpg", "old/a.jpg",
                           "old/deep/b.jpg", "old-too/a/b.jpg", "old-too/a/c/d.jpg", "old-too/b/e.jpg"})
    batch.outputs.push_back(output_row(path, "s"));
  commit(file_, batch);
  const Strings known = {"new"};
  EXPECT_EQ(former_folders(file_, known), (Strings{"../other", "newer", "old", "old-too/a", "old-too/b"}));
  const Strings all = {"../other", "new", "newer", "old", "old-too"};
  EXPECT_EQ(former_folders(file_, all), Strings{});
}

TEST_F(FormerFoldersTest, OutputsBesideTheManifestNeedItsFolder) {
  Batch batch;
  batch.outputs = {output_row("a.jpg", "s"), output_row("b/c.jpg", "s")};
  commit(file_, batch);
  const Strings known = {"b"};
  EXPECT_EQ(former_folders(file_, known), Strings{""});
}

TEST_F(FormerFoldersTest, WithoutACacheThereAreNone) { EXPECT_EQ(former_folders(file_, {}), Strings{}); }

}  // namespace
}  // namespace thumbs::cache_test
