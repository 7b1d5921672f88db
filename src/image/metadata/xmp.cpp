// Reads packets with Expat, by namespace and not by prefix; edits them by the places where Expat found things.
#include "image/metadata/xmp.h"

#include <expat.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>

namespace thumbs {
namespace {

constexpr char k_separator = ' ';  // between a namespace and a name; no URI holds one

constexpr std::string_view k_creator = "http://purl.org/dc/elements/1.1/ creator";
constexpr std::string_view k_rights = "http://purl.org/dc/elements/1.1/ rights";
constexpr std::string_view k_licence = "http://creativecommons.org/ns# license";
constexpr std::string_view k_statement = "http://ns.adobe.com/xap/1.0/rights/ WebStatement";
constexpr std::string_view k_terms = "http://ns.adobe.com/xap/1.0/rights/ UsageTerms";
constexpr std::string_view k_orientation = "http://ns.adobe.com/tiff/1.0/ Orientation";
constexpr std::string_view k_previews = "http://ns.adobe.com/xap/1.0/ Thumbnails";
constexpr std::string_view k_resource = "http://www.w3.org/1999/02/22-rdf-syntax-ns# resource";

constexpr std::size_t k_most_text_bytes = 4096;

/// One pass of Expat over a packet. Handlers of derived classes must not throw: the C library is between.
class XmlWalk {
 public:
  XmlWalk() : parser_(XML_ParserCreateNS(nullptr, k_separator)) {
    if (!parser_) throw std::bad_alloc();
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), begin, end);
    XML_SetCharacterDataHandler(parser_.get(), text);
    // An XMP packet has no document type: entities, and with them bombs, end the walk.
    XML_SetStartDoctypeDeclHandler(parser_.get(), [](void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                                     int) { static_cast<XmlWalk*>(self)->stop(); });
  }
  virtual ~XmlWalk() = default;

  /// False where the packet is not well-formed, or memory ran out.
  bool run(std::span<const std::byte> packet) {
    const auto* bytes = reinterpret_cast<const char*>(packet.data());
    return XML_Parse(parser_.get(), bytes, static_cast<int>(packet.size()), 1) == XML_STATUS_OK;
  }

 protected:
  /// `attributes` are pairs of name and value, up to a null pointer.
  virtual void begin_element(std::string_view name, const char* const* attributes) = 0;
  virtual void end_element(std::string_view name) = 0;
  virtual void characters(std::string_view text) = 0;

  /// Of what is being told, in the packet.
  std::size_t position() const { return static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_.get())); }
  std::size_t length() const { return static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get())); }
  void stop() { XML_StopParser(parser_.get(), XML_FALSE); }

 private:
  template <class Body>
  void guarded(Body body) noexcept {
    try {
      body();
    } catch (...) {
      stop();
    }
  }
  static void begin(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto& walk = *static_cast<XmlWalk*>(self);
    walk.guarded([&] { walk.begin_element(name, attributes); });
  }
  static void end(void* self, const XML_Char* name) {
    auto& walk = *static_cast<XmlWalk*>(self);
    walk.guarded([&] { walk.end_element(name); });
  }
  static void text(void* self, const XML_Char* text, int size) {
    auto& walk = *static_cast<XmlWalk*>(self);
    walk.guarded([&] { walk.characters({text, static_cast<std::size_t>(size)}); });
  }

  struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> parser_;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(k_blanks);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(k_blanks) - first + 1);
}

/// Gathers the texts of the properties that are looked for, whether they stand as attributes, as text or in lists.
class RightsReader final : public XmlWalk {
 public:
  XmpRights take() {
    XmpRights rights;
    rights.artist = std::move(found_[0]);
    rights.copyright = std::move(found_[1]);
    for (std::size_t i = 2; i < found_.size() && rights.licence.empty(); ++i) rights.licence = std::move(found_[i]);
    return rights;
  }

 private:
  static constexpr std::array k_names = {k_creator, k_rights, k_licence, k_statement, k_terms};

