// Files that are cut short: if all pixels are there, the result is a picture with a warning, at every scale, whole and
// by rows; if a pixel is missing, the error is `truncated`.
#include <gtest/gtest.h>

#include <algorithm>

#include "image/codec/codec.h"
#include "support/pictures.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::make_jpeg;
using test::PngBuilder;

struct Outcome {
  std::string text;  ///< "a picture", or the error's code
  std::vector<unsigned> samples;
  std::vector<std::string> warnings;
};

/// Puts rows together again.
class Gathered final : public RowSink {
 public:
  void begin(const Picture& frame) override {
    picture = without_planes(frame);
    rows_.assign(frame.planes.size(), 0);
    for (const Plane& p : frame.planes)
      picture.planes.emplace_back(p.width, p.height, p.bytes_per_sample, p.pitch_x, p.pitch_y);
  }
  void take(std::size_t i, const Plane& rows) override {
    if (rows.bytes_per_sample == 1)
      copy<std::uint8_t>(rows, picture.planes[i], rows_[i]);
    else
      copy<std::uint16_t>(rows, picture.planes[i], rows_[i]);
    rows_[i] += rows.height;
  }
  Picture picture;

 private:
  template <class Sample>
  static void copy(const Plane& rows, Plane& plane, int first) {
    for (int y = 0; y < rows.height; ++y) std::copy_n(rows.row<Sample>(y), plane.width, plane.row<Sample>(first + y));
  }
  std::vector<int> rows_;
};

Outcome outcome(ByteSource& source, int shrink, FailOn fail_on, bool by_rows) {
  try {
    const auto decoder = open_picture(source, Limits{});
    Gathered rows;
    if (by_rows && !decoder->gives_rows()) return {"gives no rows", {}, {}};
    if (by_rows) decoder->decode_to({shrink}, fail_on, rows);
    const Picture picture = by_rows ? std::move(rows.picture) : decoder->decode({shrink}, fail_on);
    return {"a picture", test::samples_of(picture), decoder->warnings()};
  } catch (const Error& error) {
    return {std::string(to_string(error.code())), {}, {}};
  }
}

Outcome outcome(const Bytes& bytes, FailOn fail_on = FailOn::truncated, int shrink = 1, bool by_rows = false) {
  MemorySource source(bytes);
  return outcome(source, shrink, fail_on, by_rows);
}

Bytes cut(const Bytes& bytes, std::size_t by) { return Bytes(bytes.begin(), bytes.end() - static_cast<int>(by)); }

Bytes joined(Bytes bytes, std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  bytes.insert(bytes.end(), begin, begin + text.size());
  return bytes;
}

Bytes zeros(Bytes bytes, std::size_t count) { return joined(std::move(bytes), std::string(count, '\0')); }

struct File {
  std::string title;
  Bytes bytes;
};

jpeg_scan_info scan(std::vector<int> components, int start, int end, int high = 0, int low = 0) {
  jpeg_scan_info info{};
  info.comps_in_scan = static_cast<int>(components.size());
  for (std::size_t i = 0; i < components.size(); ++i) info.component_index[i] = components[i];
  info.Ss = start, info.Se = end, info.Ah = high, info.Al = low;
  return info;
}

/// One of each kind, of odd sizes.
std::vector<File> jpegs() {
  const test::Pattern texture = test::texture();
  test::JpegRecipe recipe{.width = 85, .height = 61, .sampling = {{2, 2}}};
  std::vector<File> files = {{"baseline", make_jpeg(recipe, texture)}};
  recipe.restart_rows = 1;
  files.push_back({"restart markers", make_jpeg(recipe, texture)});
  recipe.restart_rows = 0, recipe.progressive = true;
  files.push_back({"progressive", make_jpeg(recipe, texture)});
  recipe.progressive = false;
  recipe.scans = {scan({0}, 0, 63), scan({2}, 0, 63), scan({1}, 0, 63)};
  files.push_back({"a scan for each component", make_jpeg(recipe, texture)});
  recipe.scans.clear();
  recipe.space = JCS_YCCK;
  files.push_back({"YCCK", make_jpeg(recipe, texture)});
  files.push_back({"grey", make_jpeg({.width = 33, .height = 70, .space = JCS_GRAYSCALE}, texture)});
  files.push_back({"a pixel", make_jpeg({.width = 1, .height = 1}, texture)});
  files.push_back({"one colour", make_jpeg({.width = 64, .height = 64, .sampling = {{2, 2}}}, test::constant(90))});
  return files;
}

