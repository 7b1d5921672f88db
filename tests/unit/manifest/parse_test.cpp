// Parsing valid manifests.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "manifest/unsupported.h"
#include "unit/manifest/faults.h"

namespace thumbs::manifest {
namespace {

/// A manifest of one set, with more keys for the set and for its variant.
std::string with(const std::string& top, const std::string& set, const std::string& variant) {
  return "{" + top + R"("sets": [{"source": "in", "output": "out", )" + set + R"("variants": [{"name": "a", )" +
         variant + R"("width": 10}]}]})";
}

Manifest parse(const std::string& text) { return parse_manifest(text, "m.json", "/site/web"); }

TEST(Parse, FillsInTheDocumentedDefaults) {
  const Manifest manifest = parse(with("", "", ""));
  EXPECT_EQ(manifest.file, "m.json");
  EXPECT_EQ(manifest.path, "m.json");
  EXPECT_EQ(manifest.folder, "/site/web");
  EXPECT_EQ(manifest.cache, ".thumbs/cache.db");
  EXPECT_FALSE(manifest.lock || manifest.index || manifest.limits.memory);
  EXPECT_EQ(manifest.stat, StatMode::full);
  EXPECT_EQ(manifest.limits.input_pixels, 268402689u);
  EXPECT_EQ(manifest.limits.input_bytes, 1u << 30);
  EXPECT_EQ(manifest.limits.seconds, 60);
  const Set& set = manifest.sets.at(0);
  EXPECT_EQ(set.name, "0");
  EXPECT_EQ(set.include, std::vector<std::string>{"**/*.{jpg,jpeg,jpe,jfif,png,webp,avif}"});
  EXPECT_TRUE(set.exclude.empty());
  EXPECT_FALSE(set.follow_symlinks);
  EXPECT_EQ(set.path, "{dir}/{stem}-{variant}.{ext}");
  const Variant& variant = set.variants.at(0);
  EXPECT_EQ(variant.width, 10);
  EXPECT_FALSE(variant.height || variant.quality || variant.background || variant.chroma_subsampling);
  EXPECT_EQ(variant.fit, Fit::inside);
  EXPECT_TRUE(variant.without_enlargement && variant.auto_orient);
}

TEST(Parse, ReadsEveryKeyOfAVariant) {
  const Variant v =
      parse(with("", "", R"("height": 20, "fit": "cover", "position": "top-left", "background": "#1234567f",
      "withoutEnlargement": false, "kernel": "mitchell", "linear": true, "sharpen": 1.5, "format": "png", "quality": 7,
      "lossless": true, "progressive": true, "chromaSubsampling": "4:2:2", "compressionLevel": 3, "effort": 9,
      "autoOrient": false, "metadata": "all", "colour": "keep", "failOn": "error",)"))
          .sets[0]
          .variants[0];
  EXPECT_EQ(v.name, "a");
  EXPECT_EQ(v.height, 20);
  EXPECT_EQ(v.fit, Fit::cover);
  EXPECT_EQ(v.position, Position::top_left);
  EXPECT_EQ(v.background, (Colour{0x12, 0x34, 0x56, 0x7f}));
  EXPECT_FALSE(v.without_enlargement);
  EXPECT_EQ(v.kernel, Kernel::mitchell);
  EXPECT_TRUE(v.linear);
  EXPECT_EQ(v.sharpen, 1.5);
  EXPECT_EQ(v.format, OutputFormat::png);
  EXPECT_EQ(v.quality, 7);
  EXPECT_TRUE(v.lossless);
  EXPECT_TRUE(v.progressive);
  EXPECT_EQ(v.chroma_subsampling, ChromaSubsampling::s422);
  EXPECT_EQ(v.compression_level, 3);
  EXPECT_EQ(v.effort, 9);
  EXPECT_FALSE(v.auto_orient);
  EXPECT_EQ(v.metadata, Metadata::all);
  EXPECT_EQ(v.colour, ColourMode::keep);
  EXPECT_EQ(v.fail_on, FailOn::error);
}

TEST(Parse, ColoursOfThreeDigitsAreDoubled) {
  EXPECT_EQ(parse(with("", "", R"("background": "#0aF",)")).sets[0].variants[0].background,
            (Colour{0, 0xaa, 0xff, 255}));
}

TEST(Parse, ReadsEveryKeyOfTheTopAndOfASet) {
  const Manifest manifest = parse(with(
      R"("$schema": "s", "version": 1, "cache": "c/d", "lock": "l", "index": "i", "stat": "minimal",
         "limits": {"inputPixels": 5, "inputBytes": "2KiB", "memory": "1MB", "seconds": 0.5},)",
      R"("name": "n", "include": ["a*"], "exclude": ["b", "c"], "followSymlinks": true, "path": "{hash}",)", ""));
  EXPECT_EQ(manifest.cache, "c/d");
  EXPECT_EQ(manifest.lock, "l");
  EXPECT_EQ(manifest.index, "i");
  EXPECT_EQ(manifest.stat, StatMode::minimal);
  EXPECT_EQ(manifest.limits.input_pixels, 5u);
  EXPECT_EQ(manifest.limits.input_bytes, 2048u);
  EXPECT_EQ(manifest.limits.memory, 1000000u);
  EXPECT_EQ(manifest.limits.seconds, 0.5);
  const Set& set = manifest.sets[0];
  EXPECT_EQ(set.name, "n");
  EXPECT_EQ(set.include, std::vector<std::string>{"a*"});
  EXPECT_EQ(set.exclude, (std::vector<std::string>{"b", "c"}));
  EXPECT_TRUE(set.follow_symlinks);
  EXPECT_EQ(set.path, "{hash}");
}

TEST(Parse, AVariantOverridesTheDefaultsWhereverTheyStand) {
  const Manifest manifest = parse(R"({"sets": [{"source": "in", "output": "out", "variants": [
      {"name": "a"}, {"name": "b", "quality": 50, "withoutEnlargement": true}]}],
      "defaults": {"width": 5, "quality": 90, "withoutEnlargement": false}})");
  const auto& variants = manifest.sets[0].variants;
  EXPECT_EQ(variants[0].width, 5);
  EXPECT_EQ(variants[0].quality, 90);
  EXPECT_FALSE(variants[0].without_enlargement);
  EXPECT_EQ(variants[1].width, 5);
  EXPECT_EQ(variants[1].quality, 50);
  EXPECT_TRUE(variants[1].without_enlargement);
}