  static std::size_t index_of(std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(k_names, name) - k_names.begin());
  }

  void begin_element(std::string_view name, const char* const* attributes) override {
    finish_text();
    const std::size_t index = index_of(name);
    if (open_ == k_none && index < k_names.size()) open_ = index;
    for (; *attributes != nullptr; attributes += 2) {
      const std::string_view key = attributes[0];
      if (open_ != k_none && key == k_resource) add(open_, attributes[1]);
      if (const std::size_t own = index_of(key); own < k_names.size()) add(own, attributes[1]);
    }
  }
  void end_element(std::string_view name) override {
    finish_text();
    if (open_ != k_none && name == k_names[open_]) open_ = k_none;
  }
  void characters(std::string_view text) override {
    if (open_ != k_none && text_.size() < k_most_text_bytes) text_ += text;
  }

  void finish_text() {
    if (open_ != k_none) add(open_, text_);
    text_.clear();
  }
  void add(std::size_t index, std::string_view text) {
    text = trimmed(text);
    std::string& found = found_[index];
    if (text.empty() || found.size() + text.size() > k_most_text_bytes) return;
    // A language alternative gives the same rights again in other words: the first is the default.
    const bool list = index == 0;
    if (!found.empty() && !list) return;
    found.append(found.empty() ? "" : "; ").append(text);
  }

  static constexpr std::size_t k_none = ~std::size_t{0};
  std::array<std::string, k_names.size()> found_;
  std::string text_;
  std::size_t open_ = k_none;
};

/// Notes where the packet must be changed.
class Editor final : public XmlWalk {
 public:
  explicit Editor(std::span<const std::byte> packet)
      : packet_(reinterpret_cast<const char*>(packet.data()), packet.size()) {}

  std::vector<std::byte> edited(bool upright) const {
    std::string out(packet_);
    if (upright)
      for (const std::size_t at : digits_) out[at] = '1';
    for (auto range = cuts_.rbegin(); range != cuts_.rend(); ++range)
      out.erase(range->begin, range->end - range->begin);
    const auto* bytes = reinterpret_cast<const std::byte*>(out.data());
    return {bytes, bytes + out.size()};
  }

 private:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void begin_element(std::string_view name, const char* const* attributes) override {
    in_orientation_ = name == k_orientation;
    if (name == k_previews && depth_++ == 0) cut_from_ = position();
    for (; *attributes != nullptr; attributes += 2)
      if (attributes[0] == k_orientation) note_attribute(packet_.substr(position(), length()));
  }
  void end_element(std::string_view name) override {
    in_orientation_ = false;
    if (name != k_previews || --depth_ != 0) return;
    // An element without content ends where it begins, in one tag.
    cuts_.push_back({cut_from_, position() + length()});
  }
  void characters(std::string_view) override {
    if (!in_orientation_) return;
    for (std::size_t at = position(); at < position() + length(); ++at) note_digit(at);
  }

  /// The value behind the first attribute of this local name in a start tag.
  void note_attribute(std::string_view tag) {
    constexpr std::string_view k_local = ":Orientation";
    const std::size_t name = tag.find(k_local);
    if (name == tag.npos) return;
    const std::size_t quote = tag.find_first_of("\"'", name);
    if (quote != tag.npos && quote + 1 < tag.size()) note_digit(position() + quote + 1);
  }
  void note_digit(std::size_t at) {
    if (packet_[at] >= '1' && packet_[at] <= '8') digits_.push_back(at);
  }

  std::string_view packet_;
  std::vector<std::size_t> digits_;
  std::vector<Range> cuts_;
  std::size_t cut_from_ = 0;
  int depth_ = 0;
  bool in_orientation_ = false;
};

/// Some writers end a packet with zeros, which are no XML.
std::span<const std::byte> without_padding(std::span<const std::byte> packet) {
  while (!packet.empty() && packet.back() == std::byte{0}) packet = packet.first(packet.size() - 1);
  return packet;
}

}  // namespace

XmpRights xmp_rights(std::span<const std::byte> packet) {
  RightsReader reader;
  reader.run(without_padding(packet));
  return reader.take();
}

std::vector<std::byte> xmp_without_preview(std::span<const std::byte> packet, bool upright) {
  packet = without_padding(packet);
  Editor editor(packet);
  if (packet.empty() || !editor.run(packet)) return {};
  return editor.edited(upright);
}

}  // namespace thumbs
