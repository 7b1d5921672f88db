// XXH3-128: known values, pieces, bytes and digits.
#include "support/hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <unordered_set>

namespace thumbs {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST(Hash, AgreesWithTheReferenceTool) {
  struct Case {
    std::string_view text;
    std::string_view hex;  // as `xxhsum -H2` prints it
  };
  const Case cases[] = {
      {"", "99aa06d3014798d86001c324468d497f"},
      {"a", "a96faf705af16834e6c632b61e964e1f"},
      {"abc", "06b05ab6733a618578af5f94892f3950"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(hash_text(c.text).hex(), c.hex);
    EXPECT_EQ(hash_bytes(bytes_of(c.text)), hash_text(c.text));
  }
}

TEST(Hash, PiecesOfAnySizeEqualTheWhole) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 31 + i / 7);
  const Hash128 whole = hash_text(text);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{240}, std::size_t{241},
                                  std::size_t{1024}, std::size_t{4999}, std::size_t{5000}}) {
    SCOPED_TRACE(piece);
    Hasher hasher;
    for (std::size_t at = 0; at < text.size(); at += piece)
      hasher.update(bytes_of(text).subspan(at).first(std::min(piece, text.size() - at)));
    EXPECT_EQ(hasher.digest(), whole);
    EXPECT_EQ(hasher.digest(), whole) << "digest does not end the hash";
  }
}

TEST(Hash, ResetBeginsAnew) {
  Hasher hasher;
  hasher.update(bytes_of("something else"));
  hasher.reset();
  EXPECT_EQ(hasher.digest(), hash_text(""));
  hasher.update(bytes_of("abc"));
  EXPECT_EQ(hasher.digest(), hash_text("abc"));
}

TEST(Hash, AMovedHasherGoesOn) {
  Hasher first;
  first.update(bytes_of("ab"));
  Hasher second = std::move(first);
  second.update(bytes_of("c"));
  EXPECT_EQ(second.digest(), hash_text("abc"));
}

TEST(Hash, BytesAreBigEndianAndComeBack) {
  const Hash128 hash{.high = 0x0102030405060708, .low = 0x090a0b0c0d0e0ff0};
  EXPECT_EQ(hash.hex(), "0102030405060708090a0b0c0d0e0ff0");
  const auto bytes = hash.bytes();
  EXPECT_EQ(bytes.front(), std::byte{1});
  EXPECT_EQ(bytes.back(), std::byte{0xf0});
  EXPECT_EQ(Hash128::from_bytes(bytes), hash);
}

TEST(Hash, ServesAsAKeyAndSortsAsItsDigits) {
  std::unordered_set<Hash128> set{hash_text("a"), hash_text("b"), hash_text("a")};
  EXPECT_EQ(set.size(), 2u);
  EXPECT_LT((Hash128{1, 0}), (Hash128{1, 1}));
  EXPECT_LT((Hash128{1, 9}), (Hash128{2, 0}));
}

}  // namespace
}  // namespace thumbs
