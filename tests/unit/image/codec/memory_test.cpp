// Decoders' estimates of memory against what they really take: every allocation of this program is counted.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "image/thumbnail.h"
#include "support/buffer.h"
#include "support/built_formats.h"
#include "support/containers.h"
#include "support/pictures.h"
#include "unit/image/metadata/metadata_blocks.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define THUMBS_COUNTS_MEMORY
#endif

namespace {

thread_local std::int64_t live = 0;
thread_local std::int64_t peak = 0;

}  // namespace

#ifdef THUMBS_COUNTS_MEMORY
// glibc's own, behind the names that this file takes.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

static void count(std::int64_t bytes) {
  live += bytes;
  peak = std::max(peak, live);
}

static void* counted(void* block) {
  count(static_cast<std::int64_t>(malloc_usable_size(block)));
  return block;
}

void* malloc(std::size_t size) { return counted(__libc_malloc(size)); }
void* calloc(std::size_t members, std::size_t size) { return counted(__libc_calloc(members, size)); }
void* aligned_alloc(std::size_t alignment, std::size_t size) { return counted(__libc_memalign(alignment, size)); }
void* memalign(std::size_t alignment, std::size_t size) { return counted(__libc_memalign(alignment, size)); }
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  *block = counted(__libc_memalign(alignment, size));
  return *block == nullptr ? ENOMEM : 0;
}
void* realloc(void* block, std::size_t size) {
  const auto before = static_cast<std::int64_t>(malloc_usable_size(block));
  void* const moved = __libc_realloc(block, size);
  count(static_cast<std::int64_t>(malloc_usable_size(moved)) - before);
  return moved;
}
void free(void* block) {
  count(-static_cast<std::int64_t>(malloc_usable_size(block)));
  __libc_free(block);
}
void* mmap(void* at, std::size_t size, int protection, int flags, int file, off_t offset) {
  count(static_cast<std::int64_t>(size));
  return reinterpret_cast<void*>(syscall(SYS_mmap, at, size, protection, flags, file, offset));
}
int munmap(void* at, std::size_t size) {
  count(-static_cast<std::int64_t>(size));
  return static_cast<int>(syscall(SYS_munmap, at, size));
}
}
#endif

