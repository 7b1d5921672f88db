// Expat's callbacks, kept from throwing through its C code.
#include "image/metadata/xmp_walk.h"

#include <expat.h>

#include <new>

namespace thumbs {

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
  /// An XMP packet has no document type: entities, and with them bombs, end the walk.
  static void doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    XML_StopParser(static_cast<XmlWalk*>(self)->parser_.get(), XML_FALSE);
  }
};

void XmlWalk::Free::operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }

// Places in the packet are only those of its bytes where Expat does not convert it.
XmlWalk::XmlWalk() : parser_(XML_ParserCreateNS("UTF-8", k_xml_separator)) {
  if (!parser_) throw std::bad_alloc();
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(parser_.get(), Handlers::begin, Handlers::end);
  XML_SetCharacterDataHandler(parser_.get(), Handlers::text);
  XML_SetStartNamespaceDeclHandler(parser_.get(), Handlers::begin_namespace);
  XML_SetStartDoctypeDeclHandler(parser_.get(), Handlers::doctype);
}

bool XmlWalk::run(std::span<const std::byte> packet) {
  const auto* bytes = reinterpret_cast<const char*>(packet.data());
  return XML_Parse(parser_.get(), bytes, static_cast<int>(packet.size()), 1) == XML_STATUS_OK;
}

std::size_t XmlWalk::position() const { return static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_.get())); }
std::size_t XmlWalk::length() const { return static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get())); }

std::span<const std::byte> without_padding(std::span<const std::byte> packet) {
  while (!packet.empty() && packet.back() == std::byte{0}) packet = packet.first(packet.size() - 1);
  return packet;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(k_blanks);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(k_blanks) - first + 1);
}

}  // namespace thumbs