TEST(Parse, PathsBecomeRelativeToTheFolder) {
  struct Case {
    std::string given, expected;
  };
  for (const Case& c : {Case{"a/b", "a/b"}, Case{"./a//b/", "a/b"}, Case{"a/../b", "b"}, Case{".", ""},
                        Case{"..", ".."}, Case{"../web/a", "a"}, Case{"/site/web/a", "a"}, Case{"/site/web", ""},
                        Case{"/site", ".."}, Case{"/site/other/a", "../other/a"}, Case{"/x", "../../x"},
                        Case{"/", "../.."}, Case{"/site/web/../webs", "../webs"}, Case{"../../../../x", "../../x"}}) {
    SCOPED_TRACE(c.given);
    const Manifest manifest = parse(R"({"cache": "C/c", "sets": [{"source": ")" + c.given + R"(", "output": ")" +
                                    c.given + R"(", "variants": [{"name": "a", "width": 1}]}]})");
    EXPECT_EQ(manifest.sets[0].source, c.expected);
    EXPECT_EQ(manifest.sets[0].output, c.expected);
  }
}

TEST(Parse, KeepsThePlaceOfEachValue) {
  const Manifest manifest = parse(
      "{\n  \"sets\": [\n    {\"source\": \"in\", \"output\":\"out\",\n \"variants\": [{\"name\": \"a\", \"width\": "
      "1}]}\n]}");
  struct Case {
    std::string pointer;
    int line, column;
  };
  for (const Case& c :
       {Case{"", 1, 1}, Case{"/sets", 2, 11}, Case{"/sets/0", 3, 5}, Case{"/sets/0/source", 3, 16},
        Case{"/sets/0/output", 3, 31}, Case{"/sets/0/variants/0/name", 4, 24}, Case{"/sets/0/variants/0/width", 4, 38},
        Case{"/sets/0/variants/0/height", 4, 15}, Case{"/sets/0/path/deeper", 3, 5}, Case{"nonsense", 1, 1}}) {
    SCOPED_TRACE(c.pointer);
    const Diagnostic diagnostic = manifest.at(c.pointer, "text");
    EXPECT_EQ(diagnostic.line, c.line);
    EXPECT_EQ(diagnostic.column, c.column);
    EXPECT_EQ(diagnostic.pointer, c.pointer);
    EXPECT_EQ(diagnostic.file, "m.json");
    EXPECT_EQ(diagnostic.message, "text");
  }
}

