// What each mode keeps, and where it goes in each format.
#include "image/metadata/metadata.h"

#include <algorithm>
#include <string>
#include <utility>

#include "image/codec/formats.h"
#include "image/metadata/exif_block.h"
#include "image/metadata/exif_edit.h"
#include "image/metadata/iptc.h"
#include "image/metadata/md5.h"
#include "image/metadata/orientation.h"
#include "image/metadata/owner.h"
#include "image/metadata/texts.h"
#include "image/metadata/xmp.h"

namespace thumbs::image {
namespace {

/// "a JPEG", "an AVIF".
std::string with_article(std::string_view name) {
  return std::string(name.starts_with('A') ? "an " : "a ") + std::string(name);
}

std::string sized(std::string_view what, std::size_t bytes) {
  return std::string(what) + " (" + std::to_string(bytes) + " bytes)";
}

/// Makes `metadata: all` of a file's blocks.
class Everything {
 public:
  Everything(const MetadataBlocks& stored, const MetadataFacts& facts) : stored_(stored), facts_(facts) {
    kept_.warnings = stored.notes;
  }

  KeptMetadata take() {
    keep_iptc();
    keep_texts();
    keep_exif();
    keep_xmp();
    return std::move(kept_);
  }

 private:
  void warn(std::string text) { kept_.warnings.push_back(std::move(text)); }
  std::string no_place() const { return "not supported in " + std::string(format_.name); }

  /// If the format cannot hold IPTC, the owner's names in it move to EXIF and XMP.
  void keep_iptc() {
    if (stored_.iptc.empty()) return;
    std::vector<std::byte> iptc = true_iptc(stored_.iptc);
    if (iptc.empty()) return warn(broken_note("IPTC", stored_.iptc.size()));
    if (space_.iptc) {
      kept_.blocks.iptc = std::move(iptc);
      return;
    }
    warn(sized("IPTC", iptc.size()) + " is left out, except for creator and copyright: " + no_place());
    const IptcRights rights = iptc_rights(iptc);
    moved_.artist = rights.artist;
    moved_.copyright = rights.copyright;
  }

  void keep_texts() {
    std::vector<std::string> lost;
    for (const MetadataText& text : stored_.texts) {
      if (is_stale_text(text)) continue;
      XmpProperty property = property_of(text);
      if (space_.texts || (space_.comment && property.name == "UserComment"))
        kept_.blocks.texts.push_back(text);
      else if (!property.name.empty())
        properties_.push_back(std::move(property));
      else if (!text.keyword.starts_with("date:"))  // ImageMagick's, of files
        lost.push_back(sized(text.keyword, text.text.size()));
    }
    if (!space_.texts) {
      if (moved_.artist.empty()) moved_.artist = text_with(stored_.texts, k_author_keyword);
      if (moved_.copyright.empty()) moved_.copyright = text_with(stored_.texts, k_copyright_keyword);
    }
    if (!lost.empty()) warn(list_of(lost) + " left out: " + no_place());
  }
  static std::string list_of(const std::vector<std::string>& lost) {
    constexpr std::size_t k_most = 5;
    std::string out = lost.size() == 1 ? "the text " : "the texts ";
    for (std::size_t i = 0; i < std::min(lost.size(), k_most); ++i) out += (i == 0 ? "" : ", ") + lost[i];
    if (lost.size() > k_most) out += " and " + std::to_string(lost.size() - k_most) + " more";
    return out + (lost.size() == 1 ? " is" : " are");
  }

  void keep_exif() {
    std::vector<std::byte> block;
    if (!stored_.exif.empty()) {
      TrueExif exif = true_exif(stored_.exif, facts_);
      for (std::string& text : exif.warnings) warn(std::move(text));
      block = std::move(exif.block);
      if (block.empty())
        warn(sized("EXIF", stored_.exif.size()) + " is left out, except for creator and copyright: it is broken");
    }
    ExifValues values = missing_in(block);
    if (block.size() > space_.most_exif) {
      warn(sized("EXIF", block.size()) +
           " is left out, except for creator and copyright: " + with_article(format_.name) + " holds at most 64 KiB");
      block.clear();
      values = missing_in(block);
    }
    kept_.blocks.exif = exif_with(block, values);
    if (kept_.blocks.exif.size() > space_.most_exif) kept_.blocks.exif = std::move(block);
  }
  /// The values that `block` lacks.
  ExifValues missing_in(const std::vector<std::byte>& block) const {
    const auto value = [&](unsigned tag, const std::string& moved) {
      if (!exif_text(block, tag).empty()) return std::string();
      const std::string own = exif_text(stored_.exif, tag);
      return as_owner(own.empty() ? moved : own);
    };
    ExifValues values;
    values.artist = value(k_exif_artist, moved_.artist);
    values.copyright = value(k_exif_copyright, moved_.copyright);
    const int orientation = facts_.orientation != 0 ? facts_.orientation : exif_orientation(stored_.exif);
    if (orientation != exif_orientation(block)) values.orientation = orientation;
    return values;
  }

