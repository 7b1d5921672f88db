// Which files a set takes: globs, order, odd names, what cannot be listed.
#include "scan/scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>

#include "scan/names.h"
#include "support/fake_disk.h"
#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::scan {
namespace {

using Paths = std::vector<std::string>;

Set set_of(std::string source, Paths include = {"**/*.jpg"}, Paths exclude = {}) {
  Set set;
  set.name = "products";
  set.source = std::move(source);
  set.include = std::move(include);
  set.exclude = std::move(exclude);
  return set;
}

Paths paths_of(const ScanResult& result) {
  Paths paths;
  for (const FoundFile& file : result.files) paths.emplace_back(file.path);
  return paths;
}

void expect_quiet(const ScanResult& result) {
  EXPECT_EQ(result.warnings, Paths());
  EXPECT_EQ(result.unlistable, Paths());
  EXPECT_EQ(result.errors, Paths());
}

TEST(Scan, TakesWhatIsIncludedAndNotExcluded) {
  const Paths tree = {"a.jpg",
                      "b.JPG",
                      "c.png",
                      "notes.txt",
                      "sub/d.jpg",
                      "sub/drafts/e.jpg",
                      "sub/deep/f.jpg",
                      ".hidden.jpg",
                      ".git/g.jpg",
                      ".thumbs-tmp-1.jpg",
                      "sub/.thumbs-tmp-x.jpg",
                      ".thumbs-tmp-folder/h.jpg",
                      "thumbs-tmp-i.jpg"};
  struct Case {
    const char* name;
    Paths include;
    Paths exclude;
    Paths found;
  };
  const Case cases[] = {
      {"below any depth",
       {"**/*.jpg"},
       {},
       {"a.jpg", "b.JPG", "sub/d.jpg", "sub/deep/f.jpg", "sub/drafts/e.jpg", "thumbs-tmp-i.jpg"}},
      {"top only", {"*.jpg"}, {}, {"a.jpg", "b.JPG", "thumbs-tmp-i.jpg"}},
      {"one folder", {"sub/*.jpg"}, {}, {"sub/d.jpg"}},
      {"two patterns", {"*.png", "sub/deep/*"}, {}, {"c.png", "sub/deep/f.jpg"}},
      {"without drafts",
       {"**/*.jpg"},
       {"**/drafts/**", "b.*"},
       {"a.jpg", "sub/d.jpg", "sub/deep/f.jpg", "thumbs-tmp-i.jpg"}},
      {"hidden when named", {".git/*.jpg", ".*.jpg"}, {}, {".git/g.jpg", ".hidden.jpg"}},
      {"an exclude reaches hidden ones too", {".git/*.jpg", ".*.jpg", "a.jpg"}, {"**/g.*", "*den.jpg"}, {"a.jpg"}},
      {"temporary files never", {".thumbs-tmp-*", ".thumbs-tmp-*/*", "**/.thumbs-tmp-*"}, {}, {}},
      {"nothing", {"*.gif"}, {}, {}},
  };
  for (const Case& c : cases) {
    for (const std::string source : {"", "shop", "assets/shop", "../outside"}) {
      SCOPED_TRACE(std::string(c.name) + " in '" + source + "'");
      const std::string prefix = source.empty() ? "" : source + "/";
      FakeDisk disk;
      for (const std::string& path : tree) disk.put(prefix + path, "x");
      const ScanResult result = scan(disk, set_of(source, c.include, c.exclude));
      expect_quiet(result);
      Paths below;
      for (const FoundFile& file : result.files) {
        EXPECT_EQ(file.path.substr(0, file.below), prefix);
        below.emplace_back(file.path.substr(file.below));
      }
      EXPECT_EQ(below, c.found);
    }
  }
}

TEST(Scan, DoesNotEnterFoldersThatCannotHoldSources) {
  FakeDisk disk;
  for (const char* path : {"s/in/a.jpg", "s/in/drafts/b.jpg", "s/out/c.jpg", "s/.git/d.jpg", "s/in/deep/e.jpg"}) {
    disk.put(path, "x");
  }
  EXPECT_EQ(paths_of(scan(disk, set_of("s", {"in/**/*.jpg"}, {"**/drafts/**"}))),
            (Paths{"s/in/a.jpg", "s/in/deep/e.jpg"}));
  EXPECT_EQ(disk.lists(), (Paths{"s", "s/in", "s/in/deep"}));
}

TEST(Scan, NotesWhichExcludesWereOfUse) {
  FakeDisk disk;
  for (const char* path : {"s/a.jpg", "s/notes.txt", "s/drafts/b.jpg", "s/other/c.jpg"}) disk.put(path, "x");
  const struct {
    Paths include, exclude;
    std::vector<std::uint32_t> unused;
  } cases[] = {
      {{"**/*.jpg"}, {"a.jpg", "drafts/**"}, {}},
      {{"**/*.jpg"}, {"a.jpg", "*.jpg", "**/*.jpg", "b.jpg"}, {3}},
      {{"**/*.jpg"}, {"drafts/**", "**/drafts/**"}, {}},
      {{"**/*.jpg"}, {"drafts", "*/b.*"}, {0}},
      {{"*.jpg"}, {"*.txt", "drafts/**", "drafts/b.jpg"}, {2}},
      {{"*.gif"}, {"a.*", "other/**", "*.png"}, {2}},
  };
  for (const auto& c : cases)
    EXPECT_EQ(scan(disk, set_of("s", c.include, c.exclude)).unused_excludes, c.unused)
        << testing::PrintToString(c.exclude);
}

TEST(Scan, ListsNamesBreadthFirstWithinALimit) {
  FakeDisk disk;
  for (const char* path : {"s/b.txt", "s/sub/deep/c.jpg", "s/.git/d", "s/sub/.thumbs-tmp-1", "s/sub/e.jpg"})
    disk.put(path, "x");
  disk.forget();
  NamesBelow names = names_below(disk, "s", 100);
  std::sort(names.files.begin(), names.files.end());
  EXPECT_EQ(names.files, (Paths{"b.txt", "sub/deep/c.jpg", "sub/e.jpg"}));
  EXPECT_EQ(names.folders, (Paths{"sub", "sub/deep"}));
  EXPECT_EQ(names.unknown, Paths());
  EXPECT_EQ(disk.stats(), Paths());
  EXPECT_EQ(names_below(disk, "s", 3).unknown, Paths{"sub/deep"});
}

TEST(Scan, StatsOnlyWhatItTakesAndReadsNothing) {
  FakeDisk disk;
  disk.put("s/a.jpg", "123");
  disk.put("s/b.txt", "x");
  const ScanResult result = scan(disk, set_of("s"));
  ASSERT_EQ(result.files.size(), 1u);
  const disk::StatData& stat_data = result.files[0].stat_data;
  EXPECT_EQ(disk.stats(), (Paths{"s", "s/a.jpg"}));
  EXPECT_EQ(stat_data, disk.stat("s/a.jpg", true).stat_data);
  EXPECT_EQ(disk.reads(), Paths());
}

// A partial result must not pass for a whole one: missing files would count as deleted.
TEST(Scan, AStopEndsItWithoutAResult) {
  FakeDisk folders;
  for (int i = 0; i < 100; ++i) folders.put("assets/" + std::to_string(i) + "/a.jpg", "x");
  FakeDisk flat;
  for (int i = 0; i < 2000; ++i) flat.put("assets/" + std::to_string(i) + ".jpg", "x");
  for (const FakeDisk* disk : {&folders, &flat}) {
    for (const int after : {0, 2}) {
      SCOPED_TRACE(after);
      std::atomic<int> asked = 0;
      try {
        scan(*disk, set_of("assets"), {}, [&] { return asked++ >= after; });
        ADD_FAILURE() << "it went on to its end";
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::interrupted);
      }
    }
  }
}

