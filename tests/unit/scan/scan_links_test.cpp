// Which links a set takes, follows, or skips with a warning.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "scan/scan.h"
#include "support/fake_disk.h"
#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::scan {
namespace {

using Paths = std::vector<std::string>;

Set set_of(std::string source, bool follow_symlinks, Paths include = {"**/*.jpg"}, Paths exclude = {}) {
  Set set;
  set.name = "products";
  set.source = std::move(source);
  set.include = std::move(include);
  set.exclude = std::move(exclude);
  set.follow_symlinks = follow_symlinks;
  return set;
}

Paths paths_of(const ScanResult& result) {
  Paths paths;
  for (const FoundFile& file : result.files) paths.emplace_back(file.path);
  return paths;
}

struct LinkCase {
  const char* name;
  std::string link;    // below the source
  std::string target;  // relative to the link's folder, or absolute
  Paths include = {"**/*.jpg"};
  Paths exclude = {};
  Paths kept = {};      // without followSymlinks, besides regular files
  std::string warning;  // without followSymlinks, after "LINK: skipped: "
  Paths followed = {};  // with followSymlinks
  std::string followed_warning = {};
};

const std::string k_to_folder = "a link to a folder (see \"followSymlinks\")";
const std::string k_leaves = "a link to a file outside the source (see \"followSymlinks\")";
const std::string k_to_nothing = "a broken link";

std::vector<LinkCase> link_cases() {
  return {
      {.name = "to a file inside",
       .link = "l.jpg",
       .target = "sub/a.jpg",
       .kept = {"l.jpg"},
       .warning = "",
       .followed = {"l.jpg"}},
      {.name = "to a file inside, from below",
       .link = "sub/l.jpg",
       .target = "../top.jpg",
       .kept = {"sub/l.jpg"},
       .warning = "",
       .followed = {"sub/l.jpg"}},
      {.name = "to a file that no pattern includes",
       .link = "l.jpg",
       .target = "notes.txt",
       .kept = {"l.jpg"},
       .warning = "",
       .followed = {"l.jpg"}},
      {.name = "through the source's own absolute path",
       .link = "l.jpg",
       .target = "ROOT/real/top.jpg",
       .kept = {"l.jpg"},
       .warning = "",
       .followed = {"l.jpg"}},
      {.name = "of another name", .link = "l.txt", .target = "top.jpg", .warning = ""},
      {.name = "excluded", .link = "l.jpg", .target = "top.jpg", .exclude = {"l.*"}, .warning = ""},
      {.name = "hidden", .link = ".l.jpg", .target = "top.jpg", .warning = ""},
      {.name = "hidden and named",
       .link = ".l.jpg",
       .target = "top.jpg",
       .include = {"**/*.jpg", ".*.jpg"},
       .kept = {".l.jpg"},
       .warning = "",
       .followed = {".l.jpg"}},
      {.name = "to a file outside",
       .link = "l.jpg",
       .target = "../outside/o.jpg",
       .warning = k_leaves,
       .followed = {"l.jpg"}},
      {.name = "to a neighbour with the source's name in front",
       .link = "l.jpg",
       .target = "../real-too/p.jpg",
       .warning = k_leaves,
       .followed = {"l.jpg"}},
      {.name = "to a file outside, of another name", .link = "l.txt", .target = "../outside/o.jpg", .warning = ""},
      {.name = "to a folder inside", .link = "l", .target = "sub", .warning = k_to_folder, .followed = {"l/a.jpg"}},
      {.name = "to a folder outside",
       .link = "l",
       .target = "../outside",
       .warning = k_to_folder,
       .followed = {"l/o.jpg"}},
      {.name = "to a folder that no pattern reaches",
       .link = "l",
       .target = "sub",
       .include = {"*.jpg", "sub/*.jpg"},
       .warning = ""},
      {.name = "to a folder that is excluded", .link = "l", .target = "sub", .exclude = {"l/**"}, .warning = ""},
      {.name = "to a folder, named as a picture",
       .link = "l.jpg",
       .target = "sub",
       .include = {"*.jpg", "sub/*.jpg"},
       .warning = ""},
      {.name = "to nothing",
       .link = "l.jpg",
       .target = "none",
       .warning = k_to_nothing,
       .followed_warning = k_to_nothing},
      {.name = "to nothing, of another name", .link = "l.txt", .target = "none", .warning = ""},
      {.name = "to itself",
       .link = "l.jpg",
       .target = "l.jpg",
       .warning = k_to_nothing,
       .followed_warning = k_to_nothing},
      {.name = "to the source",
       .link = "sub/l",
       .target = "..",
       .warning = k_to_folder,
       .followed_warning = "a link to one of its parent folders"},
      {.name = "to its own folder",
       .link = "sub/l",
       .target = ".",
       .warning = k_to_folder,
       .followed_warning = "a link to one of its parent folders"},
      {.name = "to a pipe",
       .link = "l.jpg",
       .target = "pipe",
       .warning = "a link to something other than a file or folder",
       .followed_warning = "a link to something other than a file or folder"},
      {.name = "to a link to a file",
       .link = "l.jpg",
       .target = "../outside/back",
       .kept = {"l.jpg"},
       .warning = "",
       .followed = {"l.jpg"}},
  };
}

// One tree for all cases: the source is real/ or a link to it; its siblings are outside.
void check(disk::DiskReader& disk, const LinkCase& c, const std::string& source, bool follow) {
  SCOPED_TRACE(std::string(c.name) + ", source " + source + (follow ? ", followed" : ""));
  const ScanResult result = scan(disk, set_of(source, follow, c.include, c.exclude));
  Paths expected = {source + "/sub/a.jpg", source + "/top.jpg"};
  for (const std::string& path : follow ? c.followed : c.kept) expected.push_back(source + "/" + path);
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(paths_of(result), expected);
  for (const FoundFile& file : result.files)
    EXPECT_EQ(file.stat_data, disk.stat(std::string(file.path), true).stat_data);
  const std::string& warning = follow ? c.followed_warning : c.warning;
  EXPECT_EQ(result.warnings, warning.empty() ? Paths() : Paths{source + "/" + c.link + ": skipped: " + warning});
  EXPECT_EQ(result.errors, Paths());
  EXPECT_EQ(result.unlistable, Paths());
}

std::string target_in(const LinkCase& c, const std::string& root) {
  return c.target.starts_with("ROOT") ? root + c.target.substr(4) : c.target;
}

TEST(ScanLinks, EachKindIsTakenOrSkippedAloud) {
  for (const LinkCase& c : link_cases()) {
    FakeDisk disk;
    for (const char* path : {"real/top.jpg", "real/sub/a.jpg", "real/notes.txt", "outside/o.jpg", "real-too/p.jpg"}) {
      disk.put(path, path);
    }
    disk.make_fifo("real/pipe");
    disk.make_link("outside/back", "../real/top.jpg");
    disk.make_link("way", "real");
    disk.make_link("real/" + c.link, target_in(c, std::string(FakeDisk::k_folder)));
    for (const char* source : {"real", "way"}) {
      check(disk, c, source, false);
      check(disk, c, source, true);
    }
  }
}

TEST(ScanLinks, TheRealDiskAgrees) {
  for (const LinkCase& c : link_cases()) {
    if (std::string_view(c.name) == "to a pipe") continue;  // the tree has none
    const TempFolder folder;
    for (const char* path : {"real/top.jpg", "real/sub/a.jpg", "real/notes.txt", "outside/o.jpg", "real-too/p.jpg"}) {
      folder.put(path, path);
    }
    std::filesystem::create_symlink("../real/top.jpg", folder / "outside/back");
    std::filesystem::create_symlink("real", folder / "way");
    std::filesystem::create_symlink(target_in(c, folder.path()), folder / ("real/" + c.link));
    const std::unique_ptr<disk::Disk> disk = disk::open_disk(folder.path());
    for (const char* source : {"real", "way"}) {
      check(*disk, c, source, false);
      check(*disk, c, source, true);
    }
  }
}

TEST(ScanLinks, AFolderReachedByTwoRoutesIsWalkedOnBoth) {
  FakeDisk disk;
  disk.put("s/a/x.jpg", "x");
  disk.make_link("s/b", "a");
  disk.make_link("s/c", "b");
  const ScanResult result = scan(disk, set_of("s", true));
  EXPECT_EQ(paths_of(result), (Paths{"s/a/x.jpg", "s/b/x.jpg", "s/c/x.jpg"}));
  EXPECT_EQ(result.warnings, Paths());
}

TEST(ScanLinks, ALoopOverSeveralFoldersEnds) {
  FakeDisk disk;
  disk.put("s/a/x.jpg", "x");
  disk.put("s/b/y.jpg", "y");
  disk.make_link("s/a/to_b", "../b");
  disk.make_link("s/b/to_a", "../a");
  const ScanResult result = scan(disk, set_of("s", true));
  EXPECT_EQ(paths_of(result), (Paths{"s/a/to_b/y.jpg", "s/a/x.jpg", "s/b/to_a/x.jpg", "s/b/y.jpg"}));
  EXPECT_EQ(result.warnings, (Paths{"s/a/to_b/to_a: skipped: a link to one of its parent folders",
                                    "s/b/to_a/to_b: skipped: a link to one of its parent folders"}));
}

TEST(ScanLinks, ALinkThatCannotBeLookedAtIsAFailureNotADeletion) {
  FakeDisk disk;
  disk.put("s/a.jpg", "x");
  disk.make_link("s/l.jpg", "a.jpg");
  disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "stat" && path == "s/l.jpg") throw Error(ErrorCode::unreadable, "Permission denied", path, "scan");
  };
  const ScanResult result = scan(disk, set_of("s", false));
  EXPECT_EQ(paths_of(result), Paths{"s/a.jpg"});
  EXPECT_EQ(result.unlistable, Paths{"s/l.jpg"});
  EXPECT_EQ(result.errors, Paths{"s/l.jpg: cannot be listed: Permission denied"});
}

TEST(ScanLinks, TheWholeFileSystemMayBeTheRoot) {
  FakeDisk disk;
  disk.put("/top.jpg", "x");
  disk.make_link("/l.jpg", "/top.jpg");
  EXPECT_EQ(paths_of(scan(disk, set_of("..", false, {"*.jpg"}))), (Paths{"../l.jpg", "../top.jpg"}));
}

}  // namespace
}  // namespace thumbs::scan
