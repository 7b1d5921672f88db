// Looks at the blocks in order.
#include "image/metadata/owner.h"

#include <initializer_list>

#include "image/metadata/exif_block.h"
#include "image/metadata/iptc.h"
#include "image/metadata/texts.h"

namespace thumbs::image {
namespace {

std::string first_of(std::initializer_list<std::string> values) {
  for (const std::string& value : values)
    if (!value.empty()) return as_owner(value);
  return {};
}

bool is_address(const std::string& text) { return text.starts_with("http://") || text.starts_with("https://"); }

}  // namespace

std::string as_owner(std::string text) {
  constexpr std::size_t k_most_bytes = 4096;
  if (text.size() <= k_most_bytes) return text;
  std::size_t end = k_most_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

Owner owner_of(const MetadataBlocks& stored) {
  const IptcRights iptc = iptc_rights(stored.iptc);
  const XmpRights xmp = xmp_rights(stored.xmp), more = xmp_rights(stored.extended_xmp);
  return {.artist = first_of({exif_text(stored.exif, k_exif_artist), iptc.artist, xmp.artist, more.artist,
                              text_with(stored.texts, k_author_keyword)}),
          .copyright = first_of({exif_text(stored.exif, k_exif_copyright), iptc.copyright, xmp.copyright,
                                 more.copyright, text_with(stored.texts, k_copyright_keyword)}),
          .licence = first_of({xmp.licence, more.licence})};
}

std::vector<XmpProperty> properties_of(const Owner& owner) {
  constexpr std::string_view k_rights = "http://ns.adobe.com/xap/1.0/rights/";
  const bool address = is_address(owner.licence);
  return {{"dc", "creator", k_dublin_core, XmpShape::list, owner.artist},
          {"dc", "rights", k_dublin_core, XmpShape::language, owner.copyright},
          {"xmpRights", "WebStatement", k_rights, XmpShape::text, address ? owner.licence : ""},
          {"xmpRights", "UsageTerms", k_rights, XmpShape::language, address ? "" : owner.licence}};
}

std::string copyright_with_licence(const Owner& owner) {
  if (owner.licence.empty() || owner.copyright.find(owner.licence) != std::string::npos) return owner.copyright;
  return owner.copyright + (owner.copyright.empty() ? "" : "; ") + "licence: " + owner.licence;
}

}  // namespace thumbs::image
