// XMP packets: reading values, making a packet true of a thumbnail, adding to one (ISO 16684-1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/metadata/facts.h"

namespace thumbs {

/// In UTF-8; lists are joined by "; ". Of texts in several languages the one in "x-default" counts, else the first.
struct XmpRights {
  std::string artist;     ///< dc:creator
  std::string copyright;  ///< dc:rights
  std::string licence;    ///< cc:license, else xmpRights:WebStatement, else xmpRights:UsageTerms
};

/// Empty where the packet is no well-formed XML, as far as it is not.
XmpRights xmp_rights(std::span<const std::byte> packet);

/// xmpNote:HasExtendedXMP: the name of the packet that holds what did not fit into this one; empty where there is none.
std::string extended_xmp_name(std::span<const std::byte> packet);

/// The packet without what is not true of the thumbnail (xmp_rules.h), the rest corrected. Empty where the packet is no
/// well-formed XML in UTF-8.
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

/// The packet with those of `properties` that have a value and are not in it yet, the first of each name, and with what
/// `more` has, another packet. A new packet where this one is empty; empty where that would hold nothing.
std::vector<std::byte> xmp_with(std::span<const std::byte> packet, std::span<const XmpProperty> properties,
                                std::span<const std::byte> more = {});

}  // namespace thumbs
