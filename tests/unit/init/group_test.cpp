// Which folders become sets.
#include "init/group.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace thumbs::init {
namespace {

std::vector<std::string> many(const std::string& folder, int count) {
  std::vector<std::string> paths;
  for (int i = 0; i < count; ++i) paths.push_back(folder + std::to_string(i) + "/a.jpg");
  return paths;
}

TEST(Groups, OneForEachKindOfFolder) {
  const struct {
    const char* name;
    std::vector<std::string> pictures;
    std::vector<std::string> folders;  ///< a '*' at the end: without what is below
  } cases[] = {
      {"nothing", {}, {}},
      {"pictures in the folder itself", {"a.jpg", "b.jpg"}, {""}},
      {"one folder", {"photos/a.jpg"}, {"photos"}},
      {"leaves stay together", {"assets/products/mugs/a.jpg", "assets/products/shoes/b.jpg"}, {"assets/products"}},
      {"kinds below different tops",
       {"assets/products/mugs/a.jpg", "assets/products/shoes/b.jpg", "content/blog/2023/c.jpg",
        "content/blog/2024/d.jpg"},
       {"assets/products", "content/blog"}},
      {"kinds below one container",
       {"assets/logos/a.png", "assets/products/b.jpg"},
       {"assets/logos", "assets/products"}},
      {"a container with pictures of its own", {"assets/a.png", "assets/products/b.jpg"}, {"assets"}},
      {"years are no kinds", {"assets/2023/a.jpg", "assets/2024/b.jpg"}, {"assets"}},
      {"folders of years", {"2023/a.jpg", "2024-05/b.jpg"}, {""}},
      {"a number beside names", {"2023/a.jpg", "photos/b.jpg"}, {"2023", "photos"}},
      {"the top beside a folder", {"logo.png", "photos/a.jpg"}, {"*", "photos"}},
      {"no more than eight at the top", many("kind", 9), {""}},
      {"no more than six in a container", many("assets/kind", 7), {"assets"}},
      {"a container's folder without a name in UTF-8", {"assets/\xff/a.jpg", "assets/b/c.jpg"}, {"assets"}},
      {"containers in containers", {"src/assets/photos/a.jpg"}, {"src/assets/photos"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    std::vector<std::string> folders;
    Listing listing;
    listing.pictures = one.pictures;
    std::sort(listing.pictures.begin(), listing.pictures.end());
    std::size_t pictures = 0;
    for (const Group& group : group_pictures(listing).groups) {
      folders.push_back(group.folder + (group.top_only ? "*" : ""));
      pictures += group.pictures.size();
    }
    EXPECT_EQ(folders, one.folders);
    EXPECT_EQ(pictures, one.pictures.size()) << "each picture is in one group";
  }
}

TEST(Groups, AFolderAtTheTopThatAManifestCannotNameIsLeftOut) {
  Listing listing;
  listing.pictures = {"photos/a.jpg", "\xff\xfe/b.jpg"};
  const Groups groups = group_pictures(listing);
  ASSERT_EQ(groups.groups.size(), 1u);
  EXPECT_EQ(groups.groups[0].folder, "photos");
  EXPECT_EQ(groups.unnamable, std::vector<std::string>{"\xff\xfe"});
}

}  // namespace
}  // namespace thumbs::init
