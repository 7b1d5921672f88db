// Expat's callbacks; no exception leaves them, since Expat is C code.
#include "image/metadata/xmp_walk.h"

#include <expat.h>

#include <algorithm>
#include <iterator>
#include <new>

#include "image/bytes.h"

namespace thumbs::image {

struct XmlWalk::Handlers {
  template <class Body>
  static void guarded(void* self, Body body) noexcept {
    auto& walk = *static_cast<XmlWalk*>(self);
    try {
      body(walk);
    } catch (...) {
      XML_StopParser(walk.parser_.get(), XML_FALSE);
    }
  }
  static void begin(void* self, const XML_Char* name, const XML_Char** attributes) {
    guarded(self, [&](XmlWalk& walk) { walk.begin_element(name, attributes); });
  }
  static void end(void* self, const XML_Char* name) {
    guarded(self, [&](XmlWalk& walk) { walk.end_element(name); });
  }
  static void text(void* self, const XML_Char* text, int size) {
    guarded(self, [&](XmlWalk& walk) { walk.characters({text, static_cast<std::size_t>(size)}); });
  }
  static void begin_namespace(void* self, const XML_Char* prefix, const XML_Char* uri) {
    guarded(self,
            [&](XmlWalk& walk) { walk.begin_namespace(prefix != nullptr ? prefix : "", uri != nullptr ? uri : ""); });
  }
  /// XMP has no document type: stop at one, so that nothing can expand entities.
  static void doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    XML_StopParser(static_cast<XmlWalk*>(self)->parser_.get(), XML_FALSE);
  }
};

void XmlWalk::Free::operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }

// Positions are byte offsets in the packet only if Expat does not convert it from another encoding.
XmlWalk::XmlWalk() : parser_(XML_ParserCreateNS("UTF-8", k_xml_separator)) {
  if (!parser_) throw std::bad_alloc();
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(parser_.get(), Handlers::begin, Handlers::end);
  XML_SetCharacterDataHandler(parser_.get(), Handlers::text);
  XML_SetStartNamespaceDeclHandler(parser_.get(), Handlers::begin_namespace);
  XML_SetStartDoctypeDeclHandler(parser_.get(), Handlers::doctype);
}

namespace {

/// The position of the quote after an '=' at `equals`; npos if there is none.
std::size_t quote_behind(std::string_view packet, std::size_t equals) {
  const std::size_t quote = packet.find_first_not_of(k_xml_blanks, equals + 1);
  return quote != packet.npos && (packet[quote] == '"' || packet[quote] == '\'') ? quote : packet.npos;
}

/// Moves from a tag's name to its '>', or to the packet's end if it is not well-formed, where Expat stops too. False if
/// the tag has more attributes or longer namespaces than any writer of metadata produces.
bool skip_modest_tag(std::string_view packet, std::size_t& at) {
  constexpr std::size_t k_most_attributes = 2000, k_most_namespace_bytes = 200;
  at = std::min(packet.find_first_of(" \t\r\n/<>", at), packet.size());
  for (std::size_t attributes = 0; attributes <= k_most_attributes; ++attributes) {
    const std::size_t equals = packet.find_first_of("=<>", at);
    if (equals != packet.npos && packet[equals] == '>') return true;
    const bool assigned = equals != packet.npos && packet[equals] == '=';
    const std::size_t quote = assigned ? quote_behind(packet, equals) : packet.npos;
    const std::size_t end = quote == packet.npos ? quote : packet.find(packet[quote], quote + 1);
    if (end == packet.npos) break;
    const std::string_view name = trimmed(packet.substr(at, equals - at));
    if (name.starts_with("xmlns") && end - quote > k_most_namespace_bytes) return false;
    at = end + 1;
    if (attributes == k_most_attributes) return false;
  }
  at = packet.size();
  return true;
}

/// Whether no tag has too many attributes or too long namespaces.
bool is_modest(std::string_view packet) {
  constexpr std::string_view k_no_tags[][2] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
  for (std::size_t at = packet.find('<'); at != packet.npos; at = packet.find('<', at)) {
    const auto* const other =
        std::ranges::find_if(k_no_tags, [&](const auto& kind) { return packet.substr(at).starts_with(kind[0]); });
    if (other != std::end(k_no_tags))
      at = packet.find((*other)[1], at);
    else if (!skip_modest_tag(packet, ++at))
      return false;
  }
  return true;
}

}  // namespace

// Expat repeats the namespace for each attribute: a long one and many attributes could take any amount of memory.
bool XmlWalk::run(std::span<const std::byte> packet) {
  const std::string_view text = as_text(packet);
  const bool whole =
      is_modest(text) && XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), 1) == XML_STATUS_OK;
  parser_.reset();  // its memory, too
  return whole;
}

std::size_t XmlWalk::position() const { return static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_.get())); }
std::size_t XmlWalk::length() const { return static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get())); }

std::span<const std::byte> without_padding(std::span<const std::byte> packet) {
  while (!packet.empty() && packet.back() == std::byte{0}) packet = packet.first(packet.size() - 1);
  return packet;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(k_xml_blanks);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(k_xml_blanks) - first + 1);
}

}  // namespace thumbs::image