std::vector<File> arithmetic_jpegs() {
  test::JpegRecipe recipe{.width = 85, .height = 61, .sampling = {{2, 2}}, .arithmetic = true};
  std::vector<File> files = {{"arithmetic", make_jpeg(recipe, test::texture())}};
  recipe.restart_rows = 1;
  files.push_back({"arithmetic, restart markers", make_jpeg(recipe, test::texture())});
  recipe.restart_rows = 0, recipe.progressive = true;
  files.push_back({"arithmetic, progressive", make_jpeg(recipe, test::texture())});
  return files;
}

std::vector<File> all_jpegs() {
  std::vector<File> files = jpegs();
  for (File& file : arithmetic_jpegs()) files.push_back(std::move(file));
  return files;
}

/// What a file may have instead of a JPEG's EOI.
std::vector<File> jpeg_ends(const File& file) {
  const Bytes body = cut(file.bytes, 2);
  std::vector<File> ends = {{"nothing", body},
                            {"a zero", zeros(body, 1)},
                            {"two zeros", zeros(body, 2)},
                            {"64 zeros", zeros(body, 64)},
                            {"5000 zeros", zeros(body, 5000)}};
  // To an arithmetic decoder all bytes are data.
  if (file.title.starts_with("arithmetic")) return ends;
  ends.push_back({"half a marker", joined(body, "\xFF")});
  ends.push_back({"fill bytes", joined(body, std::string(70, '\xFF'))});
  ends.push_back({"text", joined(body, "and so on and so on")});
  ends.push_back({"a segment that is cut short", joined(body, std::string_view("\xFF\xE1\x20\0Exif", 8))});
  ends.push_back({"a segment cut in its length", joined(body, "\xFF\xE1\x20")});
  ends.push_back({"a segment of zeros", zeros(joined(body, "\xFF\xE1\x20"), 500)});
  return ends;
}

TEST(Ends, AJpegThatLacksItsEndMarkerAloneIsWhole) {
  for (const File& file : all_jpegs()) {
    for (const int shrink : {1, 2, 4, 8}) {
      for (const bool by_rows : {false, true}) {
        const Outcome wanted = outcome(file.bytes, FailOn::warning, shrink, by_rows);
        for (const File& end : jpeg_ends(file)) {
          SCOPED_TRACE(file.title + ", in place of EOI " + end.title + ", 1/" + std::to_string(shrink));
          for (const FailOn fail_on : {FailOn::truncated, FailOn::error}) {
            const Outcome made = outcome(end.bytes, fail_on, shrink, by_rows);
            EXPECT_EQ(made.text, wanted.text);
            EXPECT_TRUE(made.samples == wanted.samples);
            EXPECT_EQ(made.warnings.size(), wanted.samples.empty() ? 0U : 1U);
          }
          EXPECT_EQ(outcome(end.bytes, FailOn::none, shrink, by_rows).text, wanted.text);
          EXPECT_NE(outcome(end.bytes, FailOn::warning, shrink, by_rows).text, "a picture");
        }
      }
    }
  }
}

TEST(Ends, InPiecesTheyAreTheSame) {
  for (const File& file : all_jpegs()) {
    const Outcome wanted = outcome(file.bytes);
    for (const File& end : jpeg_ends(file)) {
      SCOPED_TRACE(file.title + ", in place of EOI " + end.title);
      for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{300}}) {
        test::PieceSource source(end.bytes, piece);
        const Outcome made = outcome(source, 1, FailOn::truncated, false);
        EXPECT_EQ(made.text, "a picture");
        EXPECT_TRUE(made.samples == wanted.samples);
      }
    }
  }
}

/// Where the first scan's data begin.
std::size_t data_begin(const Bytes& jpeg) {
  for (std::size_t i = 2; i + 3 < jpeg.size(); ++i)
    if (jpeg[i] == std::byte{0xFF} && jpeg[i + 1] == std::byte{0xDA})
      return i + 2 + static_cast<std::size_t>(std::to_integer<int>(jpeg[i + 3]));
  return 0;
}

