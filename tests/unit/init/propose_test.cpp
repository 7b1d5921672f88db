// From findings to sets, and to text that means the same.
#include "init/propose.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "init/manifest_text.h"

namespace thumbs::init {
namespace {

struct Found {
  std::vector<std::string> pictures;
  Kinds kinds = {.looked = 4, .largest_width = 2000, .largest_height = 1000};
  std::vector<std::string> top = {};
  std::vector<std::string> skipped = {};
  std::vector<std::string> links = {};
  BuiltFormats built = {.webp = true, .avif = true};
  std::vector<std::string> taken = {};
};

std::vector<ProposedSet> proposal(const Found& found) {
  Findings findings;
  findings.listing.pictures = found.pictures;
  std::sort(findings.listing.pictures.begin(), findings.listing.pictures.end());
  findings.listing.top = found.top;
  findings.listing.skipped = found.skipped;
  findings.listing.links = found.links;
  findings.built = found.built;
  if (!found.built.webp) findings.listing.not_built = {"x.webp"};
  findings.groups = group_pictures(findings.listing).groups;
  findings.kinds.assign(findings.groups.size(), found.kinds);
  return propose(findings, [&](const std::string& path) {
    return std::find(found.taken.begin(), found.taken.end(), path) != found.taken.end();
  });
}

std::string shown(const Variant& variant) {
  std::string text = variant.name + " " + std::to_string(*variant.width) + "x" + std::to_string(*variant.height);
  if (variant.format == OutputFormat::webp) text += " webp";
  if (variant.format == OutputFormat::png) text += " png";
  if (variant.format == OutputFormat::source) text += " source";
  return text;
}

TEST(Propose, PutsThumbnailsOutsideOfSources) {
  const struct {
    const char* name;
    Found found;
    std::vector<std::string> outputs;
  } cases[] = {
      {"nothing to go by", {.pictures = {"photos/a.jpg"}, .top = {"photos"}}, {"thumbs"}},
      {"a folder of what is served", {.pictures = {"photos/a.jpg"}, .top = {"photos", "public"}}, {"public/thumbs"}},
      {"static", {.pictures = {"photos/a.jpg"}, .top = {"photos", "static"}}, {"static/thumbs"}},
      {"Hugo builds public itself",
       {.pictures = {"photos/a.jpg"}, .top = {"hugo.toml", "photos", "public"}},
       {"static/thumbs"}},
      {"pictures in public itself", {.pictures = {"public/a.jpg"}, .top = {"public"}}, {"thumbs"}},
      {"pictures beside", {.pictures = {"public/images/a.jpg"}, .top = {"public"}}, {"public/thumbs"}},
      {"taken", {.pictures = {"p/a.jpg"}, .taken = {"thumbs"}}, {"thumbnails"}},
      {"all taken", {.pictures = {"p/a.jpg"}, .taken = {"thumbs", "thumbnails", "thumbs-2"}}, {"thumbs-3"}},
      {"several sets", {.pictures = {"x/a.jpg", "y/a.jpg"}}, {"thumbs/x", "thumbs/y"}},
      {"sets of one name",
       {.pictures = {"assets/a/b.jpg", "assets/blog/b.jpg", "content/Blog/c.jpg"}},
       {"thumbs/a", "thumbs/blog", "thumbs/content-Blog"}},
      {"the folder itself", {.pictures = {"a.jpg"}}, {"thumbs"}},
      {"no pictures", {.pictures = {}}, {"thumbs"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    std::vector<std::string> outputs;
    for (const ProposedSet& set : proposal(one.found)) outputs.push_back(set.set.output);
    EXPECT_EQ(outputs, one.outputs);
  }
}

TEST(Propose, VariantsFitThePictures) {
  const BuiltFormats plain{.webp = false, .avif = false};
  const struct {
    const char* name;
    Kinds kinds;
    BuiltFormats built;
    std::vector<std::string> variants;
  } cases[] = {
      {"photographs", {.looked = 2, .largest_width = 6000}, {}, {"grid 256x256", "card 640x640", "zoom 1600x1600"}},
      {"pages", {.looked = 2, .largest_width = 900, .largest_height = 1600}, {}, {"grid 256x256", "card 640x640"}},
      {"small ones", {.looked = 2, .largest_width = 640}, {}, {"grid 256x256"}},
      {"icons", {.looked = 2, .largest_width = 100, .largest_height = 90}, {}, {"grid 64x64"}},
      {"dots", {.looked = 2, .largest_width = 1, .largest_height = 1}, {}, {"grid 32x32"}},
      {"none could be read", {.unreadable = 3}, {}, {"grid 256x256"}},
      {"some transparent", {.looked = 9, .transparent = 1, .largest_width = 300}, {}, {"grid 256x256 webp"}},
      {"transparent, no WebP", {.looked = 9, .transparent = 9, .largest_width = 300}, plain, {"grid 256x256 png"}},
      {"mixed, no WebP", {.looked = 9, .transparent = 1, .largest_width = 300}, plain, {"grid 256x256 source"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    std::vector<std::string> variants;
    const std::vector<ProposedSet> sets = proposal({.pictures = {"p/a.png"}, .kinds = one.kinds, .built = one.built});
    for (const Variant& variant : sets.at(0).set.variants) variants.push_back(shown(variant));
    EXPECT_EQ(variants, one.variants);
  }
}

TEST(Propose, FormatsThatNoSetTakesByDefaultAreNamed) {
  EXPECT_EQ(proposal({.pictures = {"p/a.png"}})[0].set.include, Set{}.include);
  EXPECT_EQ(proposal({.pictures = {"p/a.png", "p/b.BMP", "p/c.gif", "p/d.gif"}})[0].set.include,
            std::vector<std::string>{"**/*.{jpg,jpeg,jpe,jfif,png,webp,avif,bmp,gif}"});
  EXPECT_EQ(proposal({.pictures = {"p/a.png", "p/c.gif"}, .built = {.gif = false}})[0].set.include, Set{}.include);
}

TEST(Propose, NoTwoSourcesShareAnOutput) {
  const std::string with_extension = "{dir}/{stem}.{sourceExt}-{variant}.{ext}";
  const struct {
    const char* name;
    std::vector<std::string> pictures;
    std::vector<std::string> links;
    std::string path;
    std::vector<std::string> exclude;
  } cases[] = {
      {"different names", {"p/a.jpg", "p/b.jpg"}, {}, Set{}.path, {}},
      {"equal names in different folders", {"p/x/a.jpg", "p/y/a.png"}, {}, Set{}.path, {}},
      {"two formats", {"p/a.jpg", "p/a.png"}, {}, with_extension, {}},
      {"a link in another format", {"p/a.jpg"}, {"p/a.png"}, with_extension, {}},
      {"a dot in a folder's name is no extension", {"p/x.1/a.jpg", "p/x.2/a.jpg"}, {}, Set{}.path, {}},
      {"names that differ in case", {"p/A[1].jpg", "p/a[1].jpg"}, {}, with_extension, {"a\\[1\\].jpg"}},
      {"folders that differ in case", {"p/X/a.jpg", "p/x/a.jpg"}, {}, with_extension, {"x/a.jpg"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const Set set = proposal({.pictures = one.pictures, .links = one.links})[0].set;
    EXPECT_EQ(set.path, one.path);
    EXPECT_EQ(set.exclude, one.exclude);
  }
}

TEST(Propose, SkippedFoldersAreExcludedWhereASetWouldTakeThem) {
  const Found found{.pictures = {"a.jpg"}, .skipped = {"node_modules", "x/dist", "y/dist"}};
  EXPECT_EQ(proposal(found)[0].set.exclude, (std::vector<std::string>{"**/dist/**", "**/node_modules/**"}));
  EXPECT_TRUE(proposal({.pictures = {"photos/a.jpg"}, .skipped = {"node_modules"}})[0].set.exclude.empty());
}

TEST(ManifestText, MeansWhatWasProposed) {
  const Found cases[] = {
      {.pictures = {"photos/a.jpg"}},
      {.pictures = {"a.jpg", "b.jpg", "photos/c.png", "photos/c.jpg"}},
      {.pictures = {}, .skipped = {"node_modules"}},
      {.pictures = {"say \"hi\"/a.jpg", "two\nlines\\/b.jpg", "tab\t\x7f/c.jpg", "größe/d.jpg", "/* //x/e.jpg"}},
      {.pictures = {"p/a.jpg"}, .kinds = {.looked = 1, .transparent = 1, .largest_width = 9}},
      {.pictures = {"a.jpg", "p/a.jpg"}, .built = {.webp = false, .avif = false}},
  };
  for (const Found& found : cases) {
    SCOPED_TRACE(found.pictures.empty() ? "nothing" : found.pictures.front());
    const std::vector<ProposedSet> sets = proposal(found);
    const Manifest manifest = parse_manifest(manifest_text(sets, ".thumbs/x.db"), "thumbs.json", "/p");
    EXPECT_EQ(manifest.cache, ".thumbs/x.db");
    ASSERT_EQ(manifest.sets.size(), sets.size());
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const Set& want = sets[i].set;
      const Set& have = manifest.sets[i];
      EXPECT_EQ(have.name, want.name);
      EXPECT_EQ(have.source == "" ? "." : have.source, want.source);
      EXPECT_EQ(have.include, want.include);
      EXPECT_EQ(have.exclude, want.exclude);
      EXPECT_EQ(have.output, want.output);
      EXPECT_EQ(have.path, want.path);
      ASSERT_EQ(have.variants.size(), want.variants.size());
      for (std::size_t v = 0; v < want.variants.size(); ++v)
        EXPECT_EQ(shown(have.variants[v]), shown(want.variants[v]));
    }
  }
}

TEST(ManifestText, ExplainsEachKeyOnce) {
  const std::string text = manifest_text(proposal({.pictures = {"x/a.jpg", "y/b.jpg"}}), ".thumbs/cache.db");
  for (const char* said :
       {"docs/manifest.md", "thumbs schema", "thumbs.lock", "in reports", "the originals", "cuts off"}) {
    const std::size_t at = text.find(said);
    ASSERT_NE(at, std::string::npos) << said;
    EXPECT_EQ(text.find(said, text.find('\n', at)), std::string::npos) << said << " is said twice";
  }
}

}  // namespace
}  // namespace thumbs::init