namespace thumbs::image {
namespace {

/// The most bytes that `body` had beyond what there was before.
std::uint64_t peak_of(const std::function<void()>& body) {
  release_kept_buffers();
  const std::int64_t before = peak = live;
  body();
  return static_cast<std::uint64_t>(peak - before);
}

struct File {
  const char* name;
  test::Bytes bytes;
  std::uint64_t tables = 512 << 10;  ///< what may be reserved although this file does not need it
};

struct PngKind {
  int depth;
  int type;
  bool interlaced;
};

test::Bytes png_of(Size size, PngKind kind) {
  test::PngBuilder png;
  png.ihdr(static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height), kind.depth, kind.type,
           kind.interlaced);
  const auto samples = [&](int c, int x, int y) {
    const unsigned noise =
        (static_cast<unsigned>(x) * 2654435761U ^ static_cast<unsigned>(y * 3 + c) * 2246822519U) >> 9;
    return (static_cast<unsigned>(x) / 4 + noise % 64) & ((1U << kind.depth) - 1);
  };
  return png.idat(test::png_rows(size.width, size.height, kind.depth, kind.type, kind.interlaced, samples))
      .iend()
      .bytes();
}

std::vector<File> files_of_outputs() {
  const test::Pattern waves = test::texture();
  const std::vector<test::Sampling> s420 = {{2, 2}, {1, 1}, {1, 1}};
  const int w = 700, h = 500;
  return {
      {"4:4:4", test::make_jpeg({.width = w, .height = h}, waves)},
      {"4:2:0", test::make_jpeg({.width = w, .height = h, .sampling = s420}, waves)},
      {"grey", test::make_jpeg({.width = w, .height = h, .space = JCS_GRAYSCALE}, waves)},
      {"CMYK", test::make_jpeg({.width = w, .height = h, .space = JCS_CMYK}, waves)},
      {"arithmetic", test::make_jpeg({.width = w, .height = h, .arithmetic = true}, waves)},
      {"progressive", test::make_jpeg({.width = w, .height = h, .sampling = s420, .progressive = true}, waves)},
      {"progressive 4:4:4", test::make_jpeg({.width = w, .height = h, .progressive = true}, waves)},
      {"progressive, arithmetic",
       test::make_jpeg({.width = w, .height = h, .progressive = true, .arithmetic = true}, waves)},
      {"progressive CMYK", test::make_jpeg({.width = w, .height = h, .space = JCS_CMYK, .progressive = true}, waves)},
      {"PNG", png_of({w, h}, {8, 2, false})},
      {"PNG of 16 bits", png_of({w, h}, {16, 2, false})},
      {"PNG with alpha", png_of({w, h}, {8, 6, false})},
      {"PNG, grey", png_of({w, h}, {8, 0, false})},
      {"PNG, interlaced", png_of({w, h}, {8, 2, true})},
      {"PNG, interlaced, alpha of 16 bits", png_of({w, h}, {16, 6, true})},
      {"PNG of 1 bit", png_of({w, h}, {1, 0, false})},
  };
}

/// Noise, compressed by zlib in strips of 16 rows, or in tiles of as many.
test::Bytes tiff_of(Size size, unsigned samples, bool tiled = false) {
  constexpr int k_rows = 16, k_tile = 256;
  std::vector<std::string> strips;
  const int width = tiled ? k_tile : size.width;
  for (int y = 0; y < size.height; y += k_rows)
    for (int x = 0; x < size.width; x += width) {
      std::string rows;
      for (int row = y; row < (tiled ? y + k_rows : std::min(y + k_rows, size.height)); ++row)
        for (unsigned at = 0; at < static_cast<unsigned>(width) * samples; ++at)
          rows += static_cast<char>((at * 2654435761U ^ static_cast<unsigned>(row) * 2246822519U) >> 25);
      strips.push_back(test::PngBuilder::deflated(rows));
    }
  const auto count = static_cast<std::uint32_t>(strips.size());
  const std::uint32_t entries = 6 + (tiled ? 4 : 3) + (samples == 4 ? 1 : 0), lists = 8 + 2 + entries * 12 + 4,
                      data = lists + 8 * count;
  test::TiffNumbers out(false);
  out.signature().number(8).count(entries);
  out.entry(256, 4, 1, static_cast<std::uint32_t>(size.width));
  out.entry(257, 4, 1, static_cast<std::uint32_t>(size.height));
  out.entry(258, 3, 1, 8);
  out.entry(259, 3, 1, 8);  // Deflate
  out.entry(262, 3, 1, 2);  // RGB
  if (!tiled) out.entry(273, 4, count, lists);
  out.entry(277, 3, 1, samples);
  if (!tiled) out.entry(278, 3, 1, k_rows).entry(279, 4, count, lists + 4 * count);
  if (tiled) out.entry(322, 3, 1, k_tile).entry(323, 3, 1, k_rows);
  if (tiled) out.entry(324, 4, count, lists).entry(325, 4, count, lists + 4 * count);
  if (samples == 4) out.entry(338, 3, 1, 2);  // alpha
  out.number(0);
  std::uint32_t at = data;
  for (const std::string& strip : strips) {
    out.number(at);
    at += static_cast<std::uint32_t>(strip.size());
  }
  for (const std::string& strip : strips) out.number(static_cast<std::uint32_t>(strip.size()));
  for (const std::string& strip : strips) out.plain().text(strip);
  return out.plain().take();
}

/// Of the formats that are only read.
void add_others(std::vector<File>& files, Size size) {
  const int w = size.width, h = size.height;
  const std::size_t pixels = static_cast<std::size_t>(w) * static_cast<std::size_t>(h);
  test::Bytes noise(pixels * 4);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<std::byte>(i * 2654435761U >> 13);
  const std::vector<std::uint32_t> palette = {0x102030, 0xFF0000, 0x00FF00, 0x0000FF};
  std::vector<std::uint8_t> indices(pixels);
  for (std::size_t i = 0; i < pixels; ++i)
    indices[i] = static_cast<std::uint8_t>(std::to_integer<unsigned>(noise[i]) % 4);
  test::Bytes runs;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; x += 50) runs.insert(runs.end(), {std::byte{50}, std::byte{1}});
    runs.insert(runs.end(), {std::byte{0}, std::byte{0}});
  }
  runs.insert(runs.end(), {std::byte{0}, std::byte{1}});
  files.push_back({"BMP", test::make_bmp({.width = w, .height = h, .pixels = noise})});
  files.push_back({"BMP, first row first", test::make_bmp({.width = w, .height = -h, .pixels = noise})});
  files.push_back({"BMP with a palette",
                   test::make_bmp({.width = w, .height = h, .bits = 8, .palette = palette, .pixels = noise})});
  files.push_back(
      {"BMP of runs",
       test::make_bmp({.width = w, .height = h, .bits = 8, .compression = 1, .palette = palette, .pixels = runs})});
  for (const bool interlaced : {false, true}) {
    for (const int transparent : {-1, 2}) {
      if (!built_formats().gif) break;
      const test::GifFrameRecipe frame{
          .width = w, .height = h, .indices = indices, .transparent = transparent, .interlaced = interlaced};
      files.push_back(
          {interlaced ? "GIF, interlaced" : "GIF", test::make_gif({.width = w, .height = h, .frames = {frame}})});
    }
  }
  if (!built_formats().tiff) return;
  constexpr std::uint64_t k_codecs = 8 << 20;  // of libtiff, for pages of the file and tables of any compression
  files.push_back({"TIFF", tiff_of(size, 3), k_codecs});
  files.push_back({"TIFF of tiles", tiff_of(size, 3, true), k_codecs});
  files.push_back({"TIFF with alpha", tiff_of(size, 4), k_codecs});
}

