// Notes the positions where Expat found things that must change, and copies the rest.
#include <algorithm>
#include <optional>

#include "image/bytes.h"
#include "image/codec/formats.h"
#include "image/metadata/xmp.h"
#include "image/metadata/xmp_rules.h"
#include "image/metadata/xmp_walk.h"

namespace thumbs::image {
namespace {

/// An attribute as a start tag spells it; offsets in the tag.
struct RawAttribute {
  std::size_t begin = 0;  ///< of the blanks before its name
  std::size_t value_begin = 0;
  std::size_t value_end = 0;
  bool declaration = false;  ///< of a namespace
};

/// Takes the attribute at or after `at`; empty at the tag's end. The tag is well-formed.
std::optional<RawAttribute> take_attribute(std::string_view tag, std::size_t& at) {
  RawAttribute out;
  out.begin = at;
  const std::size_t name = tag.find_first_not_of(k_xml_blanks, at);
  const std::size_t equals = name == tag.npos ? name : tag.find('=', name);
  const std::size_t quote = equals == tag.npos ? equals : tag.find_first_of("\"'", equals);
  const std::size_t end = quote == tag.npos ? quote : tag.find(tag[quote], quote + 1);
  if (end == tag.npos) return std::nullopt;
  const std::string_view key = tag.substr(name, tag.find_first_of(" \t\r\n=", name) - name);
  out.declaration = key == "xmlns" || key.starts_with("xmlns:");
  out.value_begin = quote + 1;
  out.value_end = end;
  at = end + 1;
  return out;
}

class XmpEditor final : public XmlWalk {
 public:
  XmpEditor(std::span<const std::byte> packet, const MetadataFacts& facts) : packet_(as_text(packet)), facts_(facts) {}

  std::vector<std::byte> edited() const {
    std::string out;
    std::size_t at = 0;
    for (const Edit& edit : edits_) {
      out.append(packet_.substr(at, edit.begin - at)).append(edit.text);
      at = edit.end;
    }
    out.append(packet_.substr(at));
    return bytes_of(out);
  }

 private:
  /// Replaces a range of the packet. Edits are noted in order and do not overlap.
  struct Edit {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text = {};
  };

  void begin_element(std::string_view name, const char* const* attributes) override {
    ++depth_;
    if (inside_ != 0) return;  // the outer element changes as a whole
    if (frame_ == 0 && is_xmp_frame(name)) frame_ = depth_;
    const Fate fate = xmp_fate(name, frame_ != 0, facts_);
    const bool content = fate != Fate::keep && fate != Fate::drop && !correction(fate).empty();
    if (fate == Fate::drop || content) {
      inside_ = depth_;
      from_ = fate == Fate::drop ? position() : end();
      text_ = content ? correction(fate) : std::string();
      if (fate == Fate::drop) return;
    }
    edit_attributes(attributes);
  }

  void end_element(std::string_view) override {
    const int depth = depth_--;
    if (frame_ == depth) frame_ = 0;
    if (inside_ != depth) return;
    inside_ = 0;
    // An element without content ends where it begins, in one tag: there is nothing to correct.
    const bool dropped = text_.empty();
    const std::size_t to = dropped ? end() : position();
    if (to > from_) edits_.push_back({from_, to, text_});
  }

  /// Expat reports attributes in the tag's order.
  void edit_attributes(const char* const* attributes) {
    const std::string_view tag = packet_.substr(position(), length());
    std::size_t at = std::min(tag.find_first_of(k_xml_blanks), tag.size());
    while (*attributes != nullptr) {
      const auto raw = take_attribute(tag, at);
      if (!raw) return;
      if (raw->declaration) continue;
      const Fate fate = xmp_fate(attributes[0], frame_ != 0, facts_);
      attributes += 2;
      if (fate == Fate::drop) edits_.push_back({position() + raw->begin, position() + at});
      if (fate == Fate::drop || fate == Fate::keep) continue;
      const std::string text = correction(fate);
      if (!text.empty()) edits_.push_back({position() + raw->value_begin, position() + raw->value_end, text});
    }
  }

  /// The new value; empty to keep the old one.
  std::string correction(Fate fate) const {
    switch (fate) {
      case Fate::width: return std::to_string(facts_.width);
      case Fate::height: return std::to_string(facts_.height);
      case Fate::orientation: return facts_.orientation == 0 ? std::string() : std::to_string(facts_.orientation);
      case Fate::colours:
        if (facts_.colours == ColourClaim::as_stored) return {};
        return facts_.colours == ColourClaim::srgb ? "1" : "65535";
      case Fate::format: return std::string(format_of(facts_.format).output->media_type);
      case Fate::keep:
      case Fate::drop:
      case Fate::index:
      case Fate::directory: break;
    }
    return {};
  }

  std::string_view packet_;
  const MetadataFacts& facts_;
  std::vector<Edit> edits_;
  int depth_ = 0;
  int frame_ = 0;   ///< the depth of the open frame element; 0: none
  int inside_ = 0;  ///< the depth of the element that is dropped, or whose content is replaced
  std::size_t from_ = 0;
  std::string text_;
};

}  // namespace

std::vector<std::byte> true_xmp(std::span<const std::byte> packet, const MetadataFacts& facts) {
  packet = without_padding(packet);
  XmpEditor editor(packet, facts);
  if (packet.empty() || !editor.run(packet)) return {};
  return editor.edited();
}

}  // namespace thumbs::image
