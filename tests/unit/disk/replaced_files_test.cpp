// What is kept of replaced files: names, bounds, faults.
#include "disk/replaced_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_disk.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string k_folder = ".thumbs/before";

std::string kept_name(const std::string& path, int width = 4, int height = 3) {
  return k_folder + "/" + replaced_name({replaced_key("o", path), width, height}, path);
}

struct ReplacedFilesTest : testing::Test {
  ReplacedFilesTest() {
    disk.make_folder(".thumbs");
    disk.put("out/a.jpg", "old a");
  }
  void keep(ReplacedFiles& files, const std::string& path = "out/a.jpg") { files.keep(path, 4, 3, 5); }
  std::vector<std::string> kept() const { return disk.files(k_folder); }

  FakeDisk disk;
};

TEST(ReplacedName, IsReadAsItWasWritten) {
  const Hash128 key = replaced_key("owner", "out/a.jpg");
  for (const char* const path : {"out/a.jpg", "out/a.webp", "out/a", "out/a.very-long", "out/a.j\"g", "a."}) {
    const std::string name = replaced_name({key, 640, 0}, path);
    const std::optional<ReplacedName> read = parse_replaced_name(name);
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(read->key, key);
    EXPECT_EQ(read->width, 640);
    EXPECT_EQ(read->height, 0);
  }
  EXPECT_TRUE(replaced_name({key, 1, 2}, "out/a.jpg").ends_with("-1x2.jpg"));
  EXPECT_TRUE(replaced_name({key, 1, 2}, "out/a.j\"g").ends_with("-1x2"));
}

TEST(ReplacedName, OtherNamesAreNone) {
  const std::string digits(32, '0');
  for (const std::string& name :
       {std::string(), std::string("a.jpg"), digits, digits + "-", digits + "-1x.jpg", digits + "-x2.jpg",
        digits + "-1x2.jp g", digits + "-1x2jpg", digits + "_1x2.jpg", "x" + digits.substr(1) + "-1x2.jpg"})
    EXPECT_FALSE(parse_replaced_name(name)) << name;
}

TEST(ReplacedName, OwnersDoNotShareKeys) {
  EXPECT_NE(replaced_key("a", "out/x"), replaced_key("b", "out/x"));
  EXPECT_NE(replaced_key("a", "b/x"), replaced_key("ab", "/x"));
}

TEST_F(ReplacedFilesTest, AKeptFileOutlivesItsReplacement) {
  ReplacedFiles files(disk, k_folder, "o");
  keep(files);
  disk.put("temporary", "new");
  disk.rename("temporary", "out/a.jpg");
  EXPECT_EQ(disk.text(kept_name("out/a.jpg")), "old a");
  EXPECT_THAT(list_replaced(disk, k_folder), SizeIs(1));
}

TEST_F(ReplacedFilesTest, TheFirstOfARunRemovesThoseOfTheRunBefore) {
  disk.put("out/b.jpg", "old b");
  ReplacedFiles first(disk, k_folder, "o");
  keep(first);
  disk.put(k_folder + "/note.txt", "somebody's");
  ReplacedFiles second(disk, k_folder, "o");
  EXPECT_THAT(kept(), SizeIs(2)) << "a run that replaces nothing";
  keep(second, "out/b.jpg");
  EXPECT_TRUE(disk.exists(kept_name("out/b.jpg")));
  EXPECT_FALSE(disk.exists(kept_name("out/a.jpg")));
  EXPECT_TRUE(disk.exists(k_folder + "/note.txt"));
}

TEST_F(ReplacedFilesTest, KeepsNoMoreThanAThousandFiles) {
  ReplacedFiles files(disk, k_folder, "o");
  for (std::uint64_t i = 0; i < k_most_replaced_files + 5; ++i) {
    const std::string path = "out/" + std::to_string(i) + ".jpg";
    disk.put(path, "x");
    files.keep(path, 1, 1, 1);
  }
  EXPECT_THAT(kept(), SizeIs(k_most_replaced_files));
}

TEST_F(ReplacedFilesTest, KeepsNoMoreThanItsBytes) {
  disk.put("out/b.jpg", "b");
  disk.put("out/c.jpg", "c");
  ReplacedFiles files(disk, k_folder, "o");
  files.keep("out/a.jpg", 4, 3, k_most_replaced_bytes);
  files.keep("out/b.jpg", 4, 3, 1);
  EXPECT_THAT(kept(), SizeIs(1));
}

TEST_F(ReplacedFilesTest, WithoutAFolderNothingIsTouched) {
  ReplacedFiles nowhere(disk, "", "o");
  keep(nowhere);
  ReplacedFiles unborn(disk, "none/before", "o");
  keep(unborn);
  EXPECT_FALSE(disk.exists("none"));
  EXPECT_THAT(disk.files(), ElementsAre("out/a.jpg"));
}

TEST_F(ReplacedFilesTest, FaultsOfTheDiskAreNoFailures) {
  for (const std::string operation : {"stat", "list", "make_directories", "link", "remove"}) {
    disk.put(kept_name("out/former.jpg"), "x");
    disk.hook = [&](const std::string& done, const std::string& path) {
      if (done == operation) throw Error(ErrorCode::unwritable, "no", path, "write");
    };
    ReplacedFiles files(disk, k_folder, "o");
    EXPECT_NO_THROW(keep(files)) << operation;
    disk.hook = {};
    EXPECT_EQ(disk.text("out/a.jpg"), "old a") << operation;
    disk.erase(k_folder);
  }
}

TEST_F(ReplacedFilesTest, AFileThatIsGoneIsNotKept) {
  ReplacedFiles files(disk, k_folder, "o");
  keep(files, "out/none.jpg");
  EXPECT_THAT(kept(), IsEmpty());
}

}  // namespace
}  // namespace thumbs::disk
