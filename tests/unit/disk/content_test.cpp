// Hashing whole files, and files that change during that.
#include "disk/content.h"

#include <gtest/gtest.h>

#include <cstring>

#include "support/fake_disk.h"
#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ErrorCode code_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::internal;
}

TEST(Content, IsTheHashTheSignatureAndTheFirstBytes) {
  const std::size_t piece = std::size_t{1} << 20;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{65},
                                 piece - 1, piece, piece + 1, 3 * piece}) {
    SCOPED_TRACE(size);
    FakeDisk disk;
    std::string bytes(size, 'x');
    if (size > 2) bytes.replace(size - 2, 2, "yz");
    disk.put("a.jpg", bytes);
    disk.tick(5 * FakeDisk::k_second);
    std::uint64_t read = 100;
    const Content content = read_content(disk, "a.jpg", &read);
    EXPECT_EQ(content.hash, hash_text(bytes));
    EXPECT_EQ(content.stat_data, disk.stat("a.jpg", true).stat_data);
    EXPECT_EQ(content.statted_at_ns, disk.now_ns());
    EXPECT_EQ(text_of(content.head), bytes.substr(0, 64));
    EXPECT_EQ(read, 100 + size);
    EXPECT_EQ(disk.reads(), std::vector<std::string>{"a.jpg"}) << "opened once";
  }
}

TEST(Content, ComesFromTheRealDiskToo) {
  const TempFolder folder;
  std::string bytes;
  while (bytes.size() < 2'500'000) bytes += "line " + std::to_string(bytes.size()) + "\n";
  folder.put("big.bin", bytes);
  const std::unique_ptr<Disk> disk = open_disk(folder.path());
  EXPECT_EQ(read_content(*disk, "big.bin").hash, hash_text(bytes));
}

TEST(Content, LooksAtTheClockBeforeTheFile) {
  FakeDisk disk;
  disk.put("a.jpg", "a");
  const std::int64_t before = disk.now_ns();
  disk.hook = [&](const std::string&, const std::string&) { disk.tick(FakeDisk::k_second); };
  EXPECT_EQ(read_content(disk, "a.jpg").statted_at_ns, before);
}

TEST(Content, AFileThatChangesWhileItIsReadIsReadOnceMore) {
  struct Case {
    const char* name;
    std::function<void(FakeDisk&)> change;
    std::string after;
  };
  const Case cases[] = {
      {"other bytes", [](FakeDisk& disk) { disk.put("a.jpg", "BB"); }, "BB"},
      {"longer", [](FakeDisk& disk) { disk.put("a.jpg", "AAAA"); }, "AAAA"},
      {"shorter", [](FakeDisk& disk) { disk.put("a.jpg", ""); }, ""},
      {"touched", [](FakeDisk& disk) { disk.touch("a.jpg"); }, "AA"},
      {"mtime set back", [](FakeDisk& disk) { disk.set_mtime("a.jpg", 5); }, "AA"},
      {"replaced by a rename",
       [](FakeDisk& disk) {
         disk.put("new", "CC");
         disk.move("new", "a.jpg");
       },
       "CC"},
      {"longer, times and all the rest equal", [](FakeDisk& disk) { disk.put_unnoticed("a.jpg", "AAB"); }, "AAB"},
  };
  for (const Case& c : cases) {
    for (const char* moment : {"read", "fstat"}) {  // fstat: between the first stat and the first byte
      SCOPED_TRACE(std::string(c.name) + " at " + moment);
      FakeDisk disk;
      disk.put("a.jpg", "AA");
      bool done = false;
      int looks = 0;
      disk.hook = [&](const std::string& operation, const std::string&) {
        if (operation == "fstat") ++looks;
        if (done || operation != moment || (operation == "fstat" && looks < 2)) return;
        done = true;
        disk.tick(1);
        c.change(disk);
      };
      std::uint64_t read = 0;
      const Content content = read_content(disk, "a.jpg", &read);
      EXPECT_EQ(content.hash, hash_text(c.after));
      EXPECT_EQ(content.stat_data, disk.stat("a.jpg", true).stat_data);
      EXPECT_EQ(text_of(content.head), c.after);
      EXPECT_EQ(disk.reads().size(), 2u);
    }
  }
}

TEST(Content, AFileThatKeepsChangingFails) {
  FakeDisk disk;
  disk.put("a.jpg", "AA");
  disk.hook = [&](const std::string& operation, const std::string&) {
    if (operation != "read") return;
    disk.tick(1);
    disk.touch("a.jpg");
  };
  EXPECT_EQ(code_of([&] { read_content(disk, "a.jpg"); }), ErrorCode::changed_while_read);
  EXPECT_EQ(disk.reads().size(), 2u);
}

TEST(Content, AFileThatGrowsForEverFailsInTime) {
  FakeDisk disk;
  std::string bytes(std::size_t{1} << 20, 'x');
  disk.put("a.log", bytes);
  disk.hook = [&](const std::string& operation, const std::string&) {
    if (operation != "read") return;
    bytes.append(std::size_t{1} << 20, 'x');
    disk.put_unnoticed("a.log", bytes);
    ASSERT_LT(bytes.size(), std::size_t{16} << 20) << "reading does not end";
  };
  EXPECT_EQ(code_of([&] { read_content(disk, "a.log"); }), ErrorCode::changed_while_read);
}

TEST(Content, AStopEndsItWithinAFile) {
  FakeDisk disk;
  disk.put("a.jpg", std::string(std::size_t{5} << 20, 'x'));
  int pieces = 0;
  std::uint64_t read = 0;
  const auto stop = [&] { return ++pieces > 2; };
  EXPECT_EQ(code_of([&] { read_content(disk, "a.jpg", &read, {}, stop); }), ErrorCode::interrupted);
  EXPECT_EQ(pieces, 3);
}

TEST(Content, WhatCannotBeReadSaysSo) {
  FakeDisk disk;
  disk.make_fifo("pipe.jpg");
  disk.make_folder("folder.jpg");
  disk.put("bad.jpg", "x");
  disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "read") throw Error(ErrorCode::io, "Input/output error", path, "read");
  };
  EXPECT_EQ(code_of([&] { read_content(disk, "none.jpg"); }), ErrorCode::unreadable);
  EXPECT_EQ(code_of([&] { read_content(disk, "pipe.jpg"); }), ErrorCode::unreadable);
  EXPECT_EQ(code_of([&] { read_content(disk, "folder.jpg"); }), ErrorCode::unreadable);
  EXPECT_EQ(code_of([&] { read_content(disk, "bad.jpg"); }), ErrorCode::io);
}

}  // namespace
}  // namespace thumbs::disk
