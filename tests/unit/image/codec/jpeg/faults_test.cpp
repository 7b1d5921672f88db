// Faulty JPEGs: which are refused, with which code, and which are accepted at which failOn.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "image/codec/codec.h"
#include "support/pictures.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::gradient;
using test::make_jpeg;
using test::PieceSource;

Picture decode(const Bytes& bytes, int shrink = 1, FailOn fail_on = FailOn::truncated) {
  MemorySource source(bytes);
  return open_picture(source, Limits{})->decode({shrink}, fail_on);
}

/// The error code of decoding, or empty if it gives a picture.
std::optional<ErrorCode> fault(const Bytes& bytes, FailOn fail_on = FailOn::truncated, const Limits& limits = {}) {
  MemorySource source(bytes);
  try {
    open_picture(source, limits)->decode({1}, fail_on);
    return std::nullopt;
  } catch (const Error& error) {
    return error.code();
  }
}

std::string text(std::optional<ErrorCode> code) { return code ? std::string(to_string(*code)) : "a picture"; }

/// How far the planes are from the gradient, at most, looking where each sample's centre lies.
double distance_from_gradient(const Picture& picture) {
  const test::Pattern pattern = gradient(picture.width, picture.height);
  double worst = 0;
  for (std::size_t c = 0; c < picture.planes.size(); ++c) {
    const Plane& plane = picture.planes[c];
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x)
        worst = std::max(worst,
                         std::abs(pattern(static_cast<int>(c), (x + 0.5) * plane.pitch_x, (y + 0.5) * plane.pitch_y) -
                                  plane.row<std::uint8_t>(y)[x]));
  }
  return worst;
}

TEST(JpegFaults, ASourceThatFailsIsNotABrokenPicture) {
  const Bytes bytes = make_jpeg({.width = 200, .height = 150}, test::texture());
  for (const std::size_t fail_at : {std::size_t{0}, std::size_t{20}, bytes.size() / 2, bytes.size() - 20}) {
    SCOPED_TRACE(fail_at);
    PieceSource source(bytes, 16);
    source.fail_at = fail_at;
    try {
      open_picture(source, Limits{})->decode({1}, FailOn::none);
      ADD_FAILURE() << "decoded";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::io);
    }
  }
}

TEST(JpegFaults, EveryPrefixIsTruncated) {
  for (const bool progressive : {false, true}) {
    const Bytes bytes =
        make_jpeg({.width = 40, .height = 30, .sampling = {{2, 2}}, .progressive = progressive}, test::texture());
    for (std::size_t size = 2; size + 2 < bytes.size(); ++size) {  // without EOI alone it is whole: ends_test.cpp
      const Bytes prefix(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      ASSERT_EQ(text(fault(prefix)), "truncated") << size;
      const auto tolerant = fault(prefix, FailOn::none);
      ASSERT_TRUE(!tolerant || *tolerant == ErrorCode::truncated) << size << " " << text(tolerant);
    }
    EXPECT_EQ(text(fault(bytes, FailOn::warning)), "a picture");
  }
}

/// The offset behind the n-th marker `code` (0: the last).
std::size_t find_marker(const Bytes& bytes, int code, int n = 1) {
  std::size_t found = 0;
  for (std::size_t i = 2; i + 1 < bytes.size(); ++i)
    if (bytes[i] == std::byte{0xFF} && bytes[i + 1] == static_cast<std::byte>(code)) {
      found = i + 2;
      if (--n == 0) break;
    }
  return found;
}

Bytes with(Bytes bytes, std::size_t at, std::initializer_list<int> values) {
  for (const int value : values) bytes[at++] = static_cast<std::byte>(value);
  return bytes;
}

Bytes inserted(Bytes bytes, std::size_t at, std::initializer_list<int> values) {
  Bytes added;
  for (const int value : values) added.push_back(static_cast<std::byte>(value));
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), added.begin(), added.end());
  return bytes;
}

