// Tests of the Disk interface, for both the real and the fake disk.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "disk/disk.h"
#include "support/fake_disk.h"
#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

// A disk, and operations for tests that its interface does not have.
class World {
 public:
  virtual ~World() = default;
  virtual Disk& disk() = 0;
  virtual std::string folder() const = 0;
  virtual void link(const std::string& path, const std::string& target) = 0;
};

class RealWorld final : public World {
 public:
  Disk& disk() override { return *disk_; }
  std::string folder() const override { return folder_.path(); }
  void link(const std::string& path, const std::string& target) override {
    std::filesystem::create_symlink(target, folder_ / path);
  }

 private:
  TempFolder folder_;
  std::unique_ptr<Disk> disk_ = open_disk(folder_.path());
};

class FakeWorld final : public World {
 public:
  Disk& disk() override { return disk_; }
  std::string folder() const override { return std::string(FakeDisk::k_folder); }
  void link(const std::string& path, const std::string& target) override { disk_.make_link(path, target); }

 private:
  FakeDisk disk_;
};

class DiskContract : public testing::TestWithParam<const char*> {
 protected:
  void put(const std::string& path, std::string_view bytes = "x") {
    const std::size_t slash = path.rfind('/');
    if (slash != std::string::npos) disk.make_directories(path.substr(0, slash));
    disk.write_new(path, std::as_bytes(std::span(bytes)));
  }

  std::string text(const std::string& path) {
    std::string bytes(100, '\0');
    bytes.resize(disk.open(path)->read(0, std::as_writable_bytes(std::span(bytes))));
    return bytes;
  }

  std::vector<std::string> names_in(const std::string& dir) {
    std::vector<std::string> names;
    for (DirEntry& entry : disk.list(dir, [](std::string_view, FileKind) { return true; })) {
      names.push_back(std::move(entry.name));
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  FileKind kind(const std::string& path, bool follow = false) { return disk.stat(path, follow).kind; }

  std::unique_ptr<World> world = GetParam() == std::string_view("real") ? std::unique_ptr<World>(new RealWorld)
                                                                        : std::unique_ptr<World>(new FakeWorld);
  Disk& disk = world->disk();
};

INSTANTIATE_TEST_SUITE_P(Disks, DiskContract, testing::Values("real", "fake"),
                         [](const auto& param) { return std::string(param.param); });

void expect_error(ErrorCode code, std::string_view path, const std::function<void()>& body) {
  try {
    body();
    ADD_FAILURE() << "nothing was thrown for " << path;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_EQ(error.path(), path);
    EXPECT_FALSE(error.message().empty());
    EXPECT_FALSE(error.stage().empty());
  }
}

TEST_P(DiskContract, ListsWhatIsWantedWithItsState) {
  put("dir/a.jpg", "12345");
  put("dir/b.txt");
  put("dir/sub/deep.jpg");
  world->link("dir/link.jpg", "a.jpg");
  std::vector<std::string> asked;
  std::vector<DirEntry> found = disk.list("dir", [&](std::string_view name, FileKind) {
    asked.emplace_back(name);
    return name != "b.txt";
  });
  std::sort(asked.begin(), asked.end());
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  EXPECT_EQ(asked, (std::vector<std::string>{"a.jpg", "b.txt", "link.jpg", "sub"}));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].name, "a.jpg");
  EXPECT_EQ(found[0].stat.kind, FileKind::regular);
  EXPECT_EQ(found[0].stat.stat_data, disk.stat("dir/a.jpg", false).stat_data);
  EXPECT_EQ(found[0].stat.stat_data.size, 5u);
  EXPECT_EQ(found[0].stat.device, disk.stat("dir/a.jpg", false).device);
  EXPECT_EQ(found[1].stat.kind, FileKind::symlink);
  EXPECT_EQ(found[2].stat.kind, FileKind::directory);
}

TEST_P(DiskContract, ListsTheFolderItselfAndThroughLinks) {
  put("one");
  put("dir/two");
  world->link("way", "dir");
  EXPECT_EQ(names_in(""), (std::vector<std::string>{"dir", "one", "way"}));
  EXPECT_EQ(names_in("way"), std::vector<std::string>{"two"});
  EXPECT_EQ(names_in("dir/.."), (std::vector<std::string>{"dir", "one", "way"}));
}