TEST(Scan, SortsByTheBytesOfWholePaths) {
  // '-' and '.' come before '/', '0' after it.
  Paths tree = {"a/x.jpg", "a-b.jpg", "a.jpg", "a0.jpg",   "a/b.jpg",      "a.b/c.jpg", "a/b/c.jpg",  "a-/d.jpg",
                "B.jpg",   "aa.jpg",  "b.jpg", "\xff.jpg", "\xc3\xa9.jpg", "a/b-.jpg",  "a/b0/e.jpg", "z/z/z/z.jpg"};
  FakeDisk disk;
  for (const std::string& path : tree) disk.put(path, "x");
  std::sort(tree.begin(), tree.end());
  EXPECT_EQ(paths_of(scan(disk, set_of(""))), tree);
}

TEST(Scan, AnyTreeComesOutSortedAndWhole) {
  FakeDisk disk;
  std::set<std::string> expected;
  std::uint32_t random = 12345;  // any fixed sequence is fine
  const auto next = [&random](std::uint32_t below) {
    random = random * 1664525 + 1013904223;
    return (random >> 16) % below;
  };
  for (int i = 0; i < 3000; ++i) {
    std::string path;
    for (std::uint32_t depth = next(5); depth > 0; --depth) path += std::string(1, "-.0ab"[next(5)]) + "d/";
    path += "f" + std::to_string(next(300)) + ".jpg";
    const bool hidden = path.starts_with('.') || path.find("/.") != std::string::npos;
    disk.put(path, "x");
    if (!hidden) expected.insert(path);
  }
  const ScanResult result = scan(disk, set_of(""));
  expect_quiet(result);
  EXPECT_EQ(paths_of(result), Paths(expected.begin(), expected.end()));
}

TEST(Scan, OddNamesAreTakenAsTheyAre) {
  const TempFolder folder;
  Paths names = {" .jpg",       "-rf.jpg", "a\nb.jpg",  "quo\"te'.jpg",    "caf\xc3\xa9.jpg",
                 "lat\xe9.jpg", "[x].jpg", "{a,b}.jpg", "back\\slash.jpg", "-d\n\xff/*.jpg"};
  for (const std::string& name : names) folder.put("s/" + name, "x");
  const std::unique_ptr<disk::Disk> disk = disk::open_disk(folder.path());
  const ScanResult result = scan(*disk, set_of("s"));
  expect_quiet(result);
  for (std::string& name : names) name.insert(0, "s/");
  std::sort(names.begin(), names.end());
  EXPECT_EQ(paths_of(result), names);
  for (const FoundFile& file : result.files)
    EXPECT_EQ(disk->stat(std::string(file.path), false).stat_data, file.stat_data);
}

