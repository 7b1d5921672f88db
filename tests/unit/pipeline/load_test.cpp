// The read stage: bytes and the hash of those very bytes, whatever happens to the file meanwhile.
#include "pipeline/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/fake_disk.h"
#include "support/hash.h"
#include "thumbs/error.h"

namespace thumbs::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t k_hour = 3600 * FakeDisk::k_second;

std::string long_text(std::uint64_t size, char seed = 'a') {
  std::string text(size, seed);
  for (std::size_t i = 0; i < text.size(); i += 4099) text[i] = static_cast<char>(i);
  return text;
}

std::string all_of(image::ByteSource& source) {
  std::string text;
  source.rewind();
  for (auto piece = source.next(); !piece.empty(); piece = source.next())
    text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  return text;
}

std::unique_ptr<LoadedSource> load(const FakeDisk& disk, const Limits& limits = {}) {
  return load_source(disk, "in/a", limits);
}

ErrorCode error_of(const FakeDisk& disk, const Limits& limits = {}) {
  try {
    load(disk, limits);
  } catch (const Error& error) {
    EXPECT_EQ(error.path(), "in/a");
    EXPECT_EQ(error.stage(), "read");
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::internal;
}

// Sizes around what is held in memory, and around the pieces that are read.
constexpr std::uint64_t k_sizes[] = {0,
                                     1,
                                     63,
                                     64,
                                     65,
                                     300'000,
                                     k_largest_in_memory - 1,
                                     k_largest_in_memory,
                                     k_largest_in_memory + 1,
                                     k_largest_in_memory + (std::uint64_t{256} << 10)};

TEST(Load, GivesTheBytesAndTheirHash) {
  for (const std::uint64_t size : k_sizes) {
    SCOPED_TRACE(size);
    FakeDisk disk;
    const std::string text = long_text(size);
    disk.put("in/a", text);
    disk.tick(k_hour);
    const auto loaded = load(disk);
    EXPECT_EQ(loaded->content.hash, hash_text(text));
    EXPECT_EQ(loaded->content.stat_data, disk.stat("in/a", true).stat_data);
    EXPECT_EQ(loaded->content.statted_at_ns, disk.now_ns());
    EXPECT_EQ(loaded->bytes_read, size);
    EXPECT_EQ(loaded->bytes().size(), size);
    const std::string head(reinterpret_cast<const char*>(loaded->content.head.data()), loaded->content.head.size());
    EXPECT_EQ(head, text.substr(0, 64));
    EXPECT_TRUE(all_of(loaded->bytes()) == text);
    EXPECT_TRUE(all_of(loaded->bytes()) == text) << "a second time too";
    EXPECT_NO_THROW(loaded->confirm());
    EXPECT_THAT(disk.reads(), SizeIs(1)) << "opened once";
  }
}

TEST(Load, HoldsLargeFilesInPiecesOnly) {
  FakeDisk disk;
  disk.put("in/a", long_text(k_largest_in_memory));
  EXPECT_EQ(load(disk)->memory(), k_largest_in_memory);
  disk.put("in/a", long_text(k_largest_in_memory + 1));
  EXPECT_LT(load(disk)->memory(), 1U << 20);
}

TEST(Load, PiecesOfALargeFileAreTheSameEachTime) {
  FakeDisk disk;
  disk.put("in/a", long_text(k_largest_in_memory + 12345));
  const auto loaded = load(disk);
  const auto pieces = [&] {
    std::vector<std::size_t> sizes;
    loaded->bytes().rewind();
    for (auto piece = loaded->bytes().next(); !piece.empty(); piece = loaded->bytes().next())
      sizes.push_back(piece.size());
    return sizes;
  };
  EXPECT_EQ(pieces(), pieces());
}

TEST(Load, AFileThatChangesWhileItIsReadIsReadOnceMore) {
  for (const std::uint64_t size : {std::uint64_t{1000}, k_largest_in_memory + 1}) {
    SCOPED_TRACE(size);
    FakeDisk disk;
    disk.put("in/a", long_text(size, 'a'));
    disk.tick(k_hour);
    const std::string changed = long_text(size, 'b');
    int reads = 0;
    disk.hook = [&](const std::string& operation, const std::string&) {
      if (operation == "read" && ++reads == 1) disk.put("in/a", changed);
    };
    const auto loaded = load(disk);
    EXPECT_EQ(loaded->content.hash, hash_text(changed));
    EXPECT_EQ(loaded->bytes_read, 2 * size) << "what was read in vain was read all the same";
    EXPECT_THAT(disk.reads(), SizeIs(2));
    EXPECT_TRUE(all_of(loaded->bytes()) == changed);
  }
}

TEST(Load, AFileThatGrowsOrShrinksIsReadOnceMore) {
  for (const std::uint64_t size : {std::uint64_t{1000}, k_largest_in_memory + 1000})
    for (const std::uint64_t other : {size - 999, size + 1, size + 100'000}) {
      SCOPED_TRACE(std::to_string(size) + " to " + std::to_string(other));
      FakeDisk disk;
      disk.put("in/a", long_text(size));
      disk.tick(k_hour);
      int stats = 0;
      disk.hook = [&](const std::string& operation, const std::string&) {
        if (operation == "fstat" && ++stats == 2) disk.put("in/a", long_text(other));
      };
      EXPECT_EQ(load(disk)->content.hash, hash_text(long_text(other)));
    }
}

TEST(Load, AFileThatChangesTwiceFails) {
  for (const std::uint64_t size : {std::uint64_t{1000}, k_largest_in_memory + 1}) {
    SCOPED_TRACE(size);
    FakeDisk disk;
    disk.put("in/a", long_text(size));
    disk.hook = [&](const std::string& operation, const std::string&) {
      if (operation != "read") return;
      disk.tick(1);
      disk.touch("in/a");
    };
    EXPECT_EQ(error_of(disk), ErrorCode::changed_while_read);
    EXPECT_THAT(disk.reads(), SizeIs(2));
  }
}

TEST(Load, ALargeFileThatChangesBehindItsSignatureIsNoticedWhenItIsDecoded) {
  FakeDisk disk;
  disk.put("in/a", long_text(k_largest_in_memory + 1, 'a'));
  const auto loaded = load(disk);
  disk.put_unnoticed("in/a", long_text(k_largest_in_memory + 1, 'b'));
  EXPECT_THROW(all_of(loaded->bytes()), Error) << "at once";
  try {
    loaded->confirm();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::changed_while_read);
  }
}

TEST(Load, ALargeFileIsReadFromAnyPlace) {
  FakeDisk disk;
  const std::string text = long_text(k_largest_in_memory + 1000);
  disk.put("in/a", text);
  const auto loaded = load(disk);
  image::ByteSource& bytes = loaded->bytes();
  const std::uint64_t piece_size = std::uint64_t{256} << 10;
  for (const std::uint64_t at : {text.size() - 1, std::size_t{0}, std::size_t{5}, std::size_t{piece_size - 1},
                                 std::size_t{3 * piece_size}, std::size_t{piece_size + 7}}) {
    SCOPED_TRACE(at);
    ASSERT_TRUE(bytes.seek(at));
    const auto piece = bytes.next();
    ASSERT_FALSE(piece.empty());
    EXPECT_EQ(text.substr(at, piece.size()), std::string(reinterpret_cast<const char*>(piece.data()), piece.size()));
  }
  bytes.seek(text.size());
  EXPECT_TRUE(bytes.next().empty());
  bytes.seek(10 * text.size());
  EXPECT_TRUE(bytes.next().empty());
  EXPECT_NO_THROW(loaded->confirm());
}

TEST(Load, AChangeOfALargeFileIsNoticedWhereItIsRead) {
  FakeDisk disk;
  std::string text = long_text(k_largest_in_memory + 1000);
  disk.put("in/a", text);
  const auto loaded = load(disk);
  const std::size_t middle = text.size() / 2;
  text[middle] = '!';
  disk.put_unnoticed("in/a", text);
  loaded->bytes().seek(text.size() - 1);
  EXPECT_NO_THROW(loaded->bytes().next());
  loaded->bytes().seek(middle);
  EXPECT_THROW(loaded->bytes().next(), Error);
  EXPECT_THROW(loaded->confirm(), Error) << "also where the decoder took the error for another";
}

TEST(Load, ALargeFileThatGrewIsNotConfirmed) {
  FakeDisk disk;
  const std::string text = long_text(k_largest_in_memory + (std::uint64_t{256} << 10));
  disk.put("in/a", text);
  const auto loaded = load(disk);
  disk.put_unnoticed("in/a", text + '!');
  EXPECT_THROW(loaded->confirm(), Error);
}

TEST(Load, WhatTheDecoderLeftUnreadIsConfirmedToo) {
  FakeDisk disk;
  std::string text = long_text(k_largest_in_memory + 1000);
  disk.put("in/a", text);
  const auto loaded = load(disk);
  loaded->bytes().rewind();
  loaded->bytes().next();
  EXPECT_NO_THROW(loaded->confirm());
  text.back() = '!';
  disk.put_unnoticed("in/a", text);
  loaded->bytes().rewind();
  loaded->bytes().next();
  EXPECT_THROW(loaded->confirm(), Error);
}

TEST(Load, MoreThanInputBytesIsRefusedUnread) {
  struct Case {
    std::uint64_t size, limit;
    bool refused;
  };
  const Case cases[] = {{1000, 999, true}, {1000, 1000, false}, {1000, 0, false}, {0, 1, false}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.limit);
    FakeDisk disk;
    disk.put("in/a", long_text(c.size));
    Limits limits;
    limits.input_bytes = c.limit;
    int reads = 0;
    disk.hook = [&](const std::string& operation, const std::string&) { reads += operation == "read" ? 1 : 0; };
    if (!c.refused) {
      EXPECT_NO_THROW(load(disk, limits));
      continue;
    }
    EXPECT_EQ(error_of(disk, limits), ErrorCode::too_large);
    EXPECT_EQ(reads, 0);
  }
}

TEST(Load, WhatCannotBeReadFailsWithItsCause) {
  FakeDisk disk;
  EXPECT_EQ(error_of(disk), ErrorCode::unreadable) << "missing";
  disk.make_folder("in/a");
  EXPECT_EQ(error_of(disk), ErrorCode::unreadable) << "a folder";
  disk.erase("in/a");
  disk.make_fifo("in/a");
  EXPECT_EQ(error_of(disk), ErrorCode::unreadable) << "a pipe";
  disk.erase("in/a");
  disk.put("in/a", "x");
  for (const std::string operation : {"open", "fstat", "read"}) {
    SCOPED_TRACE(operation);
    disk.hook = [&](const std::string& what, const std::string& path) {
      if (what == operation) throw Error(ErrorCode::io, "broken", path, "elsewhere");
    };
    EXPECT_EQ(error_of(disk), ErrorCode::io);
  }
}

}  // namespace
}  // namespace thumbs::pipeline
