// PNGs read without libpng against libpng itself: samples, errors and warnings, of good, odd and damaged files.
#include "image/codec/png/fast/fast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "image/codec/png/fast/unfilter.h"
#include "image/resize/targets.h"
#include "support/pictures.h"
#include "support/rest_of.h"
#include "thumbs/error.h"
#include "unit/image/codec/damage.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::PngBuilder;

/// What a decode gave: samples or an error, and the warnings.
struct Outcome {
  std::string text;
  std::vector<unsigned> samples;
  bool operator==(const Outcome&) const = default;
};

Outcome outcome_of(Decoder& decoder, Scale scale, FailOn fail_on) {
  Outcome outcome;
  try {
    outcome.samples = test::samples_of(decoder.decode(scale, fail_on));
  } catch (const Error& error) {
    outcome.text = std::string(to_string(error.code())) + ": " + error.message();
  }
  for (const std::string& warning : decoder.warnings()) outcome.text += "\nwarning: " + warning;
  return outcome;
}

constexpr FailOn k_levels[] = {FailOn::none, FailOn::truncated, FailOn::error, FailOn::warning};

/// Whether the file is one for the fast reader; fails the test where libpng says anything else of it.
bool compare(const Bytes& bytes, Scale scale) {
  bool fast = false;
  for (const FailOn fail_on : k_levels) {
    MemorySource source(bytes), same(bytes);
    std::unique_ptr<Decoder> decoder, libpng;
    try {
      decoder = open_picture(source, Limits{});
      libpng = open_picture(same, Limits{});
    } catch (const Error&) {
      return false;
    }
    if (double{1} * decoder->header().width * decoder->header().height > 1e5) return false;  // a damaged header
    fast = libpng->save_memory();
    EXPECT_EQ(fast, libpng->memory_needed(scale, fail_on) < decoder->memory_needed(scale, fail_on));
    const Outcome expected = outcome_of(*libpng, scale, fail_on), found = outcome_of(*decoder, scale, fail_on);
    EXPECT_EQ(found.text, expected.text) << static_cast<int>(fail_on);
    EXPECT_TRUE(found.samples == expected.samples) << "failOn " << static_cast<int>(fail_on);
  }
  return fast;
}

struct Kind {
  int type;
  int depth;
};
const Kind k_kinds[] = {{0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1},
                        {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16}, {6, 8}, {6, 16}};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  unsigned below(unsigned end) { return static_cast<unsigned>(engine_() % end); }
  std::string bytes(std::size_t count, unsigned values) {
    std::string out(count, '\0');
    for (char& c : out) c = static_cast<char>(below(values));
    return out;
  }

 private:
  std::mt19937 engine_;
};

/// Filtered rows: any bytes are a picture. Few values make equal distances, which Paeth's filter decides by order.
std::string random_rows(Random& random, std::size_t row_bytes, int height) {
  const unsigned values = random.below(2) == 0 ? 256 : 3, filters = random.below(3);
  std::string rows;
  for (int y = 0; y < height; ++y) {
    rows.push_back(static_cast<char>(filters == 0 ? 4U : random.below(5)));
    rows += random.bytes(row_bytes, values);
  }
  return rows;
}

Bytes random_png(Random& random, const Kind& kind) {
  const int width = 1 + static_cast<int>(random.below(90)), height = 1 + static_cast<int>(random.below(14));
  const auto bits = static_cast<std::size_t>(width * test::png_channels(kind.type) * kind.depth);
  PngBuilder png;
  png.ihdr(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), kind.depth, kind.type);
  const unsigned colours = random.below(4) == 0 ? 1 + random.below(1U << kind.depth) : 1U << kind.depth;
  if (kind.type == 3) png.chunk("PLTE", random.bytes(3 * std::size_t{colours}, 256));
  if (kind.type == 3 && random.below(2) == 0) png.chunk("tRNS", random.bytes(1 + random.below(colours), 256));
  if ((kind.type == 0 || kind.type == 2) && random.below(2) == 0)  // high bytes beyond the depth too
    png.chunk("tRNS", random.bytes(kind.type == 0 ? 2 : 6, random.below(2) == 0 ? 256 : 2));
  std::string data = PngBuilder::deflated(random_rows(random, (bits + 7) / 8, height));
  while (random.below(2) == 0 && data.size() > 1) {
    const std::size_t part = random.below(static_cast<unsigned>(data.size()));
    png.chunk("IDAT", data.substr(0, part));
    data.erase(0, part);
  }
  png.chunk("IDAT", data);
  if (random.below(4) == 0) png.chunk("tEXt", "Comment\0behind the pixels");
  return png.iend().bytes();
}