TEST(Ends, AJpegThatLacksAnythingMoreIsTruncated) {
  for (const File& file : jpegs()) {
    SCOPED_TRACE(file.title);
    const std::size_t most = file.bytes.size() - data_begin(file.bytes);
    // The last byte holds at least a bit of the last block.
    for (std::size_t lost = 3; lost < most; lost += 1 + lost / 40) {
      const Bytes rest = cut(file.bytes, lost);
      ASSERT_EQ(outcome(rest).text, "truncated") << lost;
      ASSERT_EQ(outcome(rest, FailOn::error, 8).text, "truncated") << lost;
      ASSERT_EQ(outcome(rest, FailOn::truncated, 2, true).text,
                outcome(file.bytes, FailOn::truncated, 2, true).text == "a picture" ? "truncated" : "gives no rows");
      // Zeros are data to a decoder, and may be more than enough of it. Eight of them may end the last MCU by chance.
      if (lost < 100) continue;
      ASSERT_NE(outcome(zeros(rest, lost)).text, "a picture") << lost;
      ASSERT_NE(outcome(zeros(rest, 20000)).text, "a picture") << lost;
    }
  }
}

TEST(Ends, AZeroThatIsDataIsNoneOfThoseAtTheEnd) {
  int with_zero = 0;
  for (int value = 0; value < 256; value += 3) {
    for (const int side : {8, 40, 90}) {
      const Bytes whole = make_jpeg({.width = side, .height = side, .sampling = {{2, 2}}}, test::constant(value));
      with_zero += whole[whole.size() - 3] == std::byte{0} ? 1 : 0;
      EXPECT_EQ(outcome(zeros(cut(whole, 2), 64)).text, "a picture") << value << " " << side;
    }
  }
  EXPECT_GT(with_zero, 10);
}

TEST(Ends, DataMayEndInManyZeros) {
  int with_zeros = 0;
  for (int i = 0; i < 60; ++i) {
    const test::JpegRecipe recipe{.width = 8 + 8 * (i % 9), .height = 72, .space = JCS_GRAYSCALE, .optimised = true};
    const Bytes data = cut(make_jpeg(recipe, test::constant(4.0 * i)), 2);
    EXPECT_EQ(outcome(data).text, "a picture") << i;
    if (data.back() != std::byte{0} || data[data.size() - 2] != std::byte{0}) continue;
    ++with_zeros;
    EXPECT_EQ(outcome(cut(data, 1)).text, "truncated") << i;
  }
  EXPECT_GT(with_zeros, 1);
}

TEST(Ends, AnArithmeticJpegThatLacksMoreThanAFewBytesIsTruncated) {
  for (const File& file : arithmetic_jpegs()) {
    SCOPED_TRACE(file.title);
    const std::size_t most = file.bytes.size() - data_begin(file.bytes);
    for (std::size_t lost = 60; lost < most; lost += 1 + lost / 40) {
      const Bytes rest = cut(file.bytes, lost);
      ASSERT_EQ(outcome(rest).text, "truncated") << lost;
      ASSERT_NE(outcome(zeros(rest, 5000)).text, "a picture") << lost;
    }
  }
}

TEST(Ends, AJpegWithoutItsLastScansAndItsEndMarkerIsTruncated) {
  test::JpegRecipe recipe{.width = 85, .height = 61};
  recipe.scans = {scan({0, 1, 2}, 0, 0), scan({0}, 1, 63, 0, 1), scan({1}, 1, 63), scan({2}, 1, 63)};
  const Bytes unrefined = make_jpeg(recipe, test::texture());
  recipe.scans = {scan({0, 1, 2}, 0, 0), scan({0}, 1, 63), scan({1}, 1, 63)};
  const Bytes missing = make_jpeg(recipe, test::texture());
  for (const Bytes& bytes : {unrefined, missing}) {
    EXPECT_EQ(outcome(bytes, FailOn::warning).text, "a picture");  // few scans, but an end
    EXPECT_EQ(outcome(cut(bytes, 2)).text, "truncated");
    EXPECT_EQ(outcome(zeros(cut(bytes, 2), 100)).text, "truncated");
  }
}

// ---- PNG ----

