// XMP packets corrected for a thumbnail, written, and merged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "image/metadata/md5.h"
#include "image/metadata/xmp.h"
#include "unit/image/metadata/metadata_blocks.h"

namespace thumbs::image {
namespace {

using namespace test;
using Bytes = std::vector<std::byte>;
using testing::HasSubstr;
using testing::Not;

constexpr MetadataFacts k_small = {.format = PictureFormat::png, .width = 80, .height = 60};

TEST(XmpEdit, EachPropertySaysWhatIsTrueOrGoes) {
  MetadataFacts srgb = k_small, kept = k_small, reframed = k_small, unturned = k_small;
  srgb.colours = ColourClaim::srgb;
  kept.colours = ColourClaim::uncalibrated;
  reframed.reframed = true;
  unturned.orientation = 0;
  struct Case {
    const char* title;
    std::string stored, wanted;
    MetadataFacts facts = k_small;
  };
  const std::string hdr = "xmlns:h='http://ns.adobe.com/hdr-gain-map/1.0/'";
  const std::string gc = "xmlns:g='http://ns.google.com/photos/1.0/container/'";
  const std::string cam = "xmlns:c='http://ns.google.com/photos/1.0/camera/'";
  const std::string pano = "xmlns:o='http://ns.google.com/photos/1.0/panorama/'";
  const std::string regions =
      "xmlns:m='http://www.metadataworkinggroup.com/schemas/regions/' "
      "xmlns:s='http://ns.adobe.com/xap/1.0/sType/Dimensions#'";
  const auto faces = [&](const char* w, const char* h) {
    return "<m:Regions " + regions + "><m:AppliedToDimensions s:w='" + w + "' s:h='" + h +
           "' s:unit='pixel'/><m:RegionList>Ada</m:RegionList></m:Regions>";
  };
  const Case cases[] = {
      {"sizes as attributes", "|e:PixelXDimension='640' e:PixelYDimension=\"480\"",
       "|e:PixelXDimension='80' e:PixelYDimension=\"60\""},
      {"sizes as elements", "<t:ImageWidth>640</t:ImageWidth><t:ImageLength>4&#56;0</t:ImageLength>",
       "<t:ImageWidth>80</t:ImageWidth><t:ImageLength>60</t:ImageLength>"},
      {"one without a value", "<t:ImageWidth/>", "<t:ImageWidth/>"},
      {"one with a qualifier", "<t:ImageWidth rdf:parseType='Resource'><rdf:value>640</rdf:value></t:ImageWidth>",
       "<t:ImageWidth rdf:parseType='Resource'>80</t:ImageWidth>"},
      {"the turn", "|t:Orientation='6'", "|t:Orientation='1'"},
      {"the turn that stays", "|t:Orientation='6'", "|t:Orientation='6'", unturned},
      {"layout", "|d:title='T' t:BitsPerSample='8' xmp:Rating='5'", "|d:title='T' xmp:Rating='5'"},
      {"layout as a list", "<t:YCbCrSubSampling><rdf:Seq><rdf:li>2</rdf:li></rdf:Seq></t:YCbCrSubSampling>", ""},
      {"colours that stay", "|e:ColorSpace='65535' p:ICCProfile='Adobe RGB'",
       "|e:ColorSpace='65535' p:ICCProfile='Adobe RGB'"},
      {"colours that were converted", "|e:ColorSpace='65535' p:ICCProfile='Adobe RGB'", "|e:ColorSpace='1'", srgb},
      {"colours of another profile", "|e:ColorSpace='1'", "|e:ColorSpace='65535'", kept},
      {"ColorMode", "<p:ColorMode>4</p:ColorMode>", ""},
      {"the format", "<d:format>image/tiff</d:format>", "<d:format>image/png</d:format>"},
      {"a preview",
       "<xmp:Thumbnails><rdf:Alt><rdf:li>BASE64</rdf:li></rdf:Alt></xmp:Thumbnails><xmp:Rating>5"
       "</xmp:Rating>",
       "<xmp:Rating>5</xmp:Rating>"},
      {"an extension", "|xmp:Rating='5' note:HasExtendedXMP='0123'", "|xmp:Rating='5'"},
      {"a gain map", "|" + hdr + " h:Version='1.0' h:GainMapMax='2'", "|" + hdr},
      {"a gain map as elements", "<h:GainMapMax " + hdr + ">2</h:GainMapMax>", ""},
      {"a container", "<g:Directory " + gc + "><rdf:Seq><rdf:li>x</rdf:li></rdf:Seq></g:Directory>", ""},
      {"a motion photo", "|" + cam + " c:MotionPhoto='1' c:BurstID='7' c:MicroVideoOffset='9'",
       "|" + cam + " c:BurstID='7'"},
      {"a part of a sphere", "|" + pano + " o:FullPanoWidthPixels='8000'", "|" + pano},
      {"regions of the whole picture", faces("640", "480"), faces("80", "60")},
      {"regions of a picture that was cropped", faces("640", "480"), "", reframed},
      {"sizes of something else", "<s:Box xmlns:s='http://ns.adobe.com/xap/1.0/sType/Dimensions#' s:w='7'/>",
       "<s:Box xmlns:s='http://ns.adobe.com/xap/1.0/sType/Dimensions#' s:w='7'/>"},
      {"what looks like markup", "|d:title='&lt;t:Orientation=&quot;6&quot;>' t:Orientation='3'",
       "|d:title='&lt;t:Orientation=&quot;6&quot;>' t:Orientation='1'"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    const auto made = [](const std::string& text) {
      return text.starts_with('|') ? packet(text.substr(1), "") : packet("", text);
    };
    EXPECT_EQ(text_of(true_xmp(test::bytes_of(made(c.stored)), c.facts)), made(c.wanted));
  }
}

TEST(XmpEdit, OtherEncodingsThanUtf8AreRefused) {
  const std::string ascii = packet("", "");
  std::string wide = "\xFF\xFE";
  for (const char c : ascii) wide.append({c, '\0'});
  EXPECT_TRUE(true_xmp(test::bytes_of(wide), k_small).empty());
}

TEST(XmpEdit, TagsThatWouldTakeAnyMemoryAreRefused) {
  std::string many;
  for (int i = 0; i < 3000; ++i) many += " d:a" + std::to_string(i) + (i % 2 == 0 ? "=''" : " =\n\"\"");
  for (const std::string& attributes : {"xmlns:long = 'http://" + std::string(200000, 'x') + "'", many}) {
    EXPECT_TRUE(true_xmp(test::bytes_of(packet(attributes, "")), k_small).empty());
    EXPECT_TRUE(xmp_rights(test::bytes_of(packet(attributes, "<d:creator>Ada</d:creator>"))).artist.empty());
  }
  const std::string text = packet("d:title='xmlns=" + std::string(500, '=') + "'", std::string(5000, '='));
  EXPECT_EQ(text_of(true_xmp(test::bytes_of(text), k_small)), text);
}

TEST(XmpWrite, NamespacesOverAndOverAreRefused) {
  std::string more = "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'";
  for (int i = 0; i < 5000; ++i)
    more += " xmlns:n" + std::to_string(i) + "='http://example.org/" + std::to_string(i) + "'";
  more += ">";
  for (int i = 0; i < 5000; ++i) more += "<r:Description/>";
  EXPECT_EQ(text_of(xmp_with(test::bytes_of(packet("", "")), {}, test::bytes_of(more + "</r:RDF>"))), packet("", ""));
}

constexpr std::string_view k_dublin_core = "http://purl.org/dc/elements/1.1/";

TEST(XmpWrite, ANewPacketSaysItsProperties) {
  const XmpProperty properties[] = {{"dc", "creator", k_dublin_core, XmpShape::list, "Ada <Lens> & \"Co\"\1"},
                                    {"dc", "rights", k_dublin_core, XmpShape::language, "(c) J\xF6rg"},
                                    {"dc", "title", k_dublin_core, XmpShape::language, ""}};
  const Bytes made = xmp_with({}, properties);
  const XmpRights rights = xmp_rights(made);
  EXPECT_EQ(rights.artist, "Ada <Lens> & \"Co\"");
  EXPECT_EQ(rights.copyright, "(c) J\xC3\xB6rg");
  EXPECT_THAT(text_of(made), Not(HasSubstr("title")));
  EXPECT_EQ(true_xmp(made, k_small), made) << "well-formed";
  EXPECT_TRUE(xmp_with({}, std::span(properties).last(1)).empty());
}

TEST(XmpWrite, OnlyWhatIsMissingIsAdded) {
  const XmpProperty properties[] = {{"dc", "creator", k_dublin_core, XmpShape::list, "Ada"},
                                    {"dc", "rights", k_dublin_core, XmpShape::language, "(c) Ada"}};
  for (const std::string& stored : {packet("", "<d:creator>Xara</d:creator>"), packet("d:creator='Xara'", "")}) {
    const Bytes more = xmp_with(test::bytes_of(stored), properties);
    EXPECT_EQ(xmp_rights(more).artist, "Xara");
    EXPECT_EQ(xmp_rights(more).copyright, "(c) Ada");
    EXPECT_FALSE(true_xmp(more, k_small).empty()) << "well-formed";
  }
  const std::string empty = "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>";
  EXPECT_EQ(xmp_rights(xmp_with(test::bytes_of(empty), properties)).artist, "Ada");
}

TEST(XmpWrite, AnotherPacketIsTakenInWithItsNamespaces) {
  const std::string main = packet("note:HasExtendedXMP='X' d:creator='Xara'", "");
  const std::string more =
      "<x:xmpmeta xmlns:x='adobe:ns:meta/' xmlns:dd='http://purl.org/dc/elements/1.1/'><q:RDF "
      "xmlns:q='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><q:Description dd:rights='(c) More'/><q:Description>"
      "<dd:title>T</dd:title></q:Description></q:RDF></x:xmpmeta>";
  const Bytes whole = xmp_with(test::bytes_of(main), {}, test::bytes_of(more));
  EXPECT_EQ(xmp_rights(whole).artist, "Xara");
  EXPECT_EQ(xmp_rights(whole).copyright, "(c) More");
  EXPECT_THAT(text_of(whole), HasSubstr("<dd:title>T</dd:title></q:Description></rdf:RDF></x:xmpmeta>"));
  EXPECT_FALSE(true_xmp(whole, k_small).empty()) << "well-formed";
}

TEST(Md5, GivesTheRfcsDigests) {
  EXPECT_EQ(md5_hex({}), "D41D8CD98F00B204E9800998ECF8427E");
  EXPECT_EQ(md5_hex(test::bytes_of("abc")), "900150983CD24FB0D6963F7D28E17F72");
  EXPECT_EQ(md5_hex(test::bytes_of("12345678901234567890123456789012345678901234567890123456789012345678901234567890")),
            "57EDF4A22BE3C955AC49DA2E2107B67A");
}

}  // namespace
}  // namespace thumbs::image