TEST_P(DiskContract, WhatIsGoneHasNoEntries) {
  put("file");
  EXPECT_TRUE(names_in("none").empty());
  EXPECT_TRUE(names_in("file").empty());
  EXPECT_TRUE(names_in("file/below").empty());
}

TEST_P(DiskContract, OddNamesAreJustBytes) {
  const std::vector<std::string> names = {" lead",       "-rf",         "a\nb",       "a\"b'",
                                          "caf\xc3\xa9", "lat\xe9\xff", "*?[x]{a,b}", "\\"};
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    put("odd/" + name, name);
    EXPECT_EQ(text("odd/" + name), name);
    EXPECT_EQ(kind("odd/" + name), FileKind::regular);
    const std::string_view in[] = {name};
    EXPECT_EQ(disk.stat_in("odd", in)[0].stat_data.size, name.size());
  }
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(names_in("odd"), sorted);
}

TEST_P(DiskContract, StatTellsKindsAndFollowsWhenAsked) {
  put("dir/file", "abc");
  world->link("to_file", "dir/file");
  world->link("to_dir", "dir");
  world->link("to_nothing", "none");
  world->link("loop", "loop");
  struct Case {
    std::string path;
    FileKind itself;
    FileKind followed;
  };
  const Case cases[] = {
      {"", FileKind::directory, FileKind::directory},       {"dir", FileKind::directory, FileKind::directory},
      {"dir/file", FileKind::regular, FileKind::regular},   {"to_file", FileKind::symlink, FileKind::regular},
      {"to_dir", FileKind::symlink, FileKind::directory},   {"to_dir/file", FileKind::regular, FileKind::regular},
      {"to_nothing", FileKind::symlink, FileKind::missing}, {"loop", FileKind::symlink, FileKind::missing},
      {"loop/x", FileKind::missing, FileKind::missing},     {"none", FileKind::missing, FileKind::missing},
      {"none/below", FileKind::missing, FileKind::missing}, {"dir/file/below", FileKind::missing, FileKind::missing},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.path);
    EXPECT_EQ(kind(c.path, false), c.itself);
    EXPECT_EQ(kind(c.path, true), c.followed);
  }
  EXPECT_EQ(disk.stat("to_file", true).stat_data, disk.stat("dir/file", false).stat_data);
}

TEST_P(DiskContract, StatsManyNamesInOneFolder) {
  std::vector<std::string> names;
  for (int i = 0; i < 1500; ++i) names.push_back("n" + std::to_string(i));
  for (std::size_t i = 0; i < names.size(); i += 2) put("dir/" + names[i], std::string(i % 50, 'x'));
  world->link("dir/n1", "n0");
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::vector<FileStat> found = disk.stat_in("dir", views);
  ASSERT_EQ(found.size(), names.size());
  EXPECT_EQ(found[1].kind, FileKind::symlink);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == 1) continue;
    ASSERT_EQ(found[i].kind, i % 2 == 0 ? FileKind::regular : FileKind::missing) << names[i];
    ASSERT_EQ(found[i].stat_data.size, i % 2 == 0 ? i % 50 : 0) << names[i];
  }
  for (const char* dir : {"none", "dir/n0", "dir/n0/below"}) {
    for (const FileStat& stat : disk.stat_in(dir, views)) ASSERT_EQ(stat.kind, FileKind::missing) << dir;
  }
}

TEST_P(DiskContract, ReadsFromAnywhereInAFile) {
  put("file", "0123456789");
  const std::unique_ptr<InputFile> file = disk.open("file");
  EXPECT_EQ(file->stat().stat_data, disk.stat("file", false).stat_data);
  struct Case {
    std::uint64_t offset;
    std::size_t want;
    std::string_view got;
  };
  for (const Case& c :
       {Case{0, 4, "0123"}, Case{4, 4, "4567"}, Case{8, 4, "89"}, Case{10, 4, ""}, Case{99, 4, ""}, Case{0, 0, ""}}) {
    SCOPED_TRACE(c.offset);
    std::string bytes(c.want, '\0');
    bytes.resize(file->read(c.offset, std::as_writable_bytes(std::span(bytes))));
    EXPECT_EQ(bytes, c.got);
  }
}

