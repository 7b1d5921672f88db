// Replaces libFuzzer: feeds a fuzz target synthesised inputs, their prefixes and random changes of them. The same
// series each time; another one, or a longer one, by "smoke_X SEED SECONDS". "smoke_X --write FOLDER" writes the inputs
// that it starts from.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "image/thumbnail.h"
#include "support/built_formats.h"
#include "support/containers.h"
#include "support/pictures.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using thumbs::test::Bytes;
namespace test = thumbs::test;

void add_jpegs(std::vector<Bytes>& seeds) {
  const test::Pattern pattern = test::texture();
  for (const bool progressive : {false, true}) {
    for (const bool arithmetic : {false, true}) {
      test::JpegRecipe recipe{.width = 41, .height = 23, .sampling = {{2, 2}}};
      recipe.progressive = progressive;
      recipe.arithmetic = arithmetic;
      recipe.restart_rows = arithmetic ? 1 : 0;
      recipe.app1 = {test::exif_segment(6)};
      seeds.push_back(test::make_jpeg(recipe, pattern));
    }
  }
  for (const std::vector<test::Sampling>& sampling : std::vector<std::vector<test::Sampling>>{{}, {{2, 1}}, {{1, 2}}}) {
    test::JpegRecipe recipe{.width = 50, .height = 40, .sampling = sampling};
    recipe.restart_rows = sampling.empty() ? 0 : 1;
    seeds.push_back(test::make_jpeg(recipe, pattern));
  }
  for (const J_COLOR_SPACE space : {JCS_GRAYSCALE, JCS_RGB, JCS_CMYK, JCS_YCCK})
    seeds.push_back(test::make_jpeg({.width = 20, .height = 30, .space = space}, pattern));
}

void add_pngs(std::vector<Bytes>& seeds) {
  const auto samples = [](int c, int x, int y) { return static_cast<unsigned>(x * 3 + y * 5 + c) & 1; };
  for (const auto& [type, depth] : {std::pair{0, 1}, {0, 16}, {2, 8}, {3, 1}, {4, 8}, {6, 16}}) {
    for (const bool interlaced : {false, true}) {
      test::PngBuilder png;
      png.ihdr(33, 17, depth, type, interlaced);
      if (type == 3) png.chunk("PLTE", "abcdef").chunk("tRNS", "\x80");
      if (type == 0) png.chunk("tRNS", std::string_view("\0\1", 2));
      png.chunk("tEXt", "key").idat(test::png_rows(33, 17, depth, type, interlaced, samples));
      seeds.push_back(png.iend().bytes());
    }
  }
}

void add_bmps_and_gifs(std::vector<Bytes>& seeds) {
  const Bytes pixels(400, std::byte{1});
  for (const int bits : {1, 8, 16, 24, 32})
    seeds.push_back(
        test::make_bmp({.width = 9, .height = 7, .bits = bits, .palette = {0, 0xFF8000}, .pixels = pixels}));
  seeds.push_back(test::make_bmp(
      {.width = 9, .height = 7, .bits = 8, .compression = 1, .palette = {0, 0xFF8000}, .pixels = pixels}));
  seeds.push_back(test::make_gif({.frames = {{.left = 1, .transparent = 2}, {}}, .comment = "x"}));
  seeds.push_back(
      test::make_gif({.width = 20, .height = 20, .frames = {{.width = 20, .height = 20, .interlaced = true}}}));
}

/// RGB in one strip, stored and as PackBits.
void add_tiffs(std::vector<Bytes>& seeds) {
  for (const unsigned compression : {1U, 32773U}) {
    test::Numbers out;
    out.text("II*").u8(0).u32(8).u16(9);
    const std::pair<unsigned, unsigned> fields[] = {{256, 6},   {257, 5}, {258, 8}, {259, compression}, {262, 2},
                                                    {273, 126}, {277, 3}, {278, 5}, {279, 200}};
    for (const auto& [tag, value] : fields) out.u16(tag).u16(4).u32(1).u32(value);
    seeds.push_back(out.u32(0).bytes(Bytes(210, std::byte{2})).take());
  }
}

/// Through our own encoders: what this build can write.
void add_thumbnails(std::vector<Bytes>& seeds) {
  for (const auto& [format, built] : {std::pair{thumbs::OutputFormat::webp, thumbs::built_formats().webp},
                                      {thumbs::OutputFormat::avif, thumbs::built_formats().avif}}) {
    for (const bool alpha : {false, true}) {
      for (const bool lossless : {false, true}) {
        const Bytes png = test::make_png(33, 27, test::texture(), alpha);
        thumbs::image::MemorySource source(png);
        const auto decoder = thumbs::image::open_picture(source, thumbs::Limits{});
        thumbs::Variant settings;
        settings.width = 33;
        settings.format = format;
        settings.quality = 60;
        settings.lossless = lossless;
        settings.effort = 0;
        const thumbs::image::ThumbnailPlan plan = thumbs::image::plan_thumbnail(*decoder, settings);
        const thumbs::image::Picture picture = decoder->decode(plan.scale(), thumbs::FailOn::truncated);
        if (built) seeds.push_back(thumbs::image::make_thumbnail(picture, plan, settings).bytes);
      }
    }
  }
}

void add_text(std::vector<Bytes>& seeds, std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  seeds.emplace_back(begin, begin + text.size());
}

