// Listing a real folder, and looking at its pictures.
#include <gtest/gtest.h>

#include <filesystem>

#include "init/listing.h"
#include "init/look.h"
#include "support/temp_folder.h"
#include "thumbs/error.h"

namespace thumbs::init {
namespace {

Listing listing_of(const TempFolder& folder, const ListingLimits& limits = {}, const BuiltFormats& built = {}) {
  return list_pictures(*disk::open_disk(folder.path()), built, limits, {}, {});
}

using Paths = std::vector<std::string>;

TEST(Listing, FindsWhatASetCanTake) {
  const TempFolder folder;
  for (const char* name : {"b.JPG", "a.png", "deep/er/c.webp", "notes.txt", "x.jpg.bak", "y.psd", "z.jp2", "gif",
                           "w.PSD", "e.GIF", "f.bmp", ".hidden.jpg", ".git/d.jpg"})
    folder.put(name, "x");
  std::filesystem::create_symlink("a.png", folder / "link.png");
  std::filesystem::create_directory_symlink("deep", folder / "again");
  const Listing listing = listing_of(folder);
  EXPECT_EQ(listing.pictures, (Paths{"a.png", "b.JPG", "deep/er/c.webp", "e.GIF", "f.bmp"}));
  EXPECT_EQ(listing.links, Paths{"link.png"});
  EXPECT_EQ(listing.unread, (std::map<std::string, std::size_t>{{"jp2", 1}, {"psd", 2}}));
  EXPECT_FALSE(listing.cut_off);
}

TEST(Listing, EntersNoFoldersOfOtherTools) {
  const TempFolder folder;
  for (const char* name : {"a/p.jpg", "a/node_modules/q.jpg", "dist/r.jpg", "public/s.jpg", "thumbs/t.jpg"})
    folder.put(name, "x");
  EXPECT_EQ(listing_of(folder).pictures, (Paths{"a/p.jpg", "public/s.jpg"}));
  EXPECT_EQ(listing_of(folder).skipped, (Paths{"a/node_modules", "dist", "thumbs"}));
  folder.put("hugo.toml", "");
  EXPECT_EQ(listing_of(folder).skipped, (Paths{"a/node_modules", "dist", "public", "thumbs"})) << "Hugo builds there";
}

TEST(Listing, HasLimits) {
  const TempFolder folder;
  for (const char* name : {"a.jpg", "b/b.jpg", "c/c.jpg"}) folder.put(name, "x");
  EXPECT_TRUE(listing_of(folder, {.pictures = 2}).cut_off);
  EXPECT_EQ(listing_of(folder, {.pictures = 2}).pictures.size(), 2u);
  EXPECT_TRUE(listing_of(folder, {.folders = 2}).cut_off);
  EXPECT_FALSE(listing_of(folder, {.pictures = 4, .folders = 4}).cut_off);
}

TEST(Listing, LeavesOutFormatsThatTheBuildLacks) {
  const TempFolder folder;
  for (const char* name : {"a.jpg", "b.webp", "c.AVIF"}) folder.put(name, "x");
  const Listing listing = listing_of(folder, {}, {.webp = true, .avif = false});
  EXPECT_EQ(listing.pictures, (Paths{"a.jpg", "b.webp"}));
  EXPECT_EQ(listing.not_built, Paths{"c.AVIF"});
}

TEST(Listing, StopsWhenAsked) {
  const TempFolder folder;
  const auto disk = disk::open_disk(folder.path());
  EXPECT_THROW(list_pictures(*disk, {}, {}, {}, [] { return true; }), Error);
}

TEST(Look, TakesASampleSpreadEvenly) {
  const TempFolder folder;
  Paths pictures;
  for (int i = 0; i < 10; ++i) {
    pictures.push_back(std::to_string(i) + ".jpg");
    folder.put(pictures.back(), std::string(1, static_cast<char>('0' + i)));
  }
  std::string seen;
  const Inspect inspect = [&](std::span<const std::byte> bytes) {
    seen += static_cast<char>(bytes[0]);
    if (bytes[0] == std::byte{'5'}) throw Error(ErrorCode::corrupt, "no good");
    PictureInfo info;
    info.width = 10 + static_cast<int>(bytes[0]);
    info.height = 7;
    info.has_alpha = bytes[0] == std::byte{'7'};
    return info;
  };
  const Kinds kinds = look_at(*disk::open_disk(folder.path()), pictures, 4, inspect, {});
  EXPECT_EQ(seen, "0257");
  EXPECT_EQ(kinds.looked, 3u);
  EXPECT_EQ(kinds.transparent, 1u);
  EXPECT_EQ(kinds.largest_width, 10 + '7');
  EXPECT_EQ(kinds.largest_height, 7);
  EXPECT_EQ(kinds.unreadable, 1u);
  EXPECT_EQ(kinds.trouble, "5.jpg: no good");
}

TEST(Look, ReadsTheWholeFileWhereItsBeginningIsNotEnough) {
  const TempFolder folder;
  folder.put("a.jpg", std::string(300 << 10, 'x'));
  std::vector<std::size_t> sizes;
  const Inspect inspect = [&](std::span<const std::byte> bytes) {
    sizes.push_back(bytes.size());
    if (bytes.size() < 300 << 10) throw Error(ErrorCode::truncated, "more");
    return PictureInfo{};
  };
  EXPECT_EQ(look_at(*disk::open_disk(folder.path()), {"a.jpg"}, 4, inspect, {}).looked, 1u);
  EXPECT_EQ(sizes, (std::vector<std::size_t>{256 << 10, 300 << 10}));
}

}  // namespace
}  // namespace thumbs::init
