// Paths stay where they are, however many are added and wherever the arena goes.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/text_ref.h"

namespace thumbs {
namespace {

constexpr std::size_t k_block = std::size_t{1} << 16;

TEST(TextArena, KeepsACopyOfEachText) {
  TextArena arena;
  std::string text = "in/a.png";
  const std::string_view kept = arena.add(text);
  text = "in/b.png";
  EXPECT_EQ(kept, "in/a.png");
  EXPECT_EQ(arena.add(text), "in/b.png");
  EXPECT_EQ(kept, "in/a.png");
  EXPECT_NE(kept.data(), arena.add("in/a.png").data()) << "the same text again is another copy";
}

TEST(TextArena, KeepsBytesThatAreNoText) {
  TextArena arena;
  EXPECT_EQ(arena.add(std::string_view("a\0\xFF", 3)), std::string_view("a\0\xFF", 3));
  EXPECT_EQ(arena.add(""), "");
}

TEST(TextArena, NoTextMovesWhileOthersAreAdded) {
  TextArena arena;
  std::vector<std::string> texts;
  // Some blocks full, and at their edges texts of all sizes, larger than a block too.
  for (std::size_t i = 0; i < 20'000; ++i) texts.push_back("folder/" + std::to_string(i * 7919));
  for (const std::size_t size : {k_block - 1, k_block, k_block + 1, 3 * k_block, std::size_t{0}, std::size_t{1}})
    texts.emplace_back(size, static_cast<char>('a' + texts.size() % 26));
  std::vector<std::string_view> kept;
  std::vector<const char*> places;
  for (const std::string& text : texts) {
    kept.push_back(arena.add(text));
    places.push_back(kept.back().data());
  }
  const TextArena moved = std::move(arena);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(kept[i], texts[i]);
    ASSERT_EQ(kept[i].data(), places[i]);
  }
}

TEST(TextArena, GrowsOnAfterItWasMovedTo) {
  TextArena first;
  const std::string_view a = first.add("a");
  TextArena second = std::move(first);
  const std::string_view b = second.add("b");
  TextArena third;
  third.add("lost");
  third = std::move(second);
  const std::string_view c = third.add(std::string(k_block, 'c'));
  EXPECT_EQ(a, "a");
  EXPECT_EQ(b, "b");
  EXPECT_EQ(c, std::string(k_block, 'c'));
}

TEST(TextArena, KeepsTheTextsOfAnother) {
  TextArena first;
  const std::string_view a = first.add("a");
  TextRef b;
  {
    TextArena second;
    b = second.add("b");
    first.take(std::move(second));
  }
  const std::string_view c = first.add("c");
  EXPECT_EQ(a, "a");
  EXPECT_EQ(b, "b");
  EXPECT_EQ(c, "c");
}

static_assert(!std::is_constructible_v<TextRef, std::string&&>, "a temporary would be gone at once");
static_assert(std::is_constructible_v<TextRef, const std::string&>);

}  // namespace
}  // namespace thumbs
