// JPEGs with more than a picture in them: the base picture counts, and nothing of the rest. Made up, with the structure
// of real files: multi-picture files (CIPA DC-007) and gain maps (ISO 21496-1, Ultra HDR).
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "image/codec/codec.h"
#include "support/pictures.h"

namespace thumbs::image {
namespace {

using test::Bytes;

void append(Bytes& bytes, std::string_view text) {
  for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
}

Bytes bytes_of(std::string_view text) {
  Bytes bytes;
  append(bytes, text);
  return bytes;
}

std::string big_endian(std::uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift);
  return text;
}

/// The index of a multi-picture file with two pictures: where the second one begins, from the index on, and its size.
Bytes index_segment(std::uint32_t size, std::uint32_t at) {
  using namespace std::string_literals;
  return bytes_of("MPF\0MM\0*\0\0\0\x08\0\x03"s + "\xB0\0\0\x07\0\0\0\x04"s + "0100" +
                  "\xB0\x01\0\x04\0\0\0\x01\0\0\0\x02\xB0\x02\0\x07\0\0\0\x20\0\0\0\x32\0\0\0\0"s + "\x20\x03\0\0"s +
                  big_endian(0) + big_endian(0) + big_endian(0) + big_endian(0) + big_endian(size) + big_endian(at) +
                  big_endian(0));
}

/// What tells of a gain map, and of the file behind this one that holds it.
Bytes gain_map_xmp(std::size_t size) {
  using namespace std::string_literals;
  return bytes_of("http://ns.adobe.com/xap/1.0/\0"s + R"(<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"
xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/"
hdrgm:Version="1.0"><Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary"
Item:Mime="image/jpeg"/></rdf:li><rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap"
Item:Mime="image/jpeg" Item:Length=")" +
                  std::to_string(size) +
                  R"("/></rdf:li></rdf:Seq></Container:Directory></rdf:Description></rdf:RDF></x:xmpmeta>)");
}

struct Decoded {
  std::vector<unsigned> samples;
  std::vector<std::string> warnings;
};

Decoded decoded(const Bytes& bytes, int shrink) {
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  EXPECT_EQ(decoder->header().width, 64);
  EXPECT_EQ(decoder->header().height, 48);
  const std::vector<unsigned> samples = test::samples_of(decoder->decode({shrink}, FailOn::warning));
  return {samples, decoder->warnings()};
}

TEST(CompositeJpeg, TheBasePictureCounts) {
  for (const bool progressive : {false, true}) {
    test::JpegRecipe base;
    base.progressive = progressive;
    base.sampling = {{2, 2}};
    const Bytes alone = test::make_jpeg(base, test::texture());
    const Bytes second = test::make_jpeg({.width = 32, .height = 24}, test::gradient(32, 24));
    const Bytes gain_map = test::make_jpeg({.width = 16, .height = 12, .space = JCS_GRAYSCALE}, test::gradient(32, 24));

    test::JpegRecipe multi = base, ultra_hdr = base;
    multi.app2 = {index_segment(static_cast<std::uint32_t>(second.size()), 5000)};
    ultra_hdr.app1 = {gain_map_xmp(gain_map.size())};
    ultra_hdr.app2 = {bytes_of(std::string_view("urn:iso:std:iso:ts:21496:-1\0\0\0\0\0", 32)),
                      index_segment(static_cast<std::uint32_t>(gain_map.size()), 5000)};
    const auto with_behind = [](Bytes first, const Bytes& behind) {
      first.insert(first.end(), behind.begin(), behind.end());
      return first;
    };
    const struct {
      const char* name;
      Bytes bytes;
    } cases[] = {{"multi-picture", with_behind(test::make_jpeg(multi, test::texture()), second)},
                 {"Ultra HDR", with_behind(test::make_jpeg(ultra_hdr, test::texture()), gain_map)}};
    for (const auto& c : cases) {
      for (const int shrink : {1, 2, 8}) {
        SCOPED_TRACE(std::string(c.name) + (progressive ? " progressive" : "") + " 1/" + std::to_string(shrink));
        const Decoded got = decoded(c.bytes, shrink);
        EXPECT_EQ(got.samples, decoded(alone, shrink).samples);
        EXPECT_EQ(got.warnings, std::vector<std::string>{});
      }
    }
  }
}

}  // namespace
}  // namespace thumbs::image
