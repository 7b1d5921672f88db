// Names of results, and what a store holds of them: whatever was changed on the way is refused.
#include "store/entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "store/place.h"

namespace thumbs::store {
namespace {

using Bytes = std::vector<std::byte>;
using testing::HasSubstr;

const Origin k_origin{hash_text("a source"), "format=jpeg;width=8", "decode=1", "libjpeg 1"};

Bytes bytes_of(std::string_view text) {
  const auto span = std::as_bytes(std::span(text));
  return {span.begin(), span.end()};
}

Entry some_entry(const Bytes& bytes) {
  Entry entry{.format = "jpeg", .width = 8, .height = 6, .milliseconds = 7, .look = {}, .warnings = {}, .bytes = bytes};
  entry.look.emplace();
  entry.look->dominant_colour = {1, 2, 255};
  entry.look->thumbhash_bytes = 2;
  entry.look->thumbhash = {16, 17};
  entry.warnings = {"a profile\nof two lines", "", "caf\xE9"};
  return entry;
}

std::string fault_of(const Bytes& answer) {
  Entry entry;
  return read_entry(key_of(k_origin), answer, entry).value_or("");
}

TEST(StoreKey, IsAnotherForEverythingThatDecides) {
  const auto with = [](const std::function<void(Origin&)>& change) {
    Origin origin = k_origin;
    change(origin);
    return key_of(origin);
  };
  const std::set<Key> keys{key_of(k_origin),
                           with([](Origin& o) { o.source = hash_text("another"); }),
                           with([](Origin& o) { o.recipe = "format=jpeg;width=9"; }),
                           with([](Origin& o) { o.stages = "decode=2"; }),
                           with([](Origin& o) { o.codecs = "libjpeg 2"; }),
                           with([](Origin& o) { std::swap(o.recipe, o.stages); })};
  EXPECT_EQ(keys.size(), 6U);
  EXPECT_EQ(key_of(k_origin), key_of(k_origin));
  EXPECT_THAT(key_of(k_origin).path(), testing::MatchesRegex("ac/[0-9a-f]+"));
  EXPECT_EQ(key_of(k_origin).hex().size(), 64U);
}

TEST(StoreKey, StaysTheSameFromVersionToVersion) {
  EXPECT_EQ(key_of(k_origin).hex(), "6b2128d4978b585072a8ef6ecedc92da5265746f08516ece8b7577da72223688");
}

TEST(StoreEntry, ComesBackAsItWas) {
  for (const std::string_view text : {"", "\n\n", "bytes of a picture"}) {
    const Bytes bytes = bytes_of(text);
    for (const bool bare : {true, false}) {
      Entry entry = some_entry(bytes);
      if (bare) entry.look.reset();
      if (bare) entry.warnings.clear();
      const Bytes stored = to_bytes(key_of(k_origin), entry);
      Entry read;
      EXPECT_EQ(read_entry(key_of(k_origin), stored, read).value_or(""), "");
      EXPECT_EQ(read, entry);
    }
  }
}

TEST(StoreEntry, EveryOtherByteAndEveryOtherLengthIsRefused) {
  const Bytes bytes = bytes_of("bytes of a picture");
  const Bytes stored = to_bytes(key_of(k_origin), some_entry(bytes));
  for (std::size_t i = 0; i < stored.size(); ++i) {
    Bytes other = stored;
    other[i] ^= std::byte{1};
    EXPECT_NE(fault_of(other), "") << i;
    EXPECT_NE(fault_of({stored.begin(), stored.begin() + static_cast<std::ptrdiff_t>(i)}), "") << i;
  }
  Bytes longer = stored;
  longer.push_back(std::byte{0});
  EXPECT_NE(fault_of(longer), "");
}

// What somebody would write who knows the format.
Bytes forged(std::string_view rest) {
  return bytes_of("thumbs-store 1\nkey " + key_of(k_origin).hex() + "\nhash " + hash_text(rest).hex() + "\n" +
                  std::string(rest));
}

TEST(StoreEntry, WhatIsForgedIsRefusedWithAReason) {
  const std::string head = "format jpeg\nwidth 8\nheight 6\nmilliseconds 7\n";
  struct Case {
    std::string what;
    Bytes answer;
    std::string reason;
  };
  Origin other = k_origin;
  other.recipe = "format=jpeg;width=9";
  const Bytes picture = bytes_of("x");
  const Case cases[] = {
      {"nothing", {}, "no entry"},
      {"a web page", bytes_of("<html>"), "no entry"},
      {"another version", bytes_of("thumbs-store 2\n"), "another version"},
      {"another result", to_bytes(key_of(other), some_entry(picture)), "another result"},
      {"more bytes than it says", forged(head + "look -\nwarnings 0\nbytes 1\n\nxx"), "2 bytes, not 1"},
      {"fewer bytes than it says", forged(head + "look -\nwarnings 0\nbytes 3\n\nxx"), "2 bytes, not 3"},
      {"very many bytes", forged(head + "look -\nwarnings 0\nbytes 99999999999999999999\n\nx"), "malformed"},
      {"a negative number", forged(head + "look -\nwarnings -1\nbytes 1\n\nx"), "malformed"},
      {"very many warnings", forged(head + "look -\nwarnings 4000000000\nbytes 1\n\nx"), "malformed"},
      {"a warning beyond the end", forged(head + "look -\nwarnings 1\n4000 x\nbytes 1\n\nx"), "malformed"},
      {"a look of one digit", forged(head + "look 1\nwarnings 0\nbytes 1\n\nx"), "malformed"},
      {"a look that is too long", forged(head + "look " + std::string(200, '0') + "\nwarnings 0\nbytes 1\n\nx"),
       "malformed"},
      {"a look that is no number", forged(head + "look zzzzzzzz\nwarnings 0\nbytes 1\n\nx"), "malformed"},
      {"lines in another order", forged("width 8\nformat jpeg\n"), "malformed"},
      {"no empty line", forged(head + "look -\nwarnings 0\nbytes 1\nx"), "malformed"},
  };
  for (const Case& one : cases) EXPECT_THAT(fault_of(one.answer), HasSubstr(one.reason)) << one.what;
}

TEST(StoreEntry, WhatDoesNotFitIsNotStored) {
  const Bytes bytes(k_most_entry);
  Entry entry = some_entry(bytes);
  EXPECT_FALSE(fits(entry));
  entry.bytes = entry.bytes.first(k_most_entry / 2);
  EXPECT_TRUE(fits(entry));
  entry.warnings.assign(101, "one");
  EXPECT_FALSE(fits(entry));
  entry.warnings.assign(1, std::string(5000, 'x'));
  EXPECT_FALSE(fits(entry));
}

TEST(StorePlace, IsShownWithoutCredentials) {
  struct Case {
    std::string text, base, shown;
    bool http;
  };
  const Case cases[] = {
      {"/mnt/store/", "/mnt/store", "/mnt/store", false},
      {"store", "/project/store", "store", false},
      {"http://host/a//", "http://host/a", "http://host/a", true},
      {"https://me:se%40cret@host:8443/a@b", "https://me:se%40cret@host:8443/a@b", "https://host:8443/a@b", true},
      {"http://host", "http://host", "http://host", true},
  };
  for (const Case& one : cases) {
    const Place place = place_of(one.text, "/project");
    EXPECT_EQ(place.base, one.base);
    EXPECT_EQ(place.shown, one.shown);
    EXPECT_EQ(place.http, one.http);
  }
}

}  // namespace
}  // namespace thumbs::store
