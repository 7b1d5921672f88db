// Notes where a packet must be changed, by the places where Expat found things, and copies the rest.
#include <algorithm>
#include <optional>

#include "image/metadata/xmp.h"
#include "image/metadata/xmp_rules.h"
#include "image/metadata/xmp_walk.h"

namespace thumbs {
namespace {

constexpr std::string_view k_blanks = " \t\r\n";

/// An attribute as a start tag spells it; offsets in the tag.
struct RawAttribute {
  std::size_t begin = 0;  ///< of the blanks before its name
  std::size_t value_begin = 0;
  std::size_t value_end = 0;
  bool declaration = false;  ///< of a namespace
};

/// Takes the attribute at `at`, or what follows there; empty at the tag's end. The tag is well-formed.
std::optional<RawAttribute> take_attribute(std::string_view tag, std::size_t& at) {
  RawAttribute out;
  out.begin = at;
  const std::size_t name = tag.find_first_not_of(k_blanks, at);
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

std::string_view mime_of(PictureFormat format) {
  switch (format) {
    case PictureFormat::png: return "image/png";
    case PictureFormat::webp: return "image/webp";
    case PictureFormat::avif: return "image/avif";
    default: return "image/jpeg";
  }
}

class Editor final : public XmlWalk {
 public:
  Editor(std::span<const std::byte> packet, const MetadataFacts& facts)
      : packet_(reinterpret_cast<const char*>(packet.data()), packet.size()), facts_(facts) {}

  std::vector<std::byte> edited() const {
    std::string out;
    std::size_t at = 0;
    for (const Edit& edit : edits_) {
      out.append(packet_.substr(at, edit.begin - at)).append(edit.text);
      at = edit.end;
    }
    out.append(packet_.substr(at));
    const auto* bytes = reinterpret_cast<const std::byte*>(out.data());
    return {bytes, bytes + out.size()};
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
    if (inside_ != 0) return;  // all of the outer element is changed
    if (frame_ == 0 && is_xmp_frame(name)) frame_ = depth_;
    const XmpFate fate = xmp_fate(name, frame_ != 0, facts_);
    const bool content = fate != XmpFate::keep && fate != XmpFate::drop && !correction(fate).empty();
    if (fate == XmpFate::drop || content) {
      inside_ = depth_;
      from_ = fate == XmpFate::drop ? position() : end();
      text_ = content ? correction(fate) : std::string();
      if (fate == XmpFate::drop) return;
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

  /// Expat tells attributes in the tag's order.
  void edit_attributes(const char* const* attributes) {
    const std::string_view tag = packet_.substr(position(), length());
    std::size_t at = std::min(tag.find_first_of(k_blanks), tag.size());
    while (*attributes != nullptr) {
      const auto raw = take_attribute(tag, at);
      if (!raw) return;
      if (raw->declaration) continue;
      const XmpFate fate = xmp_fate(attributes[0], frame_ != 0, facts_);
      attributes += 2;
      if (fate == XmpFate::drop) edits_.push_back({position() + raw->begin, position() + at});
      if (fate == XmpFate::drop || fate == XmpFate::keep) continue;
      const std::string text = correction(fate);
      if (!text.empty()) edits_.push_back({position() + raw->value_begin, position() + raw->value_end, text});
    }
  }

  /// Empty where the value stays.
  std::string correction(XmpFate fate) const {
    switch (fate) {
      case XmpFate::width: return std::to_string(facts_.width);
      case XmpFate::height: return std::to_string(facts_.height);
      case XmpFate::orientation: return facts_.orientation == 0 ? std::string() : std::to_string(facts_.orientation);
      case XmpFate::colours:
        if (facts_.colours == ColourClaim::as_stored) return {};
        return facts_.colours == ColourClaim::srgb ? "1" : "65535";
      case XmpFate::format: return std::string(mime_of(facts_.format));
      case XmpFate::keep:
      case XmpFate::drop: break;
    }
    return {};
  }

  std::string_view packet_;
  const MetadataFacts& facts_;
  std::vector<Edit> edits_;
  int depth_ = 0;
  int frame_ = 0;   ///< the depth of the frame that is open; 0: none is
  int inside_ = 0;  ///< the depth of the element that is dropped, or whose content is replaced
  std::size_t from_ = 0;
  std::string text_;
};

}  // namespace

std::vector<std::byte> true_xmp(std::span<const std::byte> packet, const MetadataFacts& facts) {
  packet = without_padding(packet);
  Editor editor(packet, facts);
  if (packet.empty() || !editor.run(packet)) return {};
  return editor.edited();
}

}  // namespace thumbs