/// For text_fuzz, whose first byte chooses the reader.
void add_texts(std::vector<Bytes>& seeds) {
  const std::string hash = "xxh3-128:0123456789abcdef0123456789abcdef";
  const std::string recipe = "xxh3-128:0123456789abcdef0123456789abcdef.0123456789abcdef0123456789abcdef";
  const std::string texts[] = {
      R"({"lock": "l", "sets": [{"source": "a", "output": "b", "overrides": {"x/*": {"focus": "10,20"}},
"variants": [{"name": "w", "widths": [100, 200], "formats": ["jpeg", "webp"], "trim": {"threshold": 5, "margin": 2}}]}]})",
      "**/{a,b[!c-e]}/?*.jp\\g\na/b/c.jpg",
      "{dir}/{stem}-{variant}.{sourceExt}.{ext}/{hash}-{width}x{height}\na/../b",
      "a%25.jpg\t" + hash + "\t" + recipe + "\tout/a.jpg\t" + hash + "\n",
      R"({"a.jpg": {"width": 4, "height": 3, "alpha": false, "dominantColour": "#102030", "thumbhash": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
"hash": ")" +
          hash + R"(", "variants": []}})",
  };
  for (std::size_t i = 0; i < std::size(texts); ++i) add_text(seeds, static_cast<char>(i) + texts[i]);
}

std::vector<Bytes> make_seeds() {
  std::vector<Bytes> seeds(1);
  add_jpegs(seeds);
  add_pngs(seeds);
  add_bmps_and_gifs(seeds);
  add_tiffs(seeds);
  add_thumbnails(seeds);
  for (const bool big_endian : {false, true}) seeds.push_back(test::tiff_block(6, big_endian));
  add_text(seeds,
           R"(<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
  <rdf:Description xmlns:t='http://ns.adobe.com/tiff/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/' t:Orientation='6'>
  <t:ImageWidth>640</t:ImageWidth><dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>A &amp; B</rdf:li></rdf:Alt></dc:rights>
  </rdf:Description></rdf:RDF></x:xmpmeta>)");
  add_text(seeds, std::string_view("\x1C\2\x50\0\4Iris\x1C\2\x78\x80\4\0\0\0\1c", 19));
  add_text(seeds, std::string_view("Raw profile type exif\0\nexif\n      10\n49492a00080000000000", 57));
  add_text(seeds, "RIFF\x10\x10\x10\x10WEBPVP8 ");
  add_texts(seeds);
  add_text(seeds, R"({"version": 1, "limits": {"inputBytes": "1GiB"}, // a comment
  "sets": [{"source": "a", "include": ["**/*.{jpg,png}", "[!a-z]?\\*"], "output": "b", "path": "{dir}/{stem}-{variant}.{ext}",
  "variants": [{"name": "x", "width": 256, "fit": "cover", "background": "#ffffff80"}]}]})");
  return seeds;
}

/// For libFuzzer to start from.
int write_seeds(const std::string& folder) {
  int number = 0;
  for (const Bytes& bytes : make_seeds()) {
    std::ofstream file(folder + "/seed-" + std::to_string(number++), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) return 1;
  }
  return 0;
}

void feed(const Bytes& bytes) {
  // A copy of exactly this size: a sanitizer sees any look beyond it.
  const std::vector<std::uint8_t> exact(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                        reinterpret_cast<const std::uint8_t*>(bytes.data()) + bytes.size());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

/// One to eight changes: a byte, a bit, a run taken out, a run written twice, a run of another seed.
Bytes mutated(Bytes bytes, const std::vector<Bytes>& seeds, std::mt19937& random) {
  const auto below = [&](std::size_t end) { return end == 0 ? 0 : random() % end; };
  for (std::size_t changes = 1 + below(8); changes > 0 && !bytes.empty(); --changes) {
    const std::size_t at = below(bytes.size()), length = below(std::min<std::size_t>(bytes.size() - at, 64));
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const Bytes run(from, from + static_cast<std::ptrdiff_t>(length));
    switch (below(5)) {
      case 0: bytes[at] = static_cast<std::byte>(random() & 255); break;
      case 1: bytes[at] ^= static_cast<std::byte>(1U << below(8)); break;
      case 2: bytes.erase(from, from + static_cast<std::ptrdiff_t>(length)); break;
      case 3: bytes.insert(from, run.begin(), run.end()); break;
      default: {
        const Bytes& other = seeds[below(seeds.size())];
        for (std::size_t i = at, j = below(other.size()); i < at + length && j < other.size();) bytes[i++] = other[j++];
      }
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 2 && std::string_view(argv[1]) == "--write") return write_seeds(argv[2]);
  const unsigned long seed = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1;
  const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 20;
  constexpr int k_rounds = 2000;
  std::printf("seed %lu, at most %g s\n", seed, seconds);
  std::fflush(stdout);
  const auto start = std::chrono::steady_clock::now();
  const auto in_time = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds;
  };
  const std::vector<Bytes> seeds = make_seeds();
  std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
  long inputs = 0;
  for (const Bytes& whole : seeds) {
    feed(whole);
    for (std::size_t size = 0; size < whole.size() && in_time(); size += 1 + size / 16, ++inputs)
      feed(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  for (int round = 0; (argc > 2 || round < k_rounds) && in_time(); ++round)
    for (const Bytes& whole : seeds) feed(mutated(whole, seeds, random)), ++inputs;
  std::printf("%ld inputs\n", inputs);
  return 0;
}