std::vector<File> make_files() {
  std::vector<File> all = files_of_outputs();
  add_others(all, {700, 500});
  return all;
}

const std::vector<File>& files() {
  static const std::vector<File> made = make_files();
  return made;
}

/// A place in the table, for messages.
std::string at(const File& file, Scale scale) {
  return std::string(file.name) + " at 1/" + std::to_string(scale.shrink) + (scale.coarse_chroma ? ", coarse" : "") +
         (scale.deep ? ", deep" : "");
}

/// The estimate `said` covers what was `taken`, and is not more than three times as much (plus a constant).
void expect_fits(std::uint64_t said, std::uint64_t taken, std::uint64_t tables) {
  EXPECT_LE(taken, said);
  EXPECT_LE(said, 3 * taken + tables);
}

std::vector<Scale> scales() {
  std::vector<Scale> all;
  for (const int shrink : {1, 2, 4, 8})
    for (const bool both : {false, true}) all.push_back({shrink, both, both});  // one is for JPEG alone, one for PNG
  return all;
}

/// Holds each file at each scale to what `work` says that it needs, where it says anything.
void expect_each_fits(const std::function<std::optional<std::uint64_t>(Decoder&, Scale)>& work) {
  for (const File& file : files()) {
    for (const Scale scale : scales()) {
      SCOPED_TRACE(at(file, scale));
      std::optional<std::uint64_t> said;
      const std::uint64_t taken = peak_of([&] {
        MemorySource source(file.bytes);
        said = work(*open_picture(source, Limits{}), scale);
      });
      if (said) expect_fits(*said, taken, file.tables);
    }
  }
}

