// Which source of each value counts, and what of a block stays.
#include "image/metadata/metadata.h"

#include <string>

#include "image/metadata/exif_block.h"
#include "image/metadata/iptc.h"
#include "image/metadata/xmp.h"

namespace thumbs {
namespace {

const std::string& first_of(const std::string& a, const std::string& b, const std::string& c) {
  if (!a.empty()) return a;
  return !b.empty() ? b : c;
}

/// "© Someone; licence: https://…"; either part may be missing.
std::string with_licence(std::string copyright, const std::string& licence) {
  if (licence.empty() || copyright.find(licence) != std::string::npos) return copyright;
  return copyright + (copyright.empty() ? "" : "; ") + "licence: " + licence;
}

MetadataBlocks rights_of(const MetadataBlocks& stored) {
  const IptcRights iptc = iptc_rights(stored.iptc);
  const XmpRights xmp = xmp_rights(stored.xmp);
  const std::string artist = exif_text(stored.exif, k_exif_artist);
  const std::string copyright = exif_text(stored.exif, k_exif_copyright);
  return {.exif = rights_block(first_of(artist, iptc.artist, xmp.artist),
                               with_licence(first_of(copyright, iptc.copyright, xmp.copyright), xmp.licence)),
          .xmp = {},
          .iptc = {}};
}

}  // namespace

MetadataBlocks kept_metadata(const MetadataBlocks& stored, Metadata mode, bool upright) {
  switch (mode) {
    case Metadata::strip: break;
    case Metadata::copyright: return rights_of(stored);
    case Metadata::all:
      return {.exif = without_preview(stored.exif, upright),
              .xmp = xmp_without_preview(stored.xmp, upright),
              .iptc = stored.iptc};
  }
  return {};
}

}  // namespace thumbs
