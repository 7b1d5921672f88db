// Pictures for fuzzing to start from.
#include <utility>

#include "fuzz/seeds.h"
#include "image/thumbnail.h"
#include "support/built_formats.h"
#include "support/containers.h"

namespace thumbs::test {
namespace {

void add_jpegs(std::vector<Bytes>& seeds) {
  const Pattern pattern = texture();
  for (const bool progressive : {false, true}) {
    for (const bool arithmetic : {false, true}) {
      JpegRecipe recipe{.width = 41, .height = 23, .sampling = {{2, 2}}};
      recipe.progressive = progressive;
      recipe.arithmetic = arithmetic;
      recipe.restart_rows = arithmetic ? 1 : 0;
      recipe.app1 = {exif_segment(6)};
      seeds.push_back(make_jpeg(recipe, pattern));
    }
  }
  for (const std::vector<Sampling>& sampling : std::vector<std::vector<Sampling>>{{}, {{2, 1}}, {{1, 2}}}) {
    JpegRecipe recipe{.width = 50, .height = 40, .sampling = sampling};
    recipe.restart_rows = sampling.empty() ? 0 : 1;
    seeds.push_back(make_jpeg(recipe, pattern));
  }
  for (const J_COLOR_SPACE space : {JCS_GRAYSCALE, JCS_RGB, JCS_CMYK, JCS_YCCK})
    seeds.push_back(make_jpeg({.width = 20, .height = 30, .space = space}, pattern));
}

void add_pngs(std::vector<Bytes>& seeds) {
  const auto samples = [](int c, int x, int y) { return static_cast<unsigned>(x * 3 + y * 5 + c) & 1; };
  for (const auto& [type, depth] : {std::pair{0, 1}, {0, 16}, {2, 8}, {3, 1}, {4, 8}, {6, 16}}) {
    for (const bool interlaced : {false, true}) {
      PngBuilder png;
      png.ihdr(33, 17, depth, type, interlaced);
      if (type == 3) png.chunk("PLTE", "abcdef").chunk("tRNS", "\x80");
      if (type == 0) png.chunk("tRNS", std::string_view("\0\1", 2));
      png.chunk("tEXt", "key").idat(png_rows(33, 17, depth, type, interlaced, samples));
      seeds.push_back(png.iend().bytes());
    }
  }
}

void add_bmps_and_gifs(std::vector<Bytes>& seeds) {
  const Bytes pixels(400, std::byte{1});
  for (const int bits : {1, 8, 16, 24, 32})
    seeds.push_back(make_bmp({.width = 9, .height = 7, .bits = bits, .palette = {0, 0xFF8000}, .pixels = pixels}));
  seeds.push_back(
      make_bmp({.width = 9, .height = 7, .bits = 8, .compression = 1, .palette = {0, 0xFF8000}, .pixels = pixels}));
  const Bytes first = make_bmp({.width = 9, .height = 7, .header = 12, .pixels = pixels, .pixels_at = 40});
  seeds.push_back(Numbers().text("BA").u32(40).u32(999).u32(0).bytes(first).take());
  seeds.push_back(make_gif({.frames = {{.left = 1, .transparent = 2}, {}}, .comment = "x"}));
  seeds.push_back(make_gif({.width = 20, .height = 20, .frames = {{.width = 20, .height = 20, .interlaced = true}}}));
}

/// RGB in one strip, and a directory of EXIF.
Bytes tiff_seed(unsigned compression, bool big) {
  const std::uint32_t first = big ? 16 : 8, exif = first + (big ? 16 + 10 * 20 : 6 + 10 * 12);
  const std::uint32_t pixels = exif + (big ? 16 + 20 : 6 + 12);
  const std::pair<unsigned, std::uint32_t> fields[] = {{256, 6},   {257, 5},      {258, 8}, {259, compression},
                                                       {262, 2},   {273, pixels}, {277, 3}, {278, 5},
                                                       {279, 200}, {34665, exif}};
  TiffNumbers out(big);
  out.signature().number(first).count(10);
  for (const auto& [tag, value] : fields) out.entry(tag, 4, 1, value);
  out.number(0).count(1).entry(34855, big ? 16 : 3, 1, 400).number(0);
  return out.plain().bytes(Bytes(210, std::byte{2})).take();
}

/// Stored and as PackBits, and BigTIFF.
void add_tiffs(std::vector<Bytes>& seeds) {
  seeds.push_back(tiff_seed(1, false));
  seeds.push_back(tiff_seed(32773, false));
  seeds.push_back(tiff_seed(1, true));
}

/// Through our own encoders: what this build can write.
void add_thumbnails(std::vector<Bytes>& seeds) {
  for (const auto& [format, built] :
       {std::pair{OutputFormat::webp, built_formats().webp}, {OutputFormat::avif, built_formats().avif}}) {
    for (const bool alpha : {false, true}) {
      for (const bool lossless : {false, true}) {
        const Bytes png = make_png(33, 27, texture(), alpha);
        image::MemorySource source(png);
        const auto decoder = image::open_picture(source, Limits{});
        Variant settings;
        settings.width = 33;
        settings.format = format;
        settings.quality = 60;
        settings.lossless = lossless;
        settings.effort = 0;
        const image::ThumbnailPlan plan = image::plan_thumbnail(*decoder, settings);
        const image::Picture picture = decoder->decode(plan.scale(), FailOn::truncated);
        if (built) seeds.push_back(image::make_thumbnail(picture, plan, settings).bytes);
      }
    }
  }
}

}  // namespace

std::vector<Bytes> picture_seeds() {
  std::vector<Bytes> seeds;
  add_jpegs(seeds);
  add_pngs(seeds);
  add_bmps_and_gifs(seeds);
  add_tiffs(seeds);
  add_thumbnails(seeds);
  seeds.emplace_back();
  return seeds;
}

}  // namespace thumbs::test
