// SVG: sizes, what is drawn and what is left out, limits. Where librsvg is missing, drawing is skipped.
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <string_view>

#include "image/codec/codec.h"
#include "image/codec/svg/document.h"
#include "image/codec/svg/library.h"
#include "image/thumbnail.h"
#include "support/opened.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::open_and_decode;
using test::Opened;

Bytes bytes_from(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string svg(const std::string& attributes, const std::string& content = "") {
  return "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' " + attributes + ">" +
         content + "</svg>";
}

std::string size_of(const std::string& text) {
  const Bytes bytes = bytes_from(text);
  MemorySource source(bytes);
  try {
    const auto decoder = open_picture(source, Limits{});
    return std::to_string(decoder->header().width) + "x" + std::to_string(decoder->header().height);
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.message();
  }
}

TEST(Svg, ItsSizeIsThatOfCss) {
  const struct {
    const char* attributes;
    const char* size;
  } cases[] = {
      {"width='40' height='20'", "40x20"},
      {"width='40.4px' height=' 20.5 '", "40x21"},
      {"width='1in' height='72pt'", "96x96"},
      {"width='25.4mm' height='2.54cm'", "96x96"},
      {"width='2em' height='1pc'", "32x16"},
      {"viewBox='0 0 30 60'", "30x60"},
      {"viewBox='-5,-5,30,60' width='100%' height='100%'", "30x60"},
      {"viewBox='0 0 30 60' width='10'", "10x20"},
      {"viewBox='0 0 30 60' height='10'", "5x10"},
      {"", "300x150"},
      {"width='0.1' height='0.1'", "1x1"},
      {"width='0' height='5'", "corrupt: a picture without a size"},
      {"width='99999999' height='5'", "too-large: an SVG of more than 10,000,000 pixels on a side"},
  };
  for (const auto& c : cases) EXPECT_EQ(size_of(svg(c.attributes)), c.size) << c.attributes;
}

TEST(Svg, XmlIsTakenForOneUntilItsFirstElementSaysOtherwise) {
  const std::string head = "<?xml version='1.0'?><!-- " + std::string(900, 'x') + " -->\n<!DOCTYPE svg>";
  EXPECT_EQ(size_of(head + svg("width='4' height='4'")), "4x4");
  EXPECT_EQ(size_of("<?xml version='1.0'?><!-- x --><rss/>").substr(0, 15), "not-a-picture: ");
  EXPECT_EQ(size_of(head + "<rss/>"), "corrupt: not a picture, but XML of another kind");
  EXPECT_EQ(size_of("<?xml version='1.0'?><!-- x --><html><p></html>").substr(0, 15), "not-a-picture: ");
  EXPECT_EQ(size_of(svg("width='4' height='4'").substr(0, 90)), "truncated: line 1: unclosed token");
  EXPECT_EQ(size_of(svg("width='4' height='4'", "<g></a>")), "corrupt: line 1: mismatched tag");
}

struct Read {
  SvgDocument document;
  std::vector<std::string> warnings;
};

Read read(const std::string& content) {
  Warnings warnings;
  const Limits limits;
  SvgDocument document = read_svg(svg("width='4' height='4'", content), limits, warnings);
  return {std::move(document), warnings.texts()};
}

TEST(Svg, WhatMustNotBeDrawnIsLeftOut) {
  for (const std::string content :
       {"<text>Hi <tspan>there</tspan></text>", "<script>alert(1)</script>",
        "<foreignObject><p xmlns='x'>Hi</p></foreignObject>", "<image href='file:///etc/passwd'/>",
        "<image xlink:href='http://localhost/a.png'/>", "<image href='a.png'/>",
        "<image href='data:image/svg+xml;base64,PHN2Zy8+'/>", "<filter><feImage href='/etc/passwd'/></filter>",
        "<use href='other.svg#x'/>", "<rect onclick='x()'/>"}) {
    const std::string text = read(content).document.text;
    for (const char* word : {"Hi", "alert", "passwd", "localhost", "a.png", "svg+xml", "other.svg", "onclick"})
      EXPECT_EQ(text.find(word), text.npos) << content << ": " << text;
  }
  EXPECT_NE(read("<use xlink:href='#x'/>").document.text.find("<use xlink:href=\"#x\">"), std::string::npos);
  EXPECT_EQ(read("<text/><text/>").warnings.size(), 1U);
  EXPECT_EQ(read("<image href='a.png'/>").warnings.size(), 1U);
}

TEST(Svg, WhatIsWrittenOutMeansTheSame) {
  const std::string text = read("<g a='1 &lt; 2 &amp;&quot;&#10;'>x &lt; y<![CDATA[ <z> ]]></g>").document.text;
  EXPECT_NE(text.find("<g a=\"1 &lt; 2 &amp;&quot;&#10;\">x &lt; y &lt;z&gt; </g>"), text.npos) << text;
}

TEST(Svg, LimitsHoldBeforeItIsDrawn) {
  const auto times = [](const std::string& part, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += part;
    return all;
  };
  const auto fault = [&](const std::string& text) { return size_of(text); };
  EXPECT_EQ(fault(svg("", times("<g>", 300) + times("</g>", 300))),
            "too-large: an SVG with elements more than 256 deep");
  EXPECT_EQ(fault(svg("", times("<g/>", 200'001))), "too-large: an SVG with more than 200,000 elements");
  std::string laughs = "<!DOCTYPE svg [<!ENTITY a0 'haha'>";
  for (int i = 1; i < 30; ++i)
    laughs += "<!ENTITY a" + std::to_string(i) + " '" + times("&a" + std::to_string(i - 1) + ";", 10) + "'>";
  EXPECT_EQ(fault(laughs + "]>" + svg("", "<g>&a29;</g>")).substr(0, 8), "corrupt:");
}

#define SKIP_WITHOUT_LIBRSVG() \
  if (rsvg_library() == nullptr) GTEST_SKIP() << "librsvg is not installed"

TEST(Svg, ItIsDrawnAtTheSizeAskedFor) {
  SKIP_WITHOUT_LIBRSVG();
  const Bytes file =
      bytes_from(svg("width='4' height='2'", "<rect width='2' height='2' fill='#f00' fill-opacity='0.2'/>"));
  const Opened opened = open_and_decode(file, FailOn::warning, {.width = 8, .height = 2});
  ASSERT_EQ(opened.fault, "");
  ASSERT_EQ(opened.samples.size(), 4U * 16);
  for (std::size_t i = 0; i < 16; ++i) {
    const bool inside = i % 8 < 4;
    EXPECT_EQ(opened.samples[i], inside ? 51U * 257 : 0) << i;
    EXPECT_EQ(opened.samples[16 + i], 0U);
    EXPECT_EQ(opened.samples[48 + i], inside ? 51U * 257 : 0) << i;
  }
}

TEST(Svg, AThumbnailIsNotEnlargedFromItsOwnSizeButDrawn) {
  SKIP_WITHOUT_LIBRSVG();
  const Bytes file = bytes_from(svg("width='4' height='2'", "<rect width='2' height='2'/>"));
  MemorySource source(file);
  const auto decoder = open_picture(source, Limits{});
  const ThumbnailPlan plan = plan_thumbnail(*decoder, Variant{.width = 300, .format = OutputFormat::png});
  EXPECT_EQ(plan.geometry.canvas.width, 300);
  EXPECT_EQ(plan.geometry.canvas.height, 150);
  const Picture pixels = make_pixels(decoder->decode(plan.scale(), FailOn::warning), plan,
                                     Variant{.width = 300, .format = OutputFormat::png});
  for (int x = 0; x < 300; ++x) EXPECT_EQ(pixels.planes[3].row<std::uint8_t>(75)[x], x < 150 ? 255 : 0) << x;
}

TEST(Svg, DrawingEndsAtTheLimitOfTime) {
  SKIP_WITHOUT_LIBRSVG();
  std::string uses = "<defs><path id='u0' d='M0 0h9v9z'/>";
  for (int i = 1; i < 6; ++i) {
    uses += "<g id='u" + std::to_string(i) + "'>";
    for (int k = 0; k < 10; ++k) uses += "<use href='#u" + std::to_string(i - 1) + "'/>";
    uses += "</g>";
  }
  const Bytes file = bytes_from(svg("width='900' height='900'", uses + "</defs><use href='#u5' filter='blur(40)'/>"));
  const WorkLimit limit(0.2, nullptr);
  const std::string fault = open_and_decode(file, FailOn::truncated, {.width = 900, .height = 900}).fault;
  EXPECT_TRUE(fault.starts_with("too-slow") || fault.starts_with("corrupt: librsvg")) << fault;
  EXPECT_LT(limit.used(), 2);
}

Bytes gzipped(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  Bytes out(deflateBound(&stream, text.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Svg, PackedByGzipItIsTheSame) {
  const std::string text = svg("width='4' height='2'", "<g/>" + std::string(200'000, ' '));
  const Bytes file = gzipped(text);
  for (const std::size_t piece : {std::size_t{0}, std::size_t{7}}) {
    SCOPED_TRACE(piece);
    MemorySource whole(file);
    test::PieceSource pieces(file, piece == 0 ? 1 : piece);
    const auto decoder = open_picture(piece == 0 ? static_cast<ByteSource&>(whole) : pieces, Limits{});
    EXPECT_EQ(decoder->header().format, FileFormat::svg);
    EXPECT_EQ(decoder->header().width, 4);
  }
}

TEST(Svg, GzipDataOfAnotherKindAndBombsAreRefused) {
  const std::string gzip = "not-a-picture: not a picture, but gzip data: unpack it";
  EXPECT_EQ(open_and_decode(gzipped("hello")).fault, gzip);
  const Bytes once = gzipped(svg(""));
  EXPECT_EQ(open_and_decode(gzipped({reinterpret_cast<const char*>(once.data()), once.size()})).fault, gzip);
  const Bytes whole = gzipped(svg(""));
  EXPECT_EQ(open_and_decode(Bytes(whole.begin(), whole.end() - 9)).fault, gzip);
  EXPECT_EQ(open_and_decode(gzipped(svg("", std::string(65 << 20, ' ')))).fault,
            "too-large: an SVG of more than 64 MiB, compressed");
}

TEST(Svg, MorePixelsThanTheLimitAreNotDrawn) {
  Limits few;
  few.input_pixels = 1000;
  const Bytes file = bytes_from(svg("width='4' height='2'"));
  EXPECT_EQ(open_and_decode(file, FailOn::truncated, {.width = 100, .height = 50}, 0, few).fault,
            "too-large: more pixels than limits.inputPixels allows: 100x50");
}

}  // namespace
}  // namespace thumbs::image
