// Real pictures, good and hostile, where THUMBS_CORPUS names a folder with an INDEX.tsv.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <span>
#include <sstream>

#include "image/codec/codec.h"
#include "image/thumbnail.h"
#include "support/built_formats.h"
#include "support/pictures.h"
#include "support/rest_of.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::Bytes;

struct Entry {
  std::string path;
  std::string magic;      ///< "jpeg", "png", …
  std::string reference;  ///< what a reference decoder said: "ok", "warn: …", "error: …", …
};

/// Rows of INDEX.tsv: path, bytes, sha1, magic, width, height, details, reference, source.
std::vector<Entry> read_index(const std::string& folder) {
  std::ifstream file(folder + "/INDEX.tsv");
  std::vector<Entry> entries;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, '\t');) fields.push_back(field);
    if (fields.size() >= 8) entries.push_back({fields[0], fields[3], fields[7]});
  }
  return entries;
}

Bytes read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text = test::rest_of(file);
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return Bytes(begin, begin + text.size());
}

std::uint64_t fingerprint(const Picture& picture) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const Plane& plane : picture.planes) {
    for (int y = 0; y < plane.height; ++y) {
      const auto samples = static_cast<std::size_t>(plane.width);
      const auto row = plane.bytes_per_sample == 1 ? std::as_bytes(std::span(plane.row<std::uint8_t>(y), samples))
                                                   : std::as_bytes(std::span(plane.row<std::uint16_t>(y), samples));
      const std::string_view text(reinterpret_cast<const char*>(row.data()), row.size());
      hash = (hash ^ std::hash<std::string_view>{}(text)) * 1099511628211ULL;
    }
  }
  return hash;
}

/// "ok" and the fingerprint of the samples, or the error.
std::string outcome(const Bytes& bytes, double allowed) {
  MemorySource source(bytes);
  try {
    const auto decoder = open_picture(source, Limits{});
    const Header& header = decoder->header();
    const int shrink = decoder->shrink_for(allowed);
    const Picture picture = decoder->decode({shrink}, FailOn::truncated);
    std::uint64_t needed = 0;
    for (const Plane& plane : picture.planes) {
      needed += plane.bytes();
      if (plane.width * plane.pitch_x < header.width || plane.height * plane.pitch_y < header.height)
        return "too small";
    }
    if (needed > decoder->memory_needed({shrink}, FailOn::truncated)) return "more memory than estimated";
    const bool lacks_end = std::ranges::any_of(
        decoder->warnings(), [](const std::string& text) { return text.starts_with("all pixels are there, but"); });
    return (lacks_end ? "ok, without an end " : "ok ") + std::to_string(fingerprint(picture));
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.message();
  }
}

TEST(Corpus, GoodPicturesDecodeAndBadOnesGiveErrorsTheSameEveryTime) {
  const char* folder = std::getenv("THUMBS_CORPUS");
  if (folder == nullptr || *folder == '\0') GTEST_SKIP() << "THUMBS_CORPUS is not set";
  const std::vector<Entry> entries = read_index(folder);
  ASSERT_FALSE(entries.empty()) << folder << "/INDEX.tsv";
  for (const Entry& entry : entries) {
    SCOPED_TRACE(entry.path);
    const Bytes bytes = read_file(std::string(folder) + "/" + entry.path);
    const BuiltFormats built = built_formats();
    const bool optional = (entry.magic == "webp" && built.webp) || (entry.magic == "isobmff-avif" && built.avif) ||
                          (entry.magic == "gif" && built.gif) || entry.magic == "bmp" ||
                          (entry.magic == "tiff" && built.tiff) || (entry.magic == "isobmff-heic" && built.heic);
    const bool svg = entry.path.ends_with(".svg") && built.svg;  // the index knows no XML
    const bool readable = entry.magic == "jpeg" || entry.magic == "png" || optional || svg;
    for (const double allowed : {1.0, 8.0}) {
      const std::string first = outcome(bytes, allowed);
      if (allowed == 8) {
        EXPECT_EQ(outcome(bytes, allowed), first) << "not the same twice";
      }
      if (!readable) {
        EXPECT_TRUE(first.starts_with("unsupported: ") || first.starts_with("not-a-picture: ")) << first;
      } else if (entry.reference == "ok" || (optional && entry.reference == "vips ok")) {
        EXPECT_EQ(first.substr(0, 3), "ok ") << first;
      } else if (entry.reference.starts_with("error")) {
        EXPECT_NE(first.substr(0, 3), "ok ");
      }
      EXPECT_NE(first, "too small");
      EXPECT_NE(first, "more memory than estimated");
    }
  }
}

/// The 8-bit RGB thumbnail of a file without alpha.
std::vector<unsigned> thumbnail_samples(const std::string& path) {
  const Bytes bytes = read_file(path);
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  Variant settings;
  settings.width = 100;
  settings.format = OutputFormat::png;
  const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
  const Bytes made = make_thumbnail(decoder->decode(plan.scale(), FailOn::truncated), plan, settings).bytes;
  MemorySource back(made);
  return test::samples_of(open_picture(back, Limits{})->decode({1}, FailOn::truncated));
}

TEST(Corpus, OnePictureInManyFormatsGivesOneThumbnail) {
  const char* folder = std::getenv("THUMBS_CORPUS");
  if (folder == nullptr || *folder == '\0') GTEST_SKIP() << "THUMBS_CORPUS is not set";
  if (!built_formats().webp) GTEST_SKIP() << "built without WebP";
  const std::string root(folder);
  const std::vector<unsigned> png = thumbnail_samples(root + "/colour/wuffs/hibiscus.regular.png");
  EXPECT_EQ(thumbnail_samples(root + "/formats/wuffs/hibiscus.regular.bmp"), png);
  if (built_formats().tiff) {
    EXPECT_EQ(thumbnail_samples(root + "/formats/wuffs/hibiscus.regular.tiff"), png);
  }
  EXPECT_EQ(thumbnail_samples(root + "/formats/wuffs/hibiscus.regular.lossless.webp"), png);
  for (const char* name : {"lossy.webp", "jpeg"}) {
    const std::vector<unsigned> other = thumbnail_samples(root + "/formats/wuffs/hibiscus.regular." + name);
    ASSERT_EQ(other.size(), png.size()) << name;
    double sum = 0;
    for (std::size_t i = 0; i < png.size(); ++i) sum += std::abs(static_cast<int>(other[i]) - static_cast<int>(png[i]));
    EXPECT_LT(sum / static_cast<double>(png.size()), 4) << name;
  }
}

}  // namespace
}  // namespace thumbs::image