TEST(JpegFaults, FailOnDrawsTheLine) {
  const Bytes whole = make_jpeg({.width = 160, .height = 120, .restart_rows = 1}, test::texture());
  const std::size_t middle = whole.size() / 2;
  Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(middle));
  const Bytes no_eoi(whole.begin(), whole.end() - 2);
  Bytes trailing = whole;
  trailing.resize(whole.size() + 1000, std::byte{0xFF});
  // A marker amid the entropy-coded data: what follows is lost, but the file has its end.
  const Bytes gap = inserted(whole, middle, {0xFF, 0xD9});
  const Bytes wrong_restart = with(whole, find_marker(whole, 0xD3) - 1, {0xD6});
  const Bytes stray = inserted(whole, find_marker(whole, 0xDB) - 2, {1, 2, 3});
  const Bytes second_scan = [&] {
    const std::size_t scan = find_marker(whole, 0xDA) - 2;
    Bytes bytes(whole.begin(), whole.end() - 2);
    bytes.insert(bytes.end(), whole.begin() + static_cast<std::ptrdiff_t>(scan), whole.end());
    return bytes;
  }();
  struct Case {
    const char* title;
    const Bytes& bytes;
    std::array<const char*, 4> expected;  // none, truncated, error, warning
  };
  const char *picture = "a picture", *corrupt = "corrupt", *truncated = "truncated";
  const Case cases[] = {
      {"whole", whole, {picture, picture, picture, picture}},
      {"data behind EOI", trailing, {picture, picture, picture, picture}},
      {"cut in the middle", cut, {picture, truncated, truncated, truncated}},
      {"without EOI", no_eoi, {picture, picture, picture, truncated}},
      {"an early EOI", gap, {picture, picture, corrupt, corrupt}},
      {"a wrong restart marker", wrong_restart, {picture, picture, corrupt, corrupt}},
      {"stray bytes in the header", stray, {picture, picture, picture, corrupt}},
      {"a scan too many", second_scan, {picture, picture, corrupt, corrupt}},
  };
  for (const Case& c : cases) {
    for (std::size_t level = 0; level < c.expected.size(); ++level) {
      SCOPED_TRACE(std::string(c.title) + ", level " + std::to_string(level));
      EXPECT_EQ(text(fault(c.bytes, static_cast<FailOn>(level))), c.expected[level]);
    }
  }
}

TEST(JpegFaults, WarningsAreKeptForPeople) {
  const Bytes whole = make_jpeg({.width = 160, .height = 120}, test::texture());
  MemorySource source(whole);
  EXPECT_TRUE(open_picture(source, Limits{})->warnings().empty());
  const Bytes broken = inserted(whole, whole.size() / 2, {0xFF, 0xD9});
  MemorySource broken_source(broken);
  const auto decoder = open_picture(broken_source, Limits{});
  decoder->decode({1}, FailOn::truncated);
  decoder->decode({8}, FailOn::truncated);
  ASSERT_EQ(decoder->warnings().size(), 1U);
  EXPECT_NE(decoder->warnings()[0].find("premature end of data segment"), std::string::npos);
}

TEST(JpegFaults, AnErrorAmidScansLeavesWhatCameBeforeWhereFailOnIsNone) {
  const Bytes whole =
      make_jpeg({.width = 160, .height = 120, .sampling = {{2, 2}}, .progressive = true}, gradient(160, 120));
  // The second scan names a component that is not there.
  const Bytes broken = with(whole, find_marker(whole, 0xDA, 2) + 3, {77});
  EXPECT_EQ(text(fault(broken)), "corrupt");
  const Picture picture = decode(broken, 1, FailOn::none);
  EXPECT_LT(distance_from_gradient(picture), 24);  // the first scan has the coarse picture
}

TEST(JpegFaults, AFewScansWithAnEndAreNotTruncated) {
  const Bytes whole = make_jpeg({.width = 160, .height = 120, .progressive = true}, gradient(160, 120));
  Bytes first(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(find_marker(whole, 0xDA, 2) - 2));
  first.push_back(std::byte{0xFF});
  first.push_back(std::byte{0xD9});
  EXPECT_EQ(text(fault(first, FailOn::error)), "a picture");
}