std::vector<File> pngs() {
  std::vector<File> files;
  const auto samples = [](int c, int x, int y) { return static_cast<unsigned>(x * 7 ^ y * 13 ^ c * 29) & 255; };
  for (const bool interlaced : {false, true}) {
    for (const auto& [width, height] : {std::pair{85, 61}, {85, 60}, {1, 1}, {3, 1}, {1, 7}, {5, 2}}) {
      const std::string rows = test::png_rows(width, height, 8, 6, interlaced, samples);
      const auto w = static_cast<std::uint32_t>(width), h = static_cast<std::uint32_t>(height);
      files.push_back({std::to_string(width) + "x" + std::to_string(height) + (interlaced ? ", interlaced" : ""),
                       PngBuilder().ihdr(w, h, 8, 6, interlaced).idat(rows).iend().bytes()});
    }
  }
  std::string rows = test::png_rows(120, 90, 8, 2, false, samples);
  for (char& c : rows)
    if (&c - rows.data() > 1000) c = static_cast<char>(c ^ ((&c - rows.data()) * 2654435761U >> 13));
  for (std::size_t i = 0; i < rows.size(); i += 361) rows[i] = 0;
  const std::string data = PngBuilder::deflated(rows);
  PngBuilder parts;
  parts.ihdr(120, 90, 8, 2);
  for (std::size_t i = 0; i < data.size(); i += 9000) parts.chunk("IDAT", std::string_view(data).substr(i, 9000));
  files.push_back({"several IDAT", parts.iend().bytes()});
  return files;
}

constexpr std::size_t k_iend = 12, k_crc = 4, k_adler = 4;

std::vector<File> png_ends(const Bytes& whole) {
  const Bytes body = cut(whole, k_iend);
  std::vector<File> ends = {{"zeros for IEND", zeros(body, 12)},
                            {"many zeros", zeros(body, 5000)},
                            {"zeros from IDAT's checksum on", zeros(cut(body, k_crc), 16)},
                            {"zeros in IEND's checksum", zeros(cut(whole, 4), 4)},
                            {"text", joined(body, "and so on and so on")},
                            {"an unknown critical chunk", joined(body, std::string_view("\0\0\0\0ABCD\0\0\0\0", 12))}};
  const Bytes data = cut(body, k_crc + k_adler);
  if (data.back() != std::byte{0}) ends.push_back({"zeros from zlib's checksum on", zeros(data, 900)});
  for (std::size_t lost = 1; lost <= k_iend + k_crc + k_adler; ++lost)
    ends.push_back({"without the last " + std::to_string(lost) + " bytes", cut(whole, lost)});
  return ends;
}

TEST(Ends, APngThatLacksWhatComesBehindItsPixelsIsWhole) {
  for (const File& file : pngs()) {
    for (const int shrink : {1, 2, 5}) {
      for (const bool by_rows : {false, true}) {
        const Outcome wanted = outcome(file.bytes, FailOn::warning, shrink, by_rows);
        for (const File& end : png_ends(file.bytes)) {
          SCOPED_TRACE(file.title + ", " + end.title + ", 1/" + std::to_string(shrink) + (by_rows ? ", by rows" : ""));
          for (const FailOn fail_on : {FailOn::truncated, FailOn::error}) {
            const Outcome made = outcome(end.bytes, fail_on, shrink, by_rows);
            EXPECT_EQ(made.text, wanted.text);
            EXPECT_TRUE(made.samples == wanted.samples);
            EXPECT_EQ(made.warnings.size(), wanted.samples.empty() ? 0U : 1U);
          }
          EXPECT_EQ(outcome(end.bytes, FailOn::none, shrink, by_rows).text, wanted.text);
          EXPECT_NE(outcome(end.bytes, FailOn::warning, shrink, by_rows).text, "a picture");
        }
      }
    }
  }
}

TEST(Ends, APngInPiecesIsTheSame) {
  for (const File& file : pngs()) {
    const Outcome wanted = outcome(file.bytes);
    for (const File& end : png_ends(file.bytes)) {
      SCOPED_TRACE(file.title + ", " + end.title);
      for (const std::size_t piece : {std::size_t{1}, std::size_t{3000}}) {
        test::PieceSource source(end.bytes, piece);
        const Outcome made = outcome(source, 1, FailOn::truncated, false);
        EXPECT_EQ(made.text, "a picture");
        EXPECT_TRUE(made.samples == wanted.samples);
      }
    }
  }
}

TEST(Ends, APngThatLacksAPixelFails) {
  for (const File& file : pngs()) {
    SCOPED_TRACE(file.title);
    const std::size_t end = k_iend + k_crc + k_adler, most = file.bytes.size() - 41;
    // The last byte but one of the deflated data holds a bit of the last row, or the last code's end.
    for (std::size_t lost = end + 3; lost < most; lost += 1 + lost / 40) {
      const Bytes rest = cut(file.bytes, lost);
      ASSERT_EQ(outcome(rest).text, "truncated") << lost;
      ASSERT_NE(outcome(zeros(rest, lost)).text, "a picture") << lost;
      ASSERT_NE(outcome(zeros(rest, 9000)).text, "a picture") << lost;
    }
  }
}

}  // namespace
}  // namespace thumbs::image