TEST_P(DiskContract, AnOpenFileOutlivesItsName) {
  put("file", "old");
  const std::unique_ptr<InputFile> file = disk.open("file");
  put("new", "new");
  disk.rename("new", "file");
  std::string bytes(3, '\0');
  file->read(0, std::as_writable_bytes(std::span(bytes)));
  EXPECT_EQ(bytes, "old");
  EXPECT_EQ(text("file"), "new");
}

TEST_P(DiskContract, OpensNothingButFiles) {
  put("dir/file");
  world->link("to_nothing", "none");
  for (const char* path : {"none", "dir", "dir/file/below", "to_nothing", "none/below"}) {
    SCOPED_TRACE(path);
    expect_error(ErrorCode::unreadable, path, [&] { disk.open(path); });
  }
}

TEST_P(DiskContract, RealPathResolvesEveryLink) {
  put("dir/file");
  world->link("way", "dir");
  world->link("dir/again", "../way/file");
  world->link("gone", "none");
  EXPECT_EQ(disk.real_path(""), world->folder());
  EXPECT_EQ(disk.real_path("dir/file"), world->folder() + "/dir/file");
  EXPECT_EQ(disk.real_path("way/again"), world->folder() + "/dir/file");
  EXPECT_EQ(disk.real_path("dir/../way"), world->folder() + "/dir");
  EXPECT_EQ(disk.real_path("gone"), "");
  EXPECT_EQ(disk.real_path("none"), "");
  EXPECT_EQ(disk.real_path("dir/file/below"), "");
}

TEST_P(DiskContract, MakesFoldersPieceByPiece) {
  using Made = std::vector<std::string>;
  EXPECT_EQ(disk.make_directories("a/b/c"), (Made{"a", "a/b", "a/b/c"}));
  EXPECT_EQ(disk.make_directories("a/b/c"), Made());
  EXPECT_EQ(disk.make_directories("a/b/d"), Made{"a/b/d"});
  EXPECT_EQ(disk.make_directories(""), Made());
  world->link("way", "a");
  EXPECT_EQ(disk.make_directories("way/e"), Made{"way/e"});
  EXPECT_EQ(names_in("a"), (std::vector<std::string>{"b", "e"}));
  EXPECT_EQ(names_in("a/b"), (std::vector<std::string>{"c", "d"}));
}

TEST_P(DiskContract, AFileInTheWayOfAFolderIsNamed) {
  put("a/file");
  world->link("gone", "none/deep");
  expect_error(ErrorCode::unwritable, "a/file", [&] { disk.make_directories("a/file"); });
  expect_error(ErrorCode::unwritable, "a/file", [&] { disk.make_directories("a/file/b/c"); });
  expect_error(ErrorCode::unwritable, "gone", [&] { disk.make_directories("gone/b"); });
  EXPECT_EQ(text("a/file"), "x");
}

TEST_P(DiskContract, WritesNewFilesOnly) {
  put("file", "first");
  put("empty", "");
  world->link("link", "elsewhere");
  expect_error(ErrorCode::unwritable, "file", [&] { put("file", "second"); });
  expect_error(ErrorCode::unwritable, "link", [&] { put("link", "second"); });
  expect_error(ErrorCode::unwritable, "none/file", [&] { disk.write_new("none/file", {}); });
  EXPECT_EQ(text("file"), "first");
  EXPECT_EQ(text("empty"), "");
  EXPECT_EQ(kind("elsewhere"), FileKind::missing);
}

TEST_P(DiskContract, RenameReplacesAndKeepsInodeAndMtime) {
  put("from", "new");
  put("to", "old");
  const FileStat before = disk.stat("from", false);
  disk.rename("from", "to");
  const FileStat after = disk.stat("to", false);
  EXPECT_EQ(kind("from"), FileKind::missing);
  EXPECT_EQ(text("to"), "new");
  EXPECT_EQ(after.stat_data.inode, before.stat_data.inode);
  EXPECT_EQ(after.stat_data.mtime_ns, before.stat_data.mtime_ns);
  EXPECT_GE(after.stat_data.ctime_ns, before.stat_data.ctime_ns);
}

