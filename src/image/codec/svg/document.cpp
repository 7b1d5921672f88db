// Expat reads, expanding entities within its bounds; what is kept is written out again as plain XML.
#include "image/codec/svg/document.h"

#include <expat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <memory>
#include <optional>
#include <span>

#include "image/codec/codec.h"
#include "image/codec/header_size.h"
#include "image/codec/svg/values.h"
#include "support/markup.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_most_depth = 256;  // drawing is recursive
constexpr std::size_t k_most_elements = 200'000;
constexpr std::size_t k_most_text = 128 << 20;
constexpr std::size_t k_slice = 64 << 10;
constexpr double k_most_size = 1e7;
constexpr double k_default_width = 300, k_default_height = 150;  // CSS's, of what has no size

std::string_view local_name(std::string_view name) { return name.substr(name.rfind(':') + 1); }  // npos + 1 is 0

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

std::string escaped_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default: append_to_markup(out, c);
    }
  }
  return out;
}

struct Attribute {
  std::string_view name;
  std::string_view value;
};
using Attributes = std::vector<Attribute>;

class SvgReader {
 public:
  SvgReader(const Limits& limits, Warnings& warnings)
      : limits_(limits), warnings_(warnings), parser_(XML_ParserCreate(nullptr), XML_ParserFree) {
    if (!parser_) throw Error(ErrorCode::memory, "out of memory");
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_begin, on_end);
    XML_SetCharacterDataHandler(parser_.get(), on_text);
  }

  SvgDocument read(std::string_view text) {
    for (std::size_t at = 0; at < text.size() || at == 0; at += k_slice) {
      keep_within_limits();
      const std::string_view slice = text.substr(std::min(at, text.size()), k_slice);
      const bool last = at + k_slice >= text.size();
      if (XML_Parse(parser_.get(), slice.data(), static_cast<int>(slice.size()), last) != XML_STATUS_OK) raise();
    }
    return std::move(document_);
  }

 private:
  template <class Body>
  static void guarded(void* self, const Body& body) noexcept {
    auto& reader = *static_cast<SvgReader*>(self);
    try {
      if (!reader.caught_) body(reader);
    } catch (...) {
      reader.caught_ = std::current_exception();
      XML_StopParser(reader.parser_.get(), XML_FALSE);
    }
  }
  static void on_begin(void* self, const XML_Char* name, const XML_Char** attributes) {
    guarded(self, [&](SvgReader& reader) {
      Attributes all;
      for (; *attributes != nullptr; attributes += 2) all.push_back({attributes[0], attributes[1]});
      reader.begin(name, all);
    });
  }
  static void on_end(void* self, const XML_Char* name) {
    guarded(self, [&](SvgReader& reader) { reader.end(name); });
  }
  static void on_text(void* self, const XML_Char* text, int size) {
    guarded(self, [&](SvgReader& reader) {
      if (reader.skipped_ == 0) reader.write(escaped_xml({text, static_cast<std::size_t>(size)}));
    });
  }

  [[noreturn]] void raise() const;
  void begin(std::string_view name, const Attributes& attributes);
  void end(std::string_view name);
  void begin_root(std::string_view name, const Attributes& attributes);
  bool is_left_out(std::string_view name, const Attributes& attributes);
  bool may_draw_picture(std::string_view uri);
  static bool is_kept(std::string_view element, const Attribute& attribute);
  void write_tag(std::string_view name, const Attributes& attributes, std::string_view more);
  void write(std::string_view text) {
    if (document_.text.size() + text.size() > k_most_text)
      throw Error(ErrorCode::too_large, "an SVG with more than 128 MiB of text");
    document_.text += text;
  }

  const Limits& limits_;
  Warnings& warnings_;
  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser_;
  std::exception_ptr caught_;
  SvgDocument document_;
  std::size_t depth_ = 0;
  std::size_t skipped_ = 0;  ///< depth within an element that is left out
};

void SvgReader::raise() const {
  if (caught_) std::rethrow_exception(caught_);
  const XML_Error code = XML_GetErrorCode(parser_.get());
  const bool ends = code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
                    code == XML_ERROR_PARTIAL_CHAR || code == XML_ERROR_UNCLOSED_CDATA_SECTION;
  if (code == XML_ERROR_NO_MEMORY) throw Error(ErrorCode::memory, "out of memory");
  throw Error(ends ? ErrorCode::truncated : ErrorCode::corrupt,
              "line " + std::to_string(XML_GetCurrentLineNumber(parser_.get())) + ": " + XML_ErrorString(code));
}