TEST(JpegFaults, RefusesWhatItCannotReadWithItsReason) {
  const Bytes whole = make_jpeg({}, gradient(64, 48));
  const std::size_t frame = find_marker(whole, 0xC0);  // length, precision, height, width, components
  struct Case {
    const char* title;
    Bytes bytes;
    const char* code;
  };
  const Case cases[] = {
      {"12-bit", with(with(whole, frame - 1, {0xC1}), frame + 2, {12}), "unsupported"},
      {"a precision that does not exist", with(whole, frame + 2, {7}), "corrupt"},
      {"lossless", with(whole, frame - 1, {0xC3}), "unsupported"},
      {"differential", with(whole, frame - 1, {0xC5}), "unsupported"},
      {"hierarchical", with(whole, frame - 1, {0xDE}), "unsupported"},
      {"no height", with(whole, frame + 3, {0, 0}), "corrupt"},
      {"no width", with(whole, frame + 5, {0, 0}), "corrupt"},
      {"too wide", with(whole, frame + 5, {0xFF, 0xFF}), "too-large"},
      {"no components", with(whole, frame + 7, {0}), "corrupt"},
      {"SOI and EOI alone", with(Bytes(4), 0, {0xFF, 0xD8, 0xFF, 0xD9}), "corrupt"},
      {"garbage behind SOI", with(Bytes(1000), 0, {0xFF, 0xD8, 0x12}), "truncated"},
      {"no scan", inserted(Bytes(whole.begin(), whole.begin() + 2), 2, {0xFF, 0xD9}), "corrupt"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    EXPECT_EQ(text(fault(c.bytes, FailOn::none)), c.code);
  }
}

TEST(JpegFaults, ApplicationDataTooShortForItsOwnLengthIsEmpty) {
  const Bytes whole = make_jpeg({}, gradient(64, 48));
  for (const int app : {0xE1, 0xE2, 0xEE}) {
    for (const int length : {0, 1}) {
      SCOPED_TRACE("APP" + std::to_string(app - 0xE0) + ", length " + std::to_string(length));
      const Bytes bytes = inserted(whole, 2, {0xFF, app, 0, length});
      EXPECT_EQ(test::samples_of(decode(bytes)), test::samples_of(decode(whole)));
    }
  }
}

TEST(JpegFaults, TwoComponentsAreUnsupported) {
  Bytes bytes = make_jpeg({.space = JCS_GRAYSCALE}, gradient(64, 48));
  // A frame and a scan of two components: the same tables serve both.
  const std::size_t frame = find_marker(bytes, 0xC0);
  bytes = inserted(with(bytes, frame, {0, 14}), frame + 11, {2, 0x11, 0});
  bytes = with(bytes, frame + 7, {2});
  const std::size_t scan = find_marker(bytes, 0xDA);
  bytes = inserted(with(bytes, scan, {0, 10}), scan + 5, {2, 0});
  bytes = with(bytes, scan + 2, {2});
  EXPECT_EQ(text(fault(bytes)), "unsupported");
}

TEST(JpegFaults, LimitsAreKept) {
  const Bytes bytes = make_jpeg({.width = 640, .height = 480}, test::texture());
  struct Case {
    const char* title;
    std::uint64_t pixels;
    double seconds;
    const char* expected;
  };
  const Case cases[] = {
      {"as many pixels as allowed", 640 * 480, 60, "a picture"},
      {"one pixel more", 640 * 480 - 1, 60, "too-large"},
      {"no limit of pixels", 0, 60, "a picture"},
      {"no CPU time", 640 * 480, 1e-9, "too-slow"},
      {"no limit of time", 640 * 480, 0, "a picture"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    Limits limits;
    limits.input_pixels = c.pixels;
    limits.seconds = c.seconds;
    EXPECT_EQ(text(fault(bytes, FailOn::truncated, limits)), c.expected);
  }
}

TEST(JpegFaults, MoreThan500ScansAreRefusedWhenOpened) {
  const Bytes whole = make_jpeg({.progressive = true, .app1 = {test::exif_segment(6)}}, gradient(64, 48));
  const auto last = whole.begin() + static_cast<std::ptrdiff_t>(find_marker(whole, 0xDA, 0) - 2);
  const auto with_scans = [&](int copies) {
    Bytes bytes(whole.begin(), last);
    for (int i = 0; i < copies; ++i) bytes.insert(bytes.end(), last, whole.end() - 2);
    bytes.insert(bytes.end(), whole.end() - 2, whole.end());
    return bytes;
  };
  EXPECT_EQ(text(fault(with_scans(480))), "a picture");
  const Bytes bomb = with_scans(600);
  for (const std::size_t piece : {std::size_t{3}, bomb.size()}) {
    PieceSource source(bomb, piece);
    try {
      open_picture(source, Limits{});
      ADD_FAILURE() << "opened";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::too_slow);
    }
  }
}

}  // namespace
}  // namespace thumbs::image
