// What inspect() tells of pictures.
#include <gtest/gtest.h>

#include <string_view>

#include "library/animation.h"
#include "support/pictures.h"
#include "thumbs/thumbnail.h"

namespace thumbs::library {
namespace {

using test::Bytes;

TEST(Inspect, TellsSizesAsStoredAndUpright) {
  test::JpegRecipe recipe;
  recipe.width = 30;
  recipe.height = 20;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    recipe.app1 = {test::exif_segment(orientation)};
    const PictureInfo info = inspect(test::make_jpeg(recipe, test::gradient(30, 20)));
    const bool turned = orientation >= 5;
    const PictureInfo expected{.format = SourceFormat::jpeg,
                               .stored_width = 30,
                               .stored_height = 20,
                               .orientation = orientation,
                               .width = turned ? 20 : 30,
                               .height = turned ? 30 : 20};
    EXPECT_EQ(info, expected);
  }
}

TEST(Inspect, TellsWhatAPngHolds) {
  const PictureInfo plain = inspect(test::make_png(7, 5, test::gradient(7, 5)));
  EXPECT_EQ(plain.format, SourceFormat::png);
  EXPECT_FALSE(plain.has_alpha);
  EXPECT_EQ(plain.bits, 8);
  EXPECT_FALSE(plain.is_animated);
  EXPECT_TRUE(inspect(test::make_png(7, 5, test::gradient(7, 5), true)).has_alpha);
}

TEST(Inspect, ReadsNoPixels) {
  Bytes png = test::make_png(400, 300, test::texture());
  png.resize(60);  // the header's chunk, and the beginning of the next
  EXPECT_EQ(inspect(png).width, 400);
}

TEST(Inspect, RefusesWhatIsNoPicture) {
  for (const std::string_view text : {"", "x", "8BPS and more"}) {
    try {
      inspect(std::as_bytes(std::span(text)));
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), text.starts_with("8BPS") ? ErrorCode::unsupported : ErrorCode::not_a_picture);
    }
  }
}

bool animated(std::string_view file, SourceFormat format) {
  return is_animated(std::as_bytes(std::span(file)), format);
}

TEST(Animation, IsToldByTheContainer) {
  using std::string_view_literals::operator""sv;
  constexpr auto apng = "\x89PNG\r\n\x1A\n\0\0\0\1IHDRx1234\0\0\0\1acTLx1234\0\0\0\0IDAT1234"sv;
  constexpr auto still_png = "\x89PNG\r\n\x1A\n\0\0\0\1IHDRx1234\0\0\0\0IDAT1234\0\0\0\1acTLx1234"sv;
  EXPECT_TRUE(animated(apng, SourceFormat::png));
  EXPECT_FALSE(animated(still_png, SourceFormat::png));
  const std::string_view page = "II*\0\x08\0\0\0\1\0abcdefghijkl"sv;
  EXPECT_FALSE(animated(std::string(page) + std::string(4, '\0'), SourceFormat::tiff));
  EXPECT_FALSE(animated(page, SourceFormat::tiff));
  EXPECT_TRUE(animated(std::string(page) + "\x08" + std::string(3, '\0'), SourceFormat::tiff));
  const std::string_view frame = ",\0\0\0\0\1\0\1\0\0\2\2DA\0"sv, gif = "GIF89a\1\0\1\0\x80\0\0abcdef"sv;
  EXPECT_FALSE(animated(std::string(gif) + std::string(frame) + ";", SourceFormat::gif));
  EXPECT_TRUE(animated(std::string(gif) + std::string(frame) + std::string(frame) + ";", SourceFormat::gif));
  EXPECT_FALSE(animated(std::string(gif) + std::string(frame), SourceFormat::gif));
  EXPECT_TRUE(animated("RIFF1234WEBPVP8X\x0A\0\0\0\x02\0\0\0"sv, SourceFormat::webp));
  EXPECT_FALSE(animated("RIFF1234WEBPVP8X\x0A\0\0\0\x10\0\0\0"sv, SourceFormat::webp));
  EXPECT_FALSE(animated("RIFF1234WEBPVP8L\x0A\0\0\0\x02\0\0\0"sv, SourceFormat::webp));
  EXPECT_TRUE(
      animated("\0\0\0\x1C"
               "ftypavis\0\0\0\0avismsf1miaf"sv,
               SourceFormat::avif));
  EXPECT_TRUE(
      animated("\0\0\0\x1C"
               "ftypavif\0\0\0\0mif1avismiaf"sv,
               SourceFormat::avif));
  EXPECT_FALSE(
      animated("\0\0\0\x18"
               "ftypavif\0\0\0\0mif1miafavis"sv,
               SourceFormat::avif))
      << "behind the box";
  for (const auto file : {apng, still_png})  // cut anywhere: never a read beyond
    for (std::size_t size = 0; size < file.size(); ++size)
      for (const SourceFormat format : {SourceFormat::png, SourceFormat::webp, SourceFormat::avif})
        animated(file.substr(0, size), format);
}

}  // namespace
}  // namespace thumbs::library
