// Files on the real disk are written over only where nobody notices.
#include "disk/write_over.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

struct WriteOverTest : testing::Test {
  WriteOverTest() {
    disk->write_new("probe", bytes_of("x"));
    usual = disk->traits_of_new("probe");
  }

  void SetUp() override {
    if (usual.mount == 0) GTEST_SKIP() << "the temporary folder lies on no ext4 or XFS, or this machine serves NFS";
  }

  // The file is on the disk, and has no dirty page.
  void put(const std::string& name, std::string_view text) const {
    disk->write_new(name, bytes_of(text));
    disk->sync(std::array{name});
  }

  std::string text(const std::string& name) const {
    std::ifstream file(folder / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  ino_t inode(const std::string& name) const { return disk->stat(name, false).stat_data.inode; }

  TempFolder folder;
  std::unique_ptr<Disk> disk = open_disk(folder.path());
  FileTraits usual;
};

TEST_F(WriteOverTest, ARenameKeepsTheOldFileForTheNext) {
  put("out", "the old bytes");
  put("temporary", "new");
  const ino_t old_inode = inode("out");
  const std::optional<OldFile> old = disk->rename_keeping("temporary", "out");
  ASSERT_TRUE(old);
  EXPECT_EQ(old->size, 13U);
  EXPECT_EQ(old->traits, usual);
  EXPECT_EQ(text("out"), "new");
  EXPECT_EQ(inode("temporary"), old_inode);
  ASSERT_TRUE(disk->write_over("temporary", bytes_of("newer")));
  EXPECT_EQ(text("temporary"), "newer");
  EXPECT_EQ(inode("temporary"), old_inode);
  EXPECT_EQ(text("out"), "new");
}

TEST_F(WriteOverTest, AnyBytesFit) {
  for (const std::size_t before : {1U, 4095U, 4096U, 4097U, 16384U}) {
    for (const std::size_t after : {0U, 1U, 4096U, 5000U, 16384U, 100'000U}) {
      SCOPED_TRACE(std::to_string(before) + " to " + std::to_string(after));
      const std::string name = std::to_string(before) + "-" + std::to_string(after);
      put(name, std::string(before, 'o'));
      const StatData stat = disk->stat(name, false).stat_data;
      ASSERT_TRUE(disk->write_over(name, bytes_of(std::string(after, 'n'))));
      EXPECT_EQ(text(name), std::string(after, 'n'));
      EXPECT_NE(disk->stat(name, false).stat_data, stat);
      disk->sync(std::array{name});
      EXPECT_EQ(text(name), std::string(after, 'n'));
    }
  }
}

TEST_F(WriteOverTest, NotWhereSomebodyWouldNotice) {
  struct Case {
    const char* name;
    std::function<void(const std::string& path)> take;
    std::function<std::string()> look;  // what the other one sees
  };
  Fd fd;
  const char* mapped = nullptr;
  std::array<int, 2> pipe{-1, -1};
  const auto read_from = [](int from) {
    std::array<char, 16> buffer{};
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    return std::string(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  };
  const auto nothing = [] { return std::string("old"); };
  const Case cases[] = {
      {"has it open", [&](const std::string& path) { fd = Fd(::open(path.c_str(), O_RDONLY)); },
       [&] { return read_from(fd.get()); }},
      {"writes to it", [&](const std::string& path) { fd = Fd(::open(path.c_str(), O_WRONLY)); }, nothing},
      {"has mapped it",
       [&](const std::string& path) {
         const Fd file(::open(path.c_str(), O_RDONLY));
         mapped = static_cast<const char*>(::mmap(nullptr, 3, PROT_READ, MAP_SHARED, file.get(), 0));
       },
       [&] { return std::string(mapped, 3); }},
      {"sends its pages",
       [&](const std::string& path) {
         ASSERT_EQ(::pipe(pipe.data()), 0);
         const Fd file(::open(path.c_str(), O_RDONLY));
         ASSERT_EQ(::splice(file.get(), nullptr, pipe[1], nullptr, 3, 0), 3);
       },
       [&] { return read_from(pipe[0]); }},
      {"has another name for it",
       [&](const std::string& path) { ASSERT_EQ(::link(path.c_str(), (path + ".link").c_str()), 0); },
       [&] { return text("another name.link"); }},
      {"has attributes on it",
       [&](const std::string& path) { ASSERT_EQ(::setxattr(path.c_str(), "user.note", "x", 1, 0), 0); }, nothing},
  };
  int i = 0;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string name = ++i == 5 ? "another name" : std::to_string(i);
    put(name, "old");
    c.take(folder / name);
    EXPECT_FALSE(disk->write_over(name, bytes_of("new")));
    EXPECT_EQ(c.look(), "old");
    EXPECT_EQ(text(name), "old");
    fd.close();
  }
  ::munmap(const_cast<char*>(mapped), 3);
  for (const int end : pipe) ::close(end);
}

TEST_F(WriteOverTest, NeitherLargeNorOtherFilesAreKept) {
  struct Case {
    const char* name;
    std::function<void(const std::string& path)> make;
  };
  const Case cases[] = {
      {"large", [&](const std::string& path) { std::ofstream(path) << std::string(16385, 'x'); }},
      {"empty", [&](const std::string& path) { std::ofstream{path}; }},
      {"with two names",
       [&](const std::string& path) {
         std::ofstream(path) << "old";
         ASSERT_EQ(::link(path.c_str(), (path + ".link").c_str()), 0);
       }},
      {"symbolic link", [&](const std::string& path) { ASSERT_EQ(::symlink("nowhere", path.c_str()), 0); }},
      {"FIFO", [&](const std::string& path) { ASSERT_EQ(::mkfifo(path.c_str(), 0644), 0); }},
      {"missing", [&](const std::string&) {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    c.make(folder / c.name);
    put("temporary", "new");
    EXPECT_FALSE(disk->rename_keeping("temporary", c.name));
    EXPECT_EQ(text(c.name), "new");
    EXPECT_EQ(disk->stat("temporary", false).kind, FileKind::missing);
  }
}

TEST_F(WriteOverTest, AFolderStaysWhereItIs) {
  folder.put("out/inside", "x");
  put("temporary", "new");
  EXPECT_THROW(disk->rename_keeping("temporary", "out"), Error);
  EXPECT_EQ(text("out/inside"), "x");
  EXPECT_EQ(text("temporary"), "new");
}

TEST_F(WriteOverTest, FoldersWhereNewFilesDifferHaveOtherTraits) {
  ::mkdir((folder / "group").c_str(), 0777);
  ::mkdir((folder / "same").c_str(), 0777);
  disk->write_new("same/file", bytes_of("x"));
  EXPECT_EQ(disk->traits_of_new("same/file"), usual);
  if (::chown((folder / "group").c_str(), static_cast<uid_t>(-1), 12345) == 0) {
    ::chmod((folder / "group").c_str(), 02777);
    disk->write_new("group/file", bytes_of("x"));
    EXPECT_NE(disk->traits_of_new("group/file"), usual);
  }
  disk->write_new("attributes", bytes_of("x"));
  ASSERT_EQ(::setxattr((folder / "attributes").c_str(), "user.note", "x", 1, 0), 0);
  EXPECT_EQ(disk->traits_of_new("attributes").mount, 0U);
}

}  // namespace
}  // namespace thumbs::disk
