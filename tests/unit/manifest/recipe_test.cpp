// Recipes, sizes and suggestions.
#include "manifest/recipe.h"

#include <gtest/gtest.h>

#include <functional>

#include "thumbs/text.h"

namespace thumbs::manifest {
namespace {

Variant box() {
  Variant variant;
  variant.name = "a";
  variant.width = 10;
  return variant;
}

TEST(Recipe, CanonicalTextsAreFixed) {
  // A changed text rebuilds all thumbnails of every user: change it only on purpose.
  EXPECT_EQ(resolve(box(), PictureFormat::jpeg).text,
            "format=jpeg;fit=inside;width=10;background=#ffffffff;withoutEnlargement=true;kernel=lanczos3;linear=false;"
            "sharpen=0;autoOrient=true;metadata=strip;colour=srgb;failOn=truncated;quality=80;progressive=false;"
            "chromaSubsampling=4:2:0;effort=4");
  Variant padded = box();
  padded.fit = Fit::contain;
  padded.height = 20;
  EXPECT_EQ(resolve(padded, PictureFormat::png).text,
            "format=png;fit=contain;width=10;height=20;position=center;background=#00000000;withoutEnlargement=true;"
            "kernel=lanczos3;linear=false;sharpen=0;autoOrient=true;metadata=strip;colour=srgb;failOn=truncated;"
            "compressionLevel=6");
  Variant focused = box();
  focused.fit = Fit::cover;
  focused.focus = Focus{33.25, 100};
  EXPECT_NE(resolve(focused, PictureFormat::png).text.find(";position=center;focus=33.25,100;"), std::string::npos);
  Variant marked = box();
  marked.watermark = Watermark{.file = "any.png"};
  EXPECT_NE(resolve(marked, PictureFormat::png, "0af1")
                .text.find(";watermark=0af1;watermarkPosition=bottom-right;"
                           "watermarkScale=25;watermarkOpacity=1;watermarkMargin=5;"),
            std::string::npos);
  EXPECT_EQ(resolve(marked, PictureFormat::png).text.find("any"), std::string::npos);
  Variant trimmed = box();
  trimmed.trim = Trim{.threshold = 10, .margin = 2.5};
  EXPECT_NE(resolve(trimmed, PictureFormat::png).text.find("format=png;trim=10,2.5;fit="), std::string::npos);
  EXPECT_EQ(resolve(box(), PictureFormat::jpeg).stages, "decode=2;resize=3;colour=4;jpeg=3");
  EXPECT_EQ(resolve(box(), PictureFormat::png).stages, "decode=2;resize=3;colour=4;png=3");
  Variant kept = box();
  for (const Metadata mode : {Metadata::copyright, Metadata::all}) {
    kept.metadata = mode;
    EXPECT_EQ(resolve(kept, PictureFormat::png).stages, resolve(box(), PictureFormat::png).stages + ";metadata=1");
  }
}

TEST(Recipe, HoldsExactlyWhatMatters) {
  struct Case {
    std::string what;
    PictureFormat format;
    Fit fit;
    std::function<void(Variant&)> change;
    bool differs;
  };
  const auto jpeg = PictureFormat::jpeg, png = PictureFormat::png, webp = PictureFormat::webp,
             avif = PictureFormat::avif;
  const Case cases[] = {
      {"quality, webp", webp, Fit::inside, [](Variant& v) { v.quality = 81; }, true},
      {"chroma, webp", webp, Fit::inside, [](Variant& v) { v.chroma_subsampling = ChromaSubsampling::s444; }, false},
      {"chroma, avif", avif, Fit::inside, [](Variant& v) { v.chroma_subsampling = ChromaSubsampling::s444; }, true},
      {"lossless", webp, Fit::inside, [](Variant& v) { v.lossless = true; }, true},
      {"effort, webp", webp, Fit::inside, [](Variant& v) { v.effort = 5; }, true},
      {"effort, avif", avif, Fit::inside, [](Variant& v) { v.effort = 9; }, true},
      {"name", jpeg, Fit::cover, [](Variant& v) { v.name = "b"; }, false},
      {"width", jpeg, Fit::inside, [](Variant& v) { v.width = 11; }, true},
      {"height", jpeg, Fit::inside, [](Variant& v) { v.height = 11; }, true},
      {"width as height", jpeg, Fit::inside,
       [](Variant& v) {
         v.height = v.width;
         v.width.reset();
       },
       true},
      {"position, cover", jpeg, Fit::cover, [](Variant& v) { v.position = Position::top; }, true},
      {"position, contain", png, Fit::contain, [](Variant& v) { v.position = Position::top; }, true},
      {"position, inside", jpeg, Fit::inside, [](Variant& v) { v.position = Position::top; }, false},
      {"focus, cover", jpeg, Fit::cover,
       [](Variant& v) {
         v.focus = Focus{1, 2};
       },
       true},
      {"focus, contain", png, Fit::contain,
       [](Variant& v) {
         v.focus = Focus{1, 2};
       },
       false},
      {"background, jpeg", jpeg, Fit::inside,
       [](Variant& v) {
         v.background = Colour{1, 2, 3, 255};
       },
       true},
      {"default background, jpeg", jpeg, Fit::contain, [](Variant& v) { v.background = Colour{}; }, false},
      {"background's alpha, jpeg", jpeg, Fit::contain,
       [](Variant& v) {
         v.background = Colour{255, 255, 255, 9};
       },
       false},
      {"background, png", png, Fit::inside,
       [](Variant& v) {
         v.background = Colour{1, 2, 3, 255};
       },
       false},
      {"background, contain in png", png, Fit::contain, [](Variant& v) { v.background = Colour{}; }, true},
      {"withoutEnlargement", png, Fit::fill, [](Variant& v) { v.without_enlargement = false; }, true},
      {"kernel", png, Fit::inside, [](Variant& v) { v.kernel = Kernel::box; }, true},
      {"linear", png, Fit::inside, [](Variant& v) { v.linear = true; }, true},
      {"sharpen", png, Fit::inside, [](Variant& v) { v.sharpen = 0.1; }, true},
      {"sharpen of minus zero", png, Fit::inside, [](Variant& v) { v.sharpen = -0.0; }, false},
      {"format as written", png, Fit::inside, [](Variant& v) { v.format = OutputFormat::source; }, false},
      {"quality", jpeg, Fit::inside, [](Variant& v) { v.quality = 81; }, true},
      {"default quality", jpeg, Fit::inside, [](Variant& v) { v.quality = 80; }, false},
      {"quality, png", png, Fit::inside, [](Variant& v) { v.quality = 95; }, false},
      {"lossless, jpeg", jpeg, Fit::inside, [](Variant& v) { v.lossless = true; }, false},
      {"progressive", jpeg, Fit::inside, [](Variant& v) { v.progressive = true; }, true},
      {"progressive, png", png, Fit::inside, [](Variant& v) { v.progressive = true; }, false},
      {"chroma", jpeg, Fit::inside, [](Variant& v) { v.chroma_subsampling = ChromaSubsampling::s422; }, true},
      {"default chroma", jpeg, Fit::inside, [](Variant& v) { v.chroma_subsampling = ChromaSubsampling::s420; }, false},
      {"chroma, png", png, Fit::inside, [](Variant& v) { v.chroma_subsampling = ChromaSubsampling::s422; }, false},
      {"compressionLevel", png, Fit::inside, [](Variant& v) { v.compression_level = 7; }, true},
      {"compressionLevel, jpeg", jpeg, Fit::inside, [](Variant& v) { v.compression_level = 7; }, false},
      {"effort", jpeg, Fit::inside, [](Variant& v) { v.effort = 7; }, true},
      {"effort, png", png, Fit::inside, [](Variant& v) { v.effort = 7; }, false},
      {"autoOrient", jpeg, Fit::inside, [](Variant& v) { v.auto_orient = false; }, true},
      {"metadata", jpeg, Fit::inside, [](Variant& v) { v.metadata = Metadata::all; }, true},
      {"colour", jpeg, Fit::inside, [](Variant& v) { v.colour = ColourMode::keep; }, true},
      {"failOn", jpeg, Fit::inside, [](Variant& v) { v.fail_on = FailOn::none; }, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    Variant before = box();
    before.fit = c.fit;
    Variant after = before;
    c.change(after);
    EXPECT_EQ(resolve(before, c.format).text != resolve(after, c.format).text, c.differs);
  }
}

TEST(Recipe, LosslessKnowsNoQuality) {
  for (const PictureFormat format : {PictureFormat::webp, PictureFormat::avif}) {
    Variant before = box();
    before.lossless = true;
    Variant after = before;
    after.quality = 12;
    after.chroma_subsampling = ChromaSubsampling::s422;
    EXPECT_EQ(resolve(before, format).text, resolve(after, format).text);
    after.effort = 9;
    EXPECT_NE(resolve(before, format).text, resolve(after, format).text);
  }
  Variant six = box(), nine = box();
  six.effort = 6;
  nine.effort = 9;
  EXPECT_EQ(resolve(six, PictureFormat::webp).text, resolve(nine, PictureFormat::webp).text)
      << "libwebp's method ends at 6";
}

TEST(Recipe, FillsInWhatTheFormatImplies) {
  struct Case {
    PictureFormat format;
    Fit fit;
    std::optional<int> quality;
    int expected_quality;
    ChromaSubsampling chroma;
    Colour background;
  };
  const Colour white{255, 255, 255, 255}, clear{0, 0, 0, 0};
  for (const Case& c : {Case{PictureFormat::jpeg, Fit::inside, {}, 80, ChromaSubsampling::s420, white},
                        Case{PictureFormat::jpeg, Fit::contain, 89, 89, ChromaSubsampling::s420, white},
                        Case{PictureFormat::jpeg, Fit::inside, 90, 90, ChromaSubsampling::s444, white},
                        Case{PictureFormat::png, Fit::inside, {}, 80, ChromaSubsampling::s420, white},
                        Case{PictureFormat::png, Fit::contain, {}, 80, ChromaSubsampling::s420, clear},
                        Case{PictureFormat::webp, Fit::contain, {}, 80, ChromaSubsampling::s420, clear},
                        Case{PictureFormat::avif, Fit::inside, {}, 50, ChromaSubsampling::s420, white}}) {
    SCOPED_TRACE(extension(c.format));
    Variant variant = box();
    variant.fit = c.fit;
    variant.format = OutputFormat::source;
    variant.quality = c.quality;
    const ResolvedVariant settings = resolve(variant, c.format).settings;
    EXPECT_EQ(settings.format, c.format);
    EXPECT_EQ(settings.quality, c.expected_quality);
    EXPECT_EQ(settings.chroma_subsampling, c.chroma);
    EXPECT_EQ(settings.background, c.background);
  }
}

TEST(Recipe, ValuesComeBackOutOfTheText) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(recipe_values("a=1;b=4:2:0;c="), (Pairs{{"a", "1"}, {"b", "4:2:0"}, {"c", ""}}));
  EXPECT_EQ(recipe_values(""), Pairs{});
  EXPECT_EQ(recipe_values("odd"), (Pairs{{"odd", ""}}));
  EXPECT_EQ(recipe_values(resolve(box(), PictureFormat::png).text).front(),
            (std::pair<std::string, std::string>{"format", "png"}));
}

TEST(Size, AreReadAsPeopleWriteThem) {
  struct Case {
    std::string text;
    std::optional<std::uint64_t> bytes;
  };
  for (const Case& c : {Case{"0", 0},
                        Case{"4096", 4096},
                        Case{"4096B", 4096},
                        Case{"1KiB", 1024},
                        Case{"1KB", 1000},
                        Case{"1K", 1024},
                        Case{"64MiB", 67108864},
                        Case{"500MB", 500000000},
                        Case{"1GiB", 1073741824},
                        Case{"1gib", 1073741824},
                        Case{"2 GB", 2000000000},
                        Case{"1.5GiB", 1610612736},
                        Case{"0.1GB", 100000000},
                        Case{"1TiB", 1099511627776},
                        Case{"9007199254740991", 9007199254740991},
                        Case{"9007199254740992", {}},
                        Case{"8192TiB", {}},
                        Case{"99999999999999999999", {}},
                        Case{"", {}},
                        Case{"GiB", {}},
                        Case{"-1", {}},
                        Case{"+1", {}},
                        Case{" 1", {}},
                        Case{"1 ", {}},
                        Case{"1  MB", {}},
                        Case{"1PB", {}},
                        Case{"1.GB", {}},
                        Case{".5GB", {}},
                        Case{"1e3", {}},
                        Case{"1GiBs", {}},
                        Case{"0x10", {}},
                        Case{"1,5GB", {}},
                        Case{"auto", {}}}) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(parse_size(c.text), c.bytes);
  }
}

TEST(Nearest, FindsMisspellingsAndNothingElse) {
  const std::string_view known[] = {"width", "height", "fit", "quality"};
  struct Case {
    std::string unknown, expected;
  };
  for (const Case& c : {Case{"widht", "width"}, Case{"Width", "width"}, Case{"heigth", "height"}, Case{"fitt", "fit"},
                        Case{"qality", "quality"}, Case{"max_width", "width"}, Case{"colour", ""}, Case{"", ""},
                        Case{std::string(100000, 'w'), ""}}) {
    SCOPED_TRACE(c.unknown.substr(0, 20));
    EXPECT_EQ(nearest(c.unknown, known), c.expected);
  }
}

TEST(Nearest, QuotesAreShortAndPrintable) {
  EXPECT_EQ(in_quotes("a\x1b\n\x7f"), "\"a\\u001b\\u000a\\u007f\"");
  EXPECT_EQ(in_quotes("ä"), "\"ä\"");
  EXPECT_EQ(in_quotes(std::string(79, 'x') + "ää"), "\"" + std::string(79, 'x') + "…\"");
}

}  // namespace
}  // namespace thumbs::manifest