TEST(Memory, DecodersTakeWhatTheySay) {
#ifndef THUMBS_COUNTS_MEMORY
  GTEST_SKIP() << "nothing is counted here";
#endif
  expect_each_fits([](Decoder& decoder, Scale scale) {
    const std::uint64_t said = decoder.memory_needed(scale, FailOn::truncated);
    decoder.decode(scale, FailOn::truncated);
    return std::optional(said);
  });
}

class Nowhere final : public RowSink {
 public:
  void begin(const Picture& /*frame*/) override {}
  void take(std::size_t /*plane*/, const Plane& /*rows*/) override {}
};

TEST(Memory, DecodersThatGiveRowsTakeWhatTheySay) {
#ifndef THUMBS_COUNTS_MEMORY
  GTEST_SKIP() << "nothing is counted here";
#endif
  expect_each_fits([](Decoder& decoder, Scale scale) -> std::optional<std::uint64_t> {
    if (!decoder.gives_rows()) return std::nullopt;
    const std::uint64_t said = decoder.rows_memory(scale);
    Nowhere sink;
    decoder.decode_to(scale, FailOn::truncated, sink);
    return said;
  });
}

TEST(Memory, LargePicturesOfTheOtherFormatsTakeRows) {
#ifndef THUMBS_COUNTS_MEMORY
  GTEST_SKIP() << "nothing is counted here";
#endif
  constexpr std::uint64_t k_most = 1 << 20;  // a quarter of the pixels, even as indices
  std::vector<File> large;
  add_others(large, {2000, 2000});
  for (const File& file : large) {
    if (std::string(file.name) == "GIF, interlaced") continue;  // held as a whole: its second row comes last
    Nowhere sink;
    const std::uint64_t taken = peak_of([&] {
      MemorySource source(file.bytes);
      open_picture(source, Limits{})->decode_to({.shrink = 8}, FailOn::truncated, sink);
    });
    EXPECT_LT(taken, k_most) << file.name;
  }
}

/// One of each model and depth.
std::vector<File> some_files() {
  std::vector<File> all = files();
  std::erase_if(all, [](const File& file) {
    const std::string name = file.name;
    return name != "4:2:0" && name != "CMYK" && name != "PNG with alpha" && name != "PNG of 16 bits" &&
           name != "PNG, grey";
  });
  return all;
}

Variant variant(OutputFormat format, int width, int height, Fit fit = Fit::inside) {
  Variant v;
  v.format = format;
  v.width = width;
  v.height = height;
  v.fit = fit;
  v.quality = 80;
  v.background = Colour{10, 200, 30, 255};
  return v;
}

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const OutputFormat format : {OutputFormat::jpeg, OutputFormat::png, OutputFormat::webp}) {
    if (encoder_library(*picture_format(format)).empty()) continue;
    for (const int side : {100, 650}) {
      all.push_back(variant(format, side, side));
      all.push_back(variant(format, side, side / 2, Fit::cover));
      all.push_back(variant(format, side, side, Fit::contain));
      Variant sharp = variant(format, side, side);
      sharp.sharpen = 2;
      all.push_back(sharp);
      Variant box = variant(format, side, side);
      box.kernel = Kernel::box;
      all.push_back(box);
    }
    Variant light = variant(format, 300, 300);
    light.linear = true;
    light.sharpen = 1;
    all.push_back(light);
    Variant chosen = variant(format, 300, 100, Fit::cover);
    chosen.position = Position::attention;
    all.push_back(chosen);
    Variant progressive = variant(format, 500, 500);
    progressive.progressive = true;
    progressive.effort = 9;
    all.push_back(progressive);
    Variant lossless = variant(format, 400, 400);
    lossless.lossless = format == OutputFormat::webp;
    all.push_back(lossless);
  }
  return all;
}

std::string text_of(const Variant& v) {
  return std::to_string(*v.width) + "x" + std::to_string(*v.height) + ", format " +
         std::to_string(static_cast<int>(v.format)) + ", fit " + std::to_string(static_cast<int>(v.fit));
}