TEST_P(DiskContract, RenameReplacesALinkAndNeverWritesThroughIt) {
  put("original", "precious");
  world->link("link", "original");
  put("from", "new");
  disk.rename("from", "link");
  EXPECT_EQ(kind("link"), FileKind::regular);
  EXPECT_EQ(text("link"), "new");
  EXPECT_EQ(text("original"), "precious");
}

TEST_P(DiskContract, RenameNewReplacesNothing) {
  put("from", "new");
  put("file", "old");
  world->link("dangling", "nowhere");
  disk.make_directories("dir");
  for (const std::string taken : {"file", "dangling", "dir"}) {
    EXPECT_FALSE(disk.rename_new("from", taken)) << taken;
    EXPECT_EQ(text("from"), "new");
  }
  EXPECT_EQ(text("file"), "old");
  EXPECT_EQ(kind("dangling"), FileKind::symlink);
  EXPECT_TRUE(disk.rename_new("from", "to"));
  EXPECT_EQ(kind("from"), FileKind::missing);
  EXPECT_EQ(text("to"), "new");
  expect_error(ErrorCode::unwritable, "to2", [&] { disk.rename_new("none", "to2"); });
}

TEST_P(DiskContract, ALinkIsASecondNameAndReplacesNothing) {
  put("dir/from", "bytes");
  put("taken", "old");
  world->link("symbolic", "dir/from");
  EXPECT_TRUE(disk.link("dir/from", "to"));
  EXPECT_EQ(disk.stat("to", false).stat_data.inode, disk.stat("dir/from", false).stat_data.inode);
  EXPECT_TRUE(disk.remove("dir/from"));
  EXPECT_EQ(text("to"), "bytes");
  EXPECT_TRUE(disk.link("symbolic", "symbolic2"));
  EXPECT_EQ(kind("symbolic2"), FileKind::symlink);
  for (const auto& [from, to] : {std::pair("to", "taken"), {"none", "x"}, {"to", "none/x"}, {"dir", "x"}})
    EXPECT_FALSE(disk.link(from, to)) << from << " " << to;
  EXPECT_EQ(text("taken"), "old");
}

TEST_P(DiskContract, RenameSaysWhatItCannotDo) {
  put("from", "new");
  put("dir/file");
  expect_error(ErrorCode::unwritable, "dir", [&] { disk.rename("from", "dir"); });
  expect_error(ErrorCode::unwritable, "none/to", [&] { disk.rename("from", "none/to"); });
  expect_error(ErrorCode::unwritable, "to", [&] { disk.rename("none", "to"); });
  EXPECT_EQ(text("from"), "new");
}

TEST_P(DiskContract, RemovesFilesAndLinksButNoFolder) {
  put("dir/file");
  world->link("link", "dir/file");
  EXPECT_TRUE(disk.remove("link"));
  EXPECT_FALSE(disk.remove("link"));
  EXPECT_FALSE(disk.remove("dir/file/below"));
  EXPECT_FALSE(disk.remove("none/file"));
  expect_error(ErrorCode::unwritable, "dir", [&] { disk.remove("dir"); });
  EXPECT_EQ(text("dir/file"), "x");
  EXPECT_TRUE(disk.remove("dir/file"));
  EXPECT_EQ(kind("dir/file"), FileKind::missing);
}

TEST_P(DiskContract, RemovesOnlyEmptyFolders) {
  put("dir/file");
  EXPECT_FALSE(disk.remove_empty_directory("dir"));
  EXPECT_FALSE(disk.remove_empty_directory("dir/file"));
  EXPECT_FALSE(disk.remove_empty_directory("none"));
  EXPECT_FALSE(disk.remove_empty_directory(""));
  disk.remove("dir/file");
  EXPECT_TRUE(disk.remove_empty_directory("dir"));
  EXPECT_EQ(kind("dir"), FileKind::missing);
}

TEST_P(DiskContract, SyncsWhatIsThereAndPassesOverWhatIsGone) {
  put("dir/a");
  put("b");
  const std::vector<std::string> paths = {"dir/a", "b", "dir/gone", "none/gone"};
  EXPECT_NO_THROW(disk.sync(paths));
  EXPECT_NO_THROW(disk.sync({}));
}

}  // namespace
}  // namespace thumbs::disk
