// Tables of namespaces and names. Other properties are kept.
#include "image/metadata/xmp_rules.h"

#include <algorithm>
#include <iterator>

#include "image/metadata/xmp.h"
#include "image/metadata/xmp_walk.h"

namespace thumbs::image {
namespace {

constexpr std::string_view k_tiff = "http://ns.adobe.com/tiff/1.0/";
constexpr std::string_view k_exif = "http://ns.adobe.com/exif/1.0/";
constexpr std::string_view k_exif_ex = "http://cipa.jp/exif/1.0/";
constexpr std::string_view k_photoshop = "http://ns.adobe.com/photoshop/1.0/";
constexpr std::string_view k_regions = "http://www.metadataworkinggroup.com/schemas/regions/";
constexpr std::string_view k_dimensions = "http://ns.adobe.com/xap/1.0/sType/Dimensions#";

/// Namespaces about pictures, tracks or data that a thumbnail does not have.
constexpr std::string_view k_foreign[] = {
    "http://ns.adobe.com/hdr-gain-map/1.0/",              // Ultra HDR
    "http://ns.google.com/photos/1.0/container/",         // what follows the picture in its file,
    "http://ns.google.com/photos/1.0/container/item/",    // each with its length
    "http://ns.google.com/photos/1.0/panorama/",          // the part of a sphere, in pixels
    "http://ns.google.com/photos/1.0/image/",             // the original, or the other eye's picture
    "http://ns.google.com/photos/1.0/depthmap/",          //
    "http://ns.google.com/photos/1.0/audio/",             //
    "http://ns.apple.com/HDRGainMap/1.0/",                //
    "http://ns.apple.com/pixeldatainfo/1.0/",             // auxiliary pictures
    "http://ns.apple.com/depthData/1.0/",                 //
    "http://ns.apple.com/portraitEffectsMatte/1.0/",      //
    "http://ns.apple.com/semanticSegmentationMatte/1.0/"  //
};
/// Like k_foreign, for all namespaces that begin with it.
constexpr std::string_view k_foreign_family = "http://ns.google.com/photos/dd/1.0/";

struct XmpRule {
  std::string_view space;
  std::string_view name;
  Fate fate = Fate::drop;
  Unless unless = Unless::never;  ///< keeps the property
};

constexpr XmpRule k_xmp_rules[] = {
    {k_tiff, "ImageWidth", Fate::width},
    {k_tiff, "ImageLength", Fate::height},
    {k_tiff, "Orientation", Fate::orientation},
    {k_tiff, "BitsPerSample"},
    {k_tiff, "Compression"},
    {k_tiff, "PhotometricInterpretation"},
    {k_tiff, "SamplesPerPixel"},
    {k_tiff, "PlanarConfiguration"},
    {k_tiff, "YCbCrSubSampling"},
    {k_tiff, "YCbCrPositioning"},
    {k_tiff, "YCbCrCoefficients"},
    {k_tiff, "ReferenceBlackWhite"},
    {k_tiff, "NativeDigest"},
    {k_tiff, "TransferFunction", Fate::drop, Unless::same_colours},
    {k_tiff, "WhitePoint", Fate::drop, Unless::same_colours},
    {k_tiff, "PrimaryChromaticities", Fate::drop, Unless::same_colours},
    {k_exif, "PixelXDimension", Fate::width},
    {k_exif, "PixelYDimension", Fate::height},
    {k_exif, "ColorSpace", Fate::colours},
    {k_exif, "ComponentsConfiguration"},
    {k_exif, "CompressedBitsPerPixel"},
    {k_exif, "SubjectArea"},
    {k_exif, "SubjectLocation"},
    {k_exif, "FocalPlaneXResolution"},
    {k_exif, "FocalPlaneYResolution"},
    {k_exif, "FocalPlaneResolutionUnit"},
    {k_exif, "NativeDigest"},
    {k_exif_ex, "Gamma", Fate::drop, Unless::same_colours},
    {k_exif_ex, "InteroperabilityIndex", Fate::drop, Unless::same_colours},
    {k_photoshop, "ColorMode"},
    {k_photoshop, "ICCProfile", Fate::drop, Unless::same_colours},
    {k_photoshop, "SidecarForExtension"},
    {k_dublin_core, "format", Fate::format},
    {k_regions, "Regions", Fate::drop, Unless::same_frame},
    {"http://ns.microsoft.com/photo/1.2/", "RegionInfo", Fate::drop, Unless::same_frame},
    {"http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "ImageRegion"},
    {"http://ns.acdsee.com/regions/", "Regions"},
    {"http://ns.apple.com/faceinfo/1.0/", "Regions"},
    {"http://ns.adobe.com/xap/1.0/", "Thumbnails"},
    {"http://ns.adobe.com/xmp/note/", "HasExtendedXMP"},
};

/// Manufacturers also write these into their own namespaces.
bool is_motion(std::string_view local) { return local.starts_with("MotionPhoto") || local.starts_with("MicroVideo"); }

}  // namespace

bool is_xmp_frame(std::string_view name) {
  return name.starts_with(k_regions) && name.ends_with(" AppliedToDimensions");
}

Fate xmp_fate(std::string_view name, bool in_frame, const MetadataFacts& facts) {
  const std::size_t blank = name.rfind(k_xml_separator);
  if (blank == name.npos) return Fate::keep;
  const std::string_view space = name.substr(0, blank), local = name.substr(blank + 1);
  if (in_frame && space == k_dimensions && local == "w") return Fate::width;
  if (in_frame && space == k_dimensions && local == "h") return Fate::height;
  const bool foreign = std::ranges::find(k_foreign, space) != std::end(k_foreign);
  if (foreign || space.starts_with(k_foreign_family) || is_motion(local)) return Fate::drop;
  const auto* const rule =
      std::ranges::find_if(k_xmp_rules, [&](const XmpRule& r) { return r.name == local && r.space == space; });
  return rule != std::end(k_xmp_rules) && applies(rule->unless, facts) ? rule->fate : Fate::keep;
}

}  // namespace thumbs::image