TEST(PngFast, RandomPicturesHaveTheSamplesOfLibpng) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  int fast = 0, all = 0;
  for (int round = 0; round < 40; ++round)
    for (const Kind& kind : k_kinds) {
      SCOPED_TRACE("round " + std::to_string(round) + " type " + std::to_string(kind.type) + " depth " +
                   std::to_string(kind.depth));
      Scale scale{.shrink = 1 + static_cast<int>(random.below(4))};
      scale.deep = random.below(2) == 0;
      ++all;
      fast += compare(random_png(random, kind), scale) ? 1 : 0;
      if (HasFailure()) return;
    }
  EXPECT_EQ(fast, all);
}

PngBuilder begun(std::uint32_t side = 40) { return PngBuilder().ihdr(side, side, 8, 2); }
std::string rows_of(int side) {
  return test::png_rows(side, side, 8, 2, false,
                        [](int c, int x, int y) { return static_cast<unsigned>(x * 7 ^ y * 13 ^ c * 29) & 255; });
}

/// Whether the rows come without libpng.
bool reads(const Bytes& bytes, std::size_t side = 40) {
  MemorySource source(bytes);
  std::size_t rows = 0;
  const bool done = read_whole_png(source, {.width = side, .height = side, .depth = 8, .channels = 3},
                                   {.width = side, .channels = 3}, CpuLimit(0), [&](const std::byte*) { ++rows; });
  EXPECT_TRUE(!done || rows == side);
  return done;
}

TEST(PngFast, LeavesToLibpngWhatLibpngHasSomethingToSayOf) {
  const std::string rows = rows_of(40), data = PngBuilder::deflated(rows);
  const auto changed = [](std::string text, std::size_t at, char by) {
    text[at] = static_cast<char>(text[at] ^ by);
    return text;
  };
  const std::string large = rows_of(200);
  // Says that 256 bytes of what came before are enough; the check of the two header bytes is made right again.
  std::string small_window = PngBuilder::deflated(large);
  small_window[0] = '\x08', small_window[1] = '\x1D';
  struct Case {
    const char* title;
    Bytes bytes;
    bool fast;
    std::size_t side = 40;
  };
  const std::string half = data.substr(0, 99), rest = data.substr(99);
  const Case cases[] = {
      {"whole", begun().idat(rows).iend().bytes(), true},
      {"data behind IEND", PngBuilder(begun().idat(rows).iend()).raw("more").bytes(), true},
      {"two IDAT", begun().chunk("IDAT", half).chunk("IDAT", rest).iend().bytes(), true},
      {"an empty IDAT", begun().chunk("IDAT", "").chunk("IDAT", data).iend().bytes(), true},
      {"a text behind", begun().idat(rows).chunk("tEXt", "a").iend().bytes(), true},
      {"a text with a wrong CRC behind", begun().idat(rows).chunk("tEXt", "a", 1).iend().bytes(), false},
      {"an unknown chunk behind", begun().idat(rows).chunk("abCd", "a").iend().bytes(), false},
      {"a critical chunk behind", begun().idat(rows).chunk("ABCD", "a").iend().bytes(), false},
      {"IDAT with a wrong CRC", begun().chunk("IDAT", data, 1).iend().bytes(), false},
      {"the second IDAT with a wrong CRC", begun().chunk("IDAT", half).chunk("IDAT", rest, 1).iend().bytes(), false},
      {"a chunk between two IDAT", begun().chunk("IDAT", half).chunk("tEXt", "a").chunk("IDAT", rest).iend().bytes(),
       false},
      {"wrong Adler-32", begun().chunk("IDAT", changed(data, data.size() - 1, 1)).iend().bytes(), false},
      {"no Adler-32", begun().chunk("IDAT", data.substr(0, data.size() - 4)).iend().bytes(), false},
      {"broken zlib header", begun().chunk("IDAT", changed(data, 1, 1)).iend().bytes(), false},
      {"data behind the stream", begun().chunk("IDAT", data + "more").iend().bytes(), false},
      {"a row too few", begun().idat(rows.substr(0, rows.size() - 121)).iend().bytes(), false},
      {"a row too many", begun().idat(rows + rows.substr(0, 121)).iend().bytes(), false},
      {"an unknown filter", begun().idat(changed(rows, 121 * 7, 5)).iend().bytes(), false},
      {"no IEND", begun().idat(rows).bytes(), false},
      {"IEND with data", begun().idat(rows).chunk("IEND", "a").bytes(), false},
      {"no IDAT", begun().iend().bytes(), false},
      {"too small a window", begun(200).chunk("IDAT", small_window).iend().bytes(), false, 200},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    EXPECT_EQ(reads(c.bytes, c.side), c.fast);
    compare(c.bytes, {1});
  }
}