TEST(Memory, ThumbnailsTakeWhatTheySay) {
#ifndef THUMBS_COUNTS_MEMORY
  GTEST_SKIP() << "nothing is counted here";
#endif
  for (const File& file : some_files()) {
    for (const Variant& settings : variants()) {
      MemorySource source(file.bytes);
      const auto decoder = open_picture(source, Limits{});
      const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
      SCOPED_TRACE(at(file, plan.scale()) + " to " + text_of(settings));
      const std::uint64_t said = thumbnail_memory(decoder->header(), plan, settings);
      const Picture picture = decoder->decode(plan.scale(), FailOn::truncated);
      const std::uint64_t taken = peak_of([&] { make_thumbnail(picture, plan, settings); });
      EXPECT_LE(taken, said);
    }
  }
}

/// Blocks of as many entries and names as there can be.
MetadataBlocks crowded_blocks() {
  constexpr std::size_t k_entries = 60000;
  test::TiffWriter exif(false);
  exif.text("II"), exif.number(42, 2), exif.number(8, 4), exif.number(k_entries, 2);
  for (unsigned i = 0; i < k_entries; ++i) exif.entry(0x9000 + i % 20000, 2, 5, 800000 + i % 100);
  exif.number(0, 4), exif.text(std::string(100000, 'x'));
  std::string names;
  for (int i = 0; i < 60000; ++i)
    names += (i % 1000 == 0 ? "<d:a" : " d:a") + std::to_string(i) +
             (i % 1000 == 0     ? ""
              : i % 1000 == 999 ? "=''/>"
                                : "=''");
  MetadataBlocks blocks = {.exif = exif.take(), .xmp = test::bytes_of(test::packet("", names)), .iptc = {}};
  blocks.extended_xmp = blocks.xmp;
  blocks.add_text("Author", "Ada");
  return blocks;
}

TEST(Memory, MetadataTakesWhatItIsSaidTo) {
#ifndef THUMBS_COUNTS_MEMORY
  GTEST_SKIP() << "nothing is counted here";
#endif
  const test::Bytes file = test::make_png(40, 30, test::texture());
  MemorySource source(file);
  const auto decoder = open_picture(source, Limits{});
  Variant settings = variants().front();
  settings.metadata = Metadata::all;
  for (const OutputFormat format : {OutputFormat::jpeg, OutputFormat::png}) {
    settings.format = format;
    const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
    const Picture picture = decoder->decode(plan.scale(), FailOn::truncated);
    const std::uint64_t taken = peak_of([&] { make_thumbnail(picture, plan, settings, crowded_blocks()); });
    EXPECT_LE(taken, thumbnail_memory(decoder->header(), plan, settings));
    EXPECT_GT(taken, 4U << 20) << "blocks are copied and parsed";
  }
}

TEST(Memory, ThumbnailsByRowsTakeWhatTheySay) {
#ifndef THUMBS_COUNTS_MEMORY
  GTEST_SKIP() << "nothing is counted here";
#endif
  for (const File& file : some_files()) {
    for (const Variant& settings : variants()) {
      std::uint64_t said = 0;
      const std::uint64_t taken = peak_of([&] {
        MemorySource source(file.bytes);
        const auto decoder = open_picture(source, Limits{});
        const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
        if (!decoder->gives_rows() || !needs_rows_alone(plan, settings)) return;
        said = decoder->rows_memory(plan.scale()) + thumbnail_rows_memory(decoder->header(), plan, settings);
        ThumbnailRows rows;
        rows.add(plan, settings);
        decoder->decode_to(plan.scale(), FailOn::truncated, rows);
        rows.finish(0);
      });
      SCOPED_TRACE(std::string(file.name) + " to " + text_of(settings));
      if (said != 0) {
        EXPECT_LE(taken, said);
      }
    }
  }
}

}  // namespace
}  // namespace thumbs::image