class Load : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "thumbs-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = std::filesystem::canonical(pattern);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  std::filesystem::path folder_;
};

TEST_F(Load, TakesTheRealFolderOfTheFile) {
  write("m.json", with("", "", ""));
  std::filesystem::create_directory_symlink(folder_, folder_ / "link");
  const Manifest manifest = load_manifest((folder_ / "link/m.json").string());
  EXPECT_EQ(manifest.folder, folder_.string());
  EXPECT_EQ(manifest.path, "m.json");
  EXPECT_EQ(manifest.file, (folder_ / "link/m.json").string());
}

TEST_F(Load, NamesTheFileThatIsMissingOrUnreadable) {
  struct Case {
    std::string name, expected;
  };
  write("plain", "x");
  for (const Case& c : {Case{"none.json", "no such manifest"}, Case{"plain/m.json", "no such manifest"},
                        Case{".", "cannot be read: Is a directory"}}) {
    SCOPED_TRACE(c.name);
    const std::string file = (folder_ / c.name).string();
    try {
      load_manifest(file);
      FAIL() << "no error";
    } catch (const ManifestError& error) {
      ASSERT_EQ(error.diagnostics().size(), 1u);
      EXPECT_EQ(error.diagnostics()[0].file, file);
      EXPECT_EQ(error.diagnostics()[0].line, 0);
      EXPECT_NE(error.diagnostics()[0].message.find(c.expected), std::string::npos) << error.what();
    }
  }
}

TEST_F(Load, ADeviceWithoutEndIsRefused) { EXPECT_THROW(load_manifest("/dev/zero"), ManifestError); }

TEST(Unsupported, NothingThatAFullBuildCanDo) {
  const Manifest manifest = parse(
      "{\"lock\": \"l\", \"index\": \"i\",\n"
      "\"defaults\": {\"metadata\": \"copyright\"},\n"
      "\"sets\": [{\"source\": \"i\", \"output\": \"o\", \"variants\": [\n"
      "{\"name\": \"a\", \"width\": 1, \"format\": \"webp\", \"lossless\": true, \"linear\": true},\n"
      "{\"name\": \"b\", \"width\": 1, \"position\": \"entropy\", \"metadata\": \"all\"},\n"
      "{\"name\": \"c\", \"width\": 1, \"colour\": \"keep\", \"failOn\": \"none\", \"sharpen\": 0, \"format\": "
      "\"avif\"}]}]}");
  EXPECT_EQ(texts_of(unsupported_by(manifest, {})), std::vector<std::string>());
}

TEST(Unsupported, NamesTheFormatsThatTheBuildLeftOut) {
  const Manifest manifest = parse(
      "{\"defaults\": {\"format\": \"webp\"},\n"
      "\"sets\": [{\"source\": \"i\", \"output\": \"o\", \"variants\": [{\"name\": \"a\", \"width\": 1},\n"
      "{\"name\": \"b\", \"width\": 1, \"format\": \"avif\"}, {\"name\": \"c\", \"width\": 1, \"format\": "
      "\"source\"}]}]}");
  const std::string webp = "m.json:1:25: /defaults/format: this thumbs was built without WebP (THUMBS_WEBP=OFF)";
  const std::string avif =
      "m.json:3:37: /sets/0/variants/1/format: this thumbs was built without AVIF (THUMBS_AVIF=OFF)";
  EXPECT_EQ(texts_of(unsupported_by(manifest, {.webp = false, .avif = false})), (std::vector<std::string>{webp, avif}));
  EXPECT_EQ(texts_of(unsupported_by(manifest, {.webp = true, .avif = false})), (std::vector<std::string>{avif}));
  EXPECT_TRUE(unsupported_by(manifest, {}).empty());
  EXPECT_EQ(unsupported(manifest).empty(), built_formats().webp && built_formats().avif);
}

TEST(Unsupported, DefaultsThatNobodyUsesDoNotCount) {
  EXPECT_TRUE(unsupported(parse(with(R"("defaults": {"failOn": "none"},)", "", R"("failOn": "truncated",)"))).empty());
  EXPECT_TRUE(unsupported(parse(with("", "", R"("effort": 0, "format": "source",)"))).empty());
}

}  // namespace
}  // namespace thumbs::manifest