/// A picture of its own, of a bearable size.
bool SvgReader::may_draw_picture(std::string_view uri) {
  const std::vector<std::byte> bytes = svg_data(uri);
  const FileFormat format = sniff(bytes);
  if (format != FileFormat::png && format != FileFormat::jpeg) return false;
  const PixelSize size = size_in_header(bytes);
  const std::uint64_t pixels = static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height);
  if (pixels == 0) return false;
  document_.embedded_pixels += pixels;
  if (limits_.input_pixels != 0 && document_.embedded_pixels > limits_.input_pixels)
    throw Error(ErrorCode::too_large, "more pixels than limits.inputPixels allows, in a picture within it");
  return true;
}

bool SvgReader::is_left_out(std::string_view name, const Attributes& attributes) {
  if (name == "text")
    warnings_.add("text is not drawn, since no font is the same on every machine: convert it to paths");
  if (name == "foreignObject") warnings_.add("foreignObject is not drawn");
  if (is_one_of(name, {"text", "foreignObject", "script", "handler", "iframe", "audio", "video", "canvas"}))
    return true;
  if (name != "image" && name != "feImage") return false;
  const auto href = std::ranges::find_if(attributes, [](const Attribute& a) { return local_name(a.name) == "href"; });
  if (href == attributes.end()) return true;
  if (name == "feImage" && href->value.starts_with('#')) return false;
  if (may_draw_picture(href->value)) return false;
  warnings_.add("a picture in it is not drawn: only PNG and JPEG in data: URIs are");
  return true;
}

/// References lead into the document itself, but for those of pictures, which were looked at.
bool SvgReader::is_kept(std::string_view element, const Attribute& attribute) {
  const std::string_view name = local_name(attribute.name);
  if (name.starts_with("on") || attribute.name == "xml:base") return false;
  if (name != "href" || element == "image" || element == "feImage") return true;
  return attribute.value.starts_with('#');
}

void SvgReader::write_tag(std::string_view name, const Attributes& attributes, std::string_view more) {
  std::string tag = "<" + std::string(name);
  for (const Attribute& attribute : attributes)
    if (is_kept(local_name(name), attribute))
      tag += " " + std::string(attribute.name) + "=\"" + escaped_xml(attribute.value) + "\"";
  write(tag + std::string(more) + ">");
}

/// Its size is written as it was understood.
void SvgReader::begin_root(std::string_view name, const Attributes& attributes) {
  if (local_name(name) != "svg") throw Error(ErrorCode::not_a_picture, "not a picture, but XML of another kind");
  std::optional<double> width, height;
  std::optional<std::array<double, 4>> box;
  Attributes others;
  for (const Attribute& attribute : attributes) {
    if (attribute.name == "width")
      width = svg_length(attribute.value);
    else if (attribute.name == "height")
      height = svg_length(attribute.value);
    else
      others.push_back(attribute);
    if (attribute.name == "viewBox") box = svg_view_box(attribute.value);
  }
  const double ratio = box ? (*box)[2] / (*box)[3] : 0;
  if (!width && height && box) width = *height * ratio;
  if (!height && width && box) height = *width / ratio;
  document_.width = width.value_or(box ? (*box)[2] : k_default_width);
  document_.height = height.value_or(box ? (*box)[3] : k_default_height);
  if (!(document_.width > 0) || !(document_.height > 0)) throw Error(ErrorCode::corrupt, "a picture without a size");
  if (document_.width > k_most_size || document_.height > k_most_size)
    throw Error(ErrorCode::too_large, "an SVG of more than 10,000,000 pixels on a side");
  const std::string size =
      " width=\"" + std::to_string(document_.width) + "\" height=\"" + std::to_string(document_.height) + "\"";
  write_tag(name, others, size);
}

void SvgReader::begin(std::string_view name, const Attributes& attributes) {
  if (++depth_ > k_most_depth) throw Error(ErrorCode::too_large, "an SVG with elements more than 256 deep");
  if (++document_.elements > k_most_elements)
    throw Error(ErrorCode::too_large, "an SVG with more than 200,000 elements");
  if (depth_ == 1) return begin_root(name, attributes);
  if (skipped_ > 0 || is_left_out(local_name(name), attributes)) {
    ++skipped_;
    return;
  }
  write_tag(name, attributes, "");
}

void SvgReader::end(std::string_view name) {
  --depth_;
  if (skipped_ > 0) {
    --skipped_;
    return;
  }
  write("</" + std::string(name) + ">");
}

}  // namespace

SvgDocument read_svg(std::string_view text, const Limits& limits, Warnings& warnings) {
  return SvgReader(limits, warnings).read(text);
}

}  // namespace thumbs::image
