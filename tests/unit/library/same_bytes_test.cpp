// make_thumbnail() gives what a build writes: bytes, sizes, warnings, failures.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "support/built_formats.h"
#include "support/pictures.h"
#include "support/rest_of.h"
#include "support/temp_folder.h"
#include "thumbs/build.h"
#include "thumbs/thumbnail.h"

namespace thumbs::library {
namespace {

using test::Bytes;

std::string text_of(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Bytes file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text = test::rest_of(file);
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

Variant named(const char* name, Variant variant) {
  variant.name = name;
  if (!variant.width && !variant.height) variant.width = 40;
  return variant;
}

std::vector<Variant> variants() {
  Variant padded, cropped, focused, trimmed, light, sharp, all, copyright, stored, large;
  padded.fit = Fit::contain;
  padded.height = 60;
  padded.format = OutputFormat::png;
  cropped.fit = Fit::cover;
  cropped.width = 30;
  cropped.height = 50;
  cropped.position = Position::attention;
  focused.fit = Fit::cover;
  focused.height = 10;
  focused.focus = Focus{.x = 10, .y = 80};
  trimmed.trim = Trim{.threshold = 20, .margin = 3};
  light.linear = true;
  sharp.sharpen = 1;
  sharp.kernel = Kernel::mitchell;
  sharp.chroma_subsampling = ChromaSubsampling::s444;
  all.metadata = Metadata::all;
  all.colour = ColourMode::keep;
  copyright.metadata = Metadata::copyright;
  copyright.format = OutputFormat::source;
  stored.auto_orient = false;
  stored.fail_on = FailOn::none;
  large.width = 900;  // no shrink-on-load, and rows instead of a whole picture where that is large
  large.quality = 91;
  std::vector<Variant> list = {named("padded", padded),   named("cropped", cropped),     named("focused", focused),
                               named("trimmed", trimmed), named("light", light),         named("sharp", sharp),
                               named("all", all),         named("copyright", copyright), named("stored", stored),
                               named("large", large)};
  Variant other;
  other.format = OutputFormat::webp;
  if (built_formats().webp) list.push_back(named("webp", other));
  other.lossless = true;
  if (built_formats().webp) list.push_back(named("lossless", other));
  other.lossless = false;
  other.format = OutputFormat::avif;
  other.effort = 0;
  if (built_formats().avif) list.push_back(named("avif", other));
  return list;
}

std::map<std::string, Bytes> pictures() {
  std::map<std::string, Bytes> all;
  test::JpegRecipe photo;
  photo.width = 1200;
  photo.height = 800;
  all["photo.jpg"] = test::make_jpeg(photo, test::texture());
  all["cut.jpg"] = all["photo.jpg"];
  all["cut.jpg"].resize(all["photo.jpg"].size() / 2);
  test::JpegRecipe turned;
  turned.width = 300;
  turned.height = 200;
  turned.app1 = {test::exif_segment(6)};
  all["turned.jpg"] = test::make_jpeg(turned, test::gradient(300, 200));
  all["alpha.png"] = test::make_png(123, 77, test::gradient(123, 77), true);
  all["tall.png"] = test::make_png(1000, 9000, test::texture(3));  // over k_largest_whole
  for (const auto& [name, format, built] : {std::tuple{"alpha.webp", OutputFormat::webp, built_formats().webp},
                                            {"alpha.avif", OutputFormat::avif, built_formats().avif}}) {
    if (!built) continue;
    all[name] = make_thumbnail(all["alpha.png"], {.width = 100, .format = format, .effort = 0}).bytes;
    EXPECT_EQ(written_as(inspect(all[name]).format), picture_format(format));
    EXPECT_TRUE(inspect(all[name]).has_alpha);
  }
  all["bordered.jpg"] = test::make_jpeg(photo, [](int c, double x, double y) {
    return x > 300 && x < 500 && y > 99 && y < 700 ? test::texture(2)(c, x, y) : c == 0 ? 250.0 : 128.0;
  });
  all["not.png"] = test::make_jpeg(turned, test::gradient(300, 200));
  all["rubbish.jpg"] = Bytes(100, std::byte{7});
  return all;
}

TEST(MakeThumbnail, GivesTheBytesOfABuild) {
  const TempFolder folder;
  const std::map<std::string, Bytes> sources = pictures();
  for (const auto& [name, bytes] : sources) folder.put("in/" + name, text_of(bytes));
  Manifest manifest;
  manifest.folder = folder.path();
  folder.put("mark.png", text_of(sources.at("alpha.png")));
  std::vector<Variant> all = variants();
  all.push_back(named("marked", {.watermark = Watermark{.file = folder / "mark.png"}}));
  manifest.sets = {{.source = "in", .output = "out", .path = "{stem}-{sourceExt}-{variant}", .variants = all}};
  const Report report = run(manifest);

  std::size_t made = 0, failed = 0;
  for (const Item& item : report.items) {
    SCOPED_TRACE(item.output.value_or("?"));
    const Bytes& picture = sources.at(item.source.substr(3));
    const auto variant = std::ranges::find(manifest.sets[0].variants, item.variant, &Variant::name);
    try {
      const Thumbnail thumbnail = make_thumbnail(picture, *variant);
      ++made;
      ASSERT_TRUE(item.status == Status::built || item.status == Status::copied);
      EXPECT_EQ(thumbnail.bytes, file_bytes(folder / *item.output));
      EXPECT_EQ(thumbnail.width, item.width);
      EXPECT_EQ(thumbnail.height, item.height);
      EXPECT_EQ(thumbnail.format, picture_format(variant->format).value_or(written_as(thumbnail.source.format)));
      EXPECT_EQ(thumbnail.source, inspect(picture));
      if (item.status == Status::copied) continue;  // nothing was decoded that a build could warn of
      for (const std::string& warning : thumbnail.warnings)
        EXPECT_NE(std::ranges::find(report.warnings, item.source + ": " + warning), report.warnings.end()) << warning;
    } catch (const Error& error) {
      ++failed;
      ASSERT_TRUE(item.error) << error.what();
      EXPECT_EQ(error.code(), item.error->code);
      EXPECT_EQ(error.what(), item.error->message);
    }
  }
  EXPECT_EQ(made + failed, sources.size() * manifest.sets[0].variants.size());
  EXPECT_GE(made, 5 * manifest.sets[0].variants.size());
  EXPECT_GE(failed, 2 * manifest.sets[0].variants.size() - 1) << "rubbish, and a cut file but for failOn none";
}

TEST(MakeThumbnail, NeedsNoNameAndLeavesThePictureAsItWas) {
  const Bytes picture = test::make_png(40, 30, test::gradient(40, 30));
  const Bytes before = picture;
  const Thumbnail thumbnail = make_thumbnail(picture, {.name = {}, .width = 20, .height = {}});
  EXPECT_EQ(thumbnail.width, 20);
  EXPECT_EQ(thumbnail.height, 15);
  EXPECT_EQ(picture, before);
  EXPECT_EQ(make_thumbnail(picture, {.name = "a", .width = 20, .height = {}}).bytes, thumbnail.bytes);
}

}  // namespace
}  // namespace thumbs::library
