// One pass over an XMP packet, by namespace and not by prefix (XML 1.0; ISO 16684-1). The home of Expat.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

struct XML_ParserStruct;

namespace thumbs::image {

/// Names are given as "NAMESPACE LOCAL-NAME"; a URI never contains a blank.
inline constexpr char k_xml_separator = ' ';

inline constexpr std::string_view k_xml_blanks = " \t\r\n";

class XmlWalk {
 public:
  XmlWalk();
  virtual ~XmlWalk() = default;

  /// To be called once. False if the packet is not well-formed or not UTF-8, has tags with thousands of attributes, or
  /// memory ran out; the callbacks for what came before were made.
  bool run(std::span<const std::byte> packet);

 protected:
  /// `attributes` are pairs of name and value in the order of the packet, up to a null pointer; without declarations
  /// of namespaces.
  virtual void begin_element(std::string_view name, const char* const* attributes) = 0;
  virtual void end_element(std::string_view name) = 0;
  virtual void characters(std::string_view /*text*/) {}
  /// Called before the element that declares it; an empty prefix is the default namespace.
  virtual void begin_namespace(std::string_view /*prefix*/, std::string_view /*uri*/) {}

  /// The position in the packet of what the current callback is about.
  std::size_t position() const;
  std::size_t length() const;
  std::size_t end() const { return position() + length(); }

 private:
  struct Handlers;
  struct Free {
    void operator()(XML_ParserStruct* parser) const;
  };
  std::unique_ptr<XML_ParserStruct, Free> parser_;
};

/// Without the zeros that some writers end a packet with, which are not XML.
std::span<const std::byte> without_padding(std::span<const std::byte> packet);

std::string_view trimmed(std::string_view text);

}  // namespace thumbs::image
