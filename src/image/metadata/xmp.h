// XMP packets: reads values, corrects a packet for a thumbnail, adds properties (ISO 16684-1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/metadata/facts.h"

namespace thumbs::image {

inline constexpr std::string_view k_dublin_core = "http://purl.org/dc/elements/1.1/";

/// In UTF-8; lists are joined by "; ". Of several languages "x-default" is taken, else the first.
struct XmpRights {
  std::string artist;     ///< dc:creator
  std::string copyright;  ///< dc:rights
  std::string licence;    ///< cc:license, else xmpRights:WebStatement, else xmpRights:UsageTerms
};

/// The owner as far as the packet is well-formed XML.
XmpRights xmp_rights(std::span<const std::byte> packet);

/// xmpNote:HasExtendedXMP: the name of the packet with what did not fit in this one; empty if there is none.
std::string extended_xmp_name(std::span<const std::byte> packet);

/// The packet with what xmp_rules.h drops or corrects changed. Empty if the packet is not well-formed XML in UTF-8.
std::vector<std::byte> true_xmp(std::span<const std::byte> packet, const MetadataFacts& facts);

enum class XmpShape : std::uint8_t { text, language, list };

/// A property of one value, as "PREFIX:NAME" in `uri`.
struct XmpProperty {
  std::string_view prefix;
  std::string_view name;
  std::string_view uri;
  XmpShape shape = XmpShape::text;
  std::string value;
};

/// Adds those `properties` that have a value and are not in the packet yet (the first of each name), and what another
/// packet, `more`, has. Makes a new packet if this one is empty; empty if that would hold nothing.
std::vector<std::byte> xmp_with(std::span<const std::byte> packet, std::span<const XmpProperty> properties,
                                std::span<const std::byte> more = {});

}  // namespace thumbs::image
