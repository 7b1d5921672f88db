// New descriptions at the end of a packet's RDF, or a packet of their own.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "image/bytes.h"
#include "image/metadata/xmp.h"
#include "image/metadata/xmp_walk.h"
#include "support/markup.h"
#include "support/utf8.h"

namespace thumbs::image {
namespace {

constexpr std::string_view k_rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

std::string rdf_name(std::string_view local) { return std::string(k_rdf).append(" ").append(local); }

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    // XML 1.0 has no other control characters.
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r') append_to_markup(out, c);
  }
  return out;
}

/// Finds where a packet's RDF ends, what it is about, and which properties it lacks; and copies its descriptions.
class Outline final : public XmlWalk {
 public:
  Outline(std::span<const std::byte> packet, std::set<std::string> properties)
      : packet_(as_text(packet)), lacking_(std::move(properties)) {
    if (!run(packet)) rdf_end_.reset();
  }

  /// The position of the end tag; empty if there is none.
  std::optional<std::size_t> rdf_end() const { return rdf_end_; }
  const std::string& about() const { return about_; }
  const std::set<std::string>& lacking() const { return lacking_; }
  /// The descriptions, each with the namespaces that the elements around it declare; empty if that is too much.
  const std::string& descriptions() const { return descriptions_; }

 private:
  static constexpr int k_property_levels = 2;  // below RDF: a description, and its properties

  void begin_namespace(std::string_view prefix, std::string_view uri) override {
    (rdf_depth_ == 0 ? outer_ : own_)[std::string(prefix)] = uri;
  }

  void begin_element(std::string_view name, const char* const* attributes) override {
    ++depth_;
    if (rdf_depth_ == 0 && name == rdf_name("RDF")) rdf_depth_ = depth_;
    const int level = rdf_depth_ == 0 ? 0 : depth_ - rdf_depth_;
    if (level == 1) begin_description(attributes);
    if (level == k_property_levels) lacking_.erase(std::string(name));
    own_.clear();
  }

  void begin_description(const char* const* attributes) {
    from_ = position();
    const std::size_t name_end = packet_.find_first_of(" \t\r\n/>", from_);
    opened_ = packet_.substr(from_, name_end - from_);
    for (const auto& [prefix, uri] : outer_)
      if (!own_.contains(prefix) && prefix != "xml")
        opened_ += (prefix.empty() ? " xmlns" : " xmlns:" + prefix) + "=\"" + escaped(uri) + "\"";
    from_ = name_end;
    for (; *attributes != nullptr; attributes += 2) {
      lacking_.erase(attributes[0]);
      if (about_.empty() && attributes[0] == rdf_name("about")) about_ = attributes[1];
    }
  }

  void end_description() {
    constexpr std::size_t k_most_bytes = 2 << 20;  // limits many namespaces that are repeated
    if (!too_much_) descriptions_.append(opened_).append(packet_.substr(from_, end() - from_));
    too_much_ = too_much_ || descriptions_.size() > k_most_bytes;
    if (too_much_) descriptions_.clear();
  }

  void end_element(std::string_view) override {
    const int level = rdf_depth_ == 0 ? 0 : depth_ - rdf_depth_;
    if (level == 1) end_description();
    if (rdf_depth_ != 0 && depth_ == rdf_depth_) {
      // An empty element has one tag only: length() is 0, and nothing can be added to it.
      if (length() > 0) rdf_end_ = position();
      rdf_depth_ = 0;
    }
    --depth_;
  }

  std::string_view packet_;
  std::map<std::string, std::string> outer_;  ///< namespaces by prefix, of the elements around descriptions
  std::map<std::string, std::string> own_;    ///< of the element that begins
  std::set<std::string> lacking_;
  bool too_much_ = false;
  std::string about_, descriptions_, opened_;
  std::optional<std::size_t> rdf_end_;
  std::size_t from_ = 0;
  int depth_ = 0;
  int rdf_depth_ = 0;
};

void append_property(const XmpProperty& property, std::string& out) {
  const std::string name = std::string(property.prefix).append(":").append(property.name);
  const std::string value = escaped(as_utf8(property.value));
  out += "<" + name + ">";
  switch (property.shape) {
    case XmpShape::text: out += value; break;
    case XmpShape::language: out += "<rdf:Alt><rdf:li xml:lang=\"x-default\">" + value + "</rdf:li></rdf:Alt>"; break;
    case XmpShape::list: out += "<rdf:Seq><rdf:li>" + value + "</rdf:li></rdf:Seq>"; break;
  }
  out += "</" + name + ">";
}

/// Empty where `properties` are.
std::string description_of(const std::vector<const XmpProperty*>& properties, std::string_view about) {
  if (properties.empty()) return {};
  std::map<std::string_view, std::string_view> spaces;
  for (const XmpProperty* property : properties) spaces[property->prefix] = property->uri;
  std::string out = "<rdf:Description xmlns:rdf=\"" + std::string(k_rdf) + "\" rdf:about=\"" + escaped(about) + "\"";
  for (const auto& [prefix, uri] : spaces) out.append(" xmlns:").append(prefix).append("=\"").append(uri).append("\"");
  out += ">";
  for (const XmpProperty* property : properties) append_property(*property, out);
  return out + "</rdf:Description>";
}

/// Without padding and x:xmpmeta, which are for files that are edited in place.
std::string new_packet(const std::string& descriptions) {
  return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><rdf:RDF xmlns:rdf=\"" +
         std::string(k_rdf) + "\">" + descriptions + "</rdf:RDF><?xpacket end=\"r\"?>";
}

}  // namespace

std::vector<std::byte> xmp_with(std::span<const std::byte> packet, std::span<const XmpProperty> properties,
                                std::span<const std::byte> more) {
  packet = without_padding(packet);
  const auto full_name = [](const XmpProperty& property) {
    return std::string(property.uri).append(" ").append(property.name);
  };
  std::set<std::string> lacking;
  for (const XmpProperty& property : properties)
    if (!property.value.empty()) lacking.insert(full_name(property));
  const Outline outline(packet, std::move(lacking));
  lacking = outline.lacking();
  std::vector<const XmpProperty*> missing;
  for (const XmpProperty& property : properties)
    if (!property.value.empty() && lacking.erase(full_name(property)) > 0) missing.push_back(&property);
  std::string added = more.empty() ? std::string() : Outline(without_padding(more), {}).descriptions();
  added += description_of(missing, outline.about());
  if (added.empty()) return {packet.begin(), packet.end()};
  std::string out(as_text(packet));
  if (outline.rdf_end())
    out.insert(*outline.rdf_end(), added);
  else
    out = new_packet(added);
  return bytes_of(out);
}

}  // namespace thumbs::image