TEST(PngFast, IndicesBeyondThePaletteAreForLibpng) {
  const Bytes bytes =
      PngBuilder().ihdr(4, 1, 2, 3).chunk("PLTE", "abcdef").idat(std::string_view("\0\x1B", 2)).iend().bytes();
  compare(bytes, {1});
}

TEST(PngFast, DamagedFilesEndAsWithLibpng) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 engine(seed);
  Random random(seed);
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    Bytes bytes = random_png(random, k_kinds[random.below(std::size(k_kinds))]);
    test::damage(bytes, engine);
    compare(bytes, {1});
    if (HasFailure()) return;
  }
}

TEST(PngFast, FiltersAreUndoneTheSameOnEveryInstructionSet) {
  Random random(7);
  constexpr std::size_t k_rows = 9;
  for (const ResizeTarget& target : resize_targets()) {
    use_resize_target(target);
    for (const std::size_t pixel_bytes : {1U, 2U, 3U, 4U, 6U, 8U})
      for (const std::size_t pixels : {1U, 2U, 3U, 4U, 5U, 7U, 8U, 9U, 31U, 64U}) {
        SCOPED_TRACE(target.name + ", " + std::to_string(pixels) + " of " + std::to_string(pixel_bytes));
        const std::size_t row_bytes = pixels * pixel_bytes, pitch = row_bytes + k_unfilter_slack;
        std::string in = random_rows(random, row_bytes, k_rows);
        in.resize(in.size() + 16);
        const auto* first = reinterpret_cast<const std::uint8_t*>(in.data());
        std::vector<std::uint8_t> above(pitch), found((k_rows + 4) * pitch), expected(pitch);
        const std::uint8_t* last = above.data();
        for (std::size_t y = 0; y < k_rows;) {
          const std::size_t done = unfilter({first + y * (row_bytes + 1), k_rows - y, row_bytes, pixel_bytes}, last,
                                            found.data() + y * pitch, pitch);
          ASSERT_TRUE(done >= 1 && done <= std::min(k_unfilter_rows, k_rows - y));
          y += done;
          last = found.data() + (y - 1) * pitch;
        }
        for (std::size_t y = 0; y < k_rows; ++y) {
          unfilter_plain({first + y * (row_bytes + 1), 1, row_bytes, pixel_bytes}, above.data(), expected.data());
          ASSERT_TRUE(std::equal(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(row_bytes),
                                 found.begin() + static_cast<std::ptrdiff_t>(y * pitch)))
              << "row " << y;
          above = expected;
        }
      }
  }
  use_best_resize_target();
}

TEST(PngFast, MemoryIsBoundAndCanBeSaved) {
  EXPECT_GT(whole_png_memory({.width = 1200, .height = 1200, .depth = 8, .channels = 3}, 1 << 20), 1200U * 1200 * 3);
  EXPECT_EQ(whole_png_memory({.width = 20000, .height = 20000, .depth = 8, .channels = 3}, 1 << 20), 0U);
  EXPECT_EQ(whole_png_memory({.width = 0x7FFFFFFF, .height = 0x7FFFFFFF, .depth = 16, .channels = 4}, 100), 0U);
  EXPECT_EQ(whole_png_memory({.width = 10, .height = 10, .depth = 8, .channels = 3}, std::uint64_t{1} << 30), 0U);
}

TEST(PngFast, TheCorpusIsReadAsByLibpng) {
  const char* const folder = std::getenv("THUMBS_CORPUS");
  if (folder == nullptr) GTEST_SKIP() << "THUMBS_CORPUS names no folder of pictures";
  int fast = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.file_size() > (2 << 20)) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text = test::rest_of(file);
    if (!text.starts_with("\x89PNG")) continue;
    SCOPED_TRACE(entry.path().string());
    const auto bytes = std::as_bytes(std::span(text));
    fast += compare(Bytes(bytes.begin(), bytes.end()), {2}) ? 1 : 0;
  }
  EXPECT_GT(fast, 0);
}

}  // namespace
}  // namespace thumbs::image