  void keep_xmp() {
    std::vector<std::byte> packet = true_packet("XMP", stored_.xmp);
    std::vector<std::byte> more = true_packet("extended XMP", stored_.extended_xmp);
    for (XmpProperty& property : properties_of(moved_)) properties_.push_back(std::move(property));
    std::vector<std::byte> whole = xmp_with(packet, properties_, more);
    if (whole.size() <= space_.most_xmp) {
      kept_.blocks.xmp = std::move(whole);
      return;
    }
    // If the first packet alone is too large for its segment, all of it becomes an extension.
    if (!more.empty()) packet = xmp_with(packet, properties_);
    if (more.empty() || packet.size() > space_.most_xmp - k_extension_bytes) {
      more = std::move(whole);
      packet.clear();
    }
    const XmpProperty note{"xmpNote", "HasExtendedXMP", "http://ns.adobe.com/xmp/note/", XmpShape::text, md5_hex(more)};
    kept_.blocks.xmp = xmp_with(packet, std::span(&note, 1));
    kept_.blocks.extended_xmp = std::move(more);
  }
  std::vector<std::byte> true_packet(const char* what, const std::vector<std::byte>& stored) {
    std::vector<std::byte> packet = true_xmp(stored, facts_);
    if (packet.empty() && !stored.empty())
      warn(sized(what, stored.size()) + " is left out: it is not well-formed XML in UTF-8");
    return packet;
  }

  /// Room for the extension's name in the first packet.
  static constexpr std::size_t k_extension_bytes = 512;

  const MetadataBlocks& stored_;
  const MetadataFacts& facts_;
  const Format& format_ = format_of(facts_.format);
  const MetadataSpace& space_ = format_.output->metadata;
  KeptMetadata kept_;
  Owner moved_;                          ///< from other blocks, for EXIF and XMP
  std::vector<XmpProperty> properties_;  ///< for XMP
};

KeptMetadata owner_alone(const MetadataBlocks& stored, const MetadataFacts& facts) {
  KeptMetadata kept;
  kept.warnings = stored.notes;
  const Owner owner = owner_of(stored);
  const std::string copyright = copyright_with_licence(owner);
  kept.blocks.exif = exif_with({}, {.artist = owner.artist, .copyright = copyright});
  kept.blocks.xmp = xmp_with({}, properties_of(owner));
  if (!format_of(facts.format).output->metadata.texts) return kept;
  if (!owner.artist.empty()) kept.blocks.texts.push_back({std::string(k_author_keyword), owner.artist});
  if (!copyright.empty()) kept.blocks.texts.push_back({std::string(k_copyright_keyword), copyright});
  return kept;
}

}  // namespace

void MetadataBlocks::note(std::string text) {
  constexpr std::size_t k_most_notes = 16;
  if (notes.size() < k_most_notes) notes.push_back(std::move(text));
}

void MetadataBlocks::add_text(std::string keyword, std::string text) {
  constexpr std::size_t k_beside = sizeof(MetadataText);
  const std::size_t bytes = keyword.size() + text.size() + k_beside;
  if (bytes > k_most_texts_bytes - texts_bytes) return note(too_large_note("the text " + keyword, text.size()));
  texts_bytes += bytes;
  texts.push_back({std::move(keyword), std::move(text)});
}

std::string too_large_note(std::string_view what, std::size_t bytes) {
  return sized(what, bytes) + " is left out: it is too large";
}

std::string broken_note(std::string_view what, std::size_t bytes) {
  return sized(what, bytes) + " is left out: it is broken";
}

KeptMetadata kept_metadata(const MetadataBlocks& stored, Metadata mode, const MetadataFacts& facts) {
  switch (mode) {
    case Metadata::strip: break;
    case Metadata::copyright: return owner_alone(stored, facts);
    case Metadata::all: return Everything(stored, facts).take();
  }
  return {};
}

}  // namespace thumbs::image