TEST(Scan, FoldersAndPipesOfAPicturesNameAreNoSources) {
  FakeDisk disk;
  disk.put("s/folder.jpg/a.jpg", "x");
  disk.make_fifo("s/pipe.jpg");
  disk.make_fifo("s/pipe.txt");
  const ScanResult result = scan(disk, set_of("s"));
  EXPECT_EQ(paths_of(result), Paths{"s/folder.jpg/a.jpg"});
  EXPECT_EQ(result.warnings, Paths{"s/pipe.jpg: skipped: not a file or folder"});
  EXPECT_EQ(result.errors, Paths());
}

TEST(Scan, ASourceThatIsMissingOrNoFolderIsAUsageError) {
  struct Case {
    std::string source;
    std::string_view text;
  };
  const Case cases[] = {
      {"none", "none: the source of set \"products\" does not exist: create it, or correct \"source\""},
      {"file/below", "file/below: the source of set \"products\" does not exist: create it, or correct \"source\""},
      {"dangling", "dangling: the source of set \"products\" does not exist: create it, or correct \"source\""},
      {"file", "file: the source of set \"products\" is not a folder: correct \"source\""},
  };
  FakeDisk disk;
  disk.put("file", "x");
  disk.make_link("dangling", "nowhere");
  for (const Case& c : cases) {
    SCOPED_TRACE(c.source);
    try {
      scan(disk, set_of(c.source));
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::usage);
      EXPECT_EQ(error.what(), c.text);
    }
  }
}

TEST(Scan, AFolderThatCannotBeListedIsNamedAndTheRestIsTaken) {
  struct Case {
    const char* name;
    std::string fails;  // operation and path
    Paths found;
    Paths unlistable;
  };
  const Case cases[] = {
      {"a folder", "list s/locked", {"s/a.jpg", "s/open/b.jpg"}, {"s/locked"}},
      {"a folder below", "list s/locked/deep", {"s/a.jpg", "s/locked/c.jpg", "s/open/b.jpg"}, {"s/locked/deep"}},
      {"the source", "list s", {}, {"s"}},
      {"the source's parent", "stat s", {}, {"s"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    FakeDisk disk;
    for (const char* path : {"s/a.jpg", "s/open/b.jpg", "s/locked/c.jpg", "s/locked/deep/d.jpg"}) disk.put(path, "x");
    disk.hook = [&](const std::string& operation, const std::string& path) {
      if (operation + " " + path == c.fails) throw Error(ErrorCode::unreadable, "Permission denied", path, "scan");
    };
    const ScanResult result = scan(disk, set_of("s"));
    EXPECT_EQ(paths_of(result), c.found);
    EXPECT_EQ(result.unlistable, c.unlistable);
    EXPECT_EQ(result.errors, Paths{c.unlistable[0] + ": cannot be listed: Permission denied"});
    EXPECT_EQ(result.warnings, Paths());
  }
}

TEST(Scan, TheManifestsOwnFolderIsNamedByADot) {
  FakeDisk disk;
  disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "list") throw Error(ErrorCode::io, "Input/output error", path, "scan");
  };
  const ScanResult result = scan(disk, set_of(""));
  EXPECT_EQ(result.unlistable, Paths{""});
  EXPECT_EQ(result.errors, Paths{".: cannot be listed: Input/output error"});
}

TEST(Scan, AFolderThatVanishesMeanwhileIsEmpty) {
  FakeDisk disk;
  disk.put("s/a.jpg", "x");
  disk.put("s/sub/b.jpg", "x");
  disk.hook = [&](const std::string& operation, const std::string& path) {
    if (operation == "list" && path == "s/sub") disk.erase("s/sub");
  };
  const ScanResult result = scan(disk, set_of("s"));
  EXPECT_EQ(paths_of(result), Paths{"s/a.jpg"});
  expect_quiet(result);
}

TEST(Scan, TellsHowManyItHasSeen) {
  FakeDisk disk;
  for (int i = 0; i < 3000; ++i) disk.put("s/" + std::to_string(i % 7) + "/" + std::to_string(i) + ".jpg", "x");
  std::atomic<std::uint64_t> calls = 0;
  std::atomic<std::uint64_t> most = 0;
  scan(disk, set_of("s"), [&](std::uint64_t count) {
    ++calls;
    std::uint64_t before = most;
    while (before < count && !most.compare_exchange_weak(before, count)) {
    }
  });
  EXPECT_EQ(most, 3000u);
  EXPECT_GE(calls, 2u);
  EXPECT_LE(calls, 20u);
}

}  // namespace
}  // namespace thumbs::scan
