// Gathers the texts of the properties that are looked for, whether they stand as attributes, as text or in lists.
#include "image/metadata/xmp.h"

#include <algorithm>
#include <array>

#include "image/metadata/xmp_walk.h"

namespace thumbs::image {
namespace {

constexpr std::string_view k_creator = "http://purl.org/dc/elements/1.1/ creator";
constexpr std::string_view k_rights = "http://purl.org/dc/elements/1.1/ rights";
constexpr std::string_view k_licence = "http://creativecommons.org/ns# license";
constexpr std::string_view k_statement = "http://ns.adobe.com/xap/1.0/rights/ WebStatement";
constexpr std::string_view k_terms = "http://ns.adobe.com/xap/1.0/rights/ UsageTerms";
constexpr std::string_view k_extension = "http://ns.adobe.com/xmp/note/ HasExtendedXMP";
constexpr std::string_view k_resource = "http://www.w3.org/1999/02/22-rdf-syntax-ns# resource";
constexpr std::string_view k_item = "http://www.w3.org/1999/02/22-rdf-syntax-ns# li";
constexpr std::string_view k_language = "http://www.w3.org/XML/1998/namespace lang";
constexpr std::string_view k_default_language = "x-default";

constexpr std::size_t k_most_xmp_text_bytes = 4096;

class PropertyReader final : public XmlWalk {
 public:
  static constexpr std::size_t k_artist = 0, k_copyright = 1, k_first_licence = 2, k_note = 5;

  std::string take(std::size_t index) { return std::move(found_[index].text); }

 private:
  static constexpr std::array k_names = {k_creator, k_rights, k_licence, k_statement, k_terms, k_extension};

  struct Found {
    std::string text;
    bool by_default = false;  ///< in the language that says so
  };

  static std::size_t index_of(std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(k_names, name) - k_names.begin());
  }

  void begin_element(std::string_view name, const char* const* attributes) override {
    finish_text();
    const std::size_t index = index_of(name);
    if (open_ == k_none && index < k_names.size()) open_ = index;
    if (name == k_item) default_language_ = false;
    for (; *attributes != nullptr; attributes += 2) {
      const std::string_view key = attributes[0], value = attributes[1];
      if (key == k_language) default_language_ = value == k_default_language;
      if (open_ != k_none && key == k_resource) add(open_, value);
      if (const std::size_t own = index_of(key); own < k_names.size()) add(own, value);
    }
  }
  void end_element(std::string_view name) override {
    finish_text();
    if (open_ == k_none || name != k_names[open_]) return;
    open_ = k_none;
    default_language_ = false;
  }
  void characters(std::string_view text) override {
    if (open_ != k_none && text_.size() < k_most_xmp_text_bytes) text_ += text;
  }

  void finish_text() {
    if (open_ != k_none) add(open_, text_);
    text_.clear();
  }
  /// A language alternative gives the same again in other words; creators are a list of several.
  void add(std::size_t index, std::string_view text) {
    text = trimmed(text);
    Found& found = found_[index];
    if (text.empty()) return;
    if (index == k_artist) {
      if (found.text.size() + text.size() <= k_most_xmp_text_bytes)
        found.text.append(found.text.empty() ? "" : "; ").append(text);
    } else if (text.size() <= k_most_xmp_text_bytes &&
               (found.text.empty() || (default_language_ && !found.by_default))) {
      found = {std::string(text), default_language_};
    }
  }

  static constexpr std::size_t k_none = ~std::size_t{0};
  std::array<Found, k_names.size()> found_;
  std::string text_;
  std::size_t open_ = k_none;
  bool default_language_ = false;
};

}  // namespace

XmpRights xmp_rights(std::span<const std::byte> packet) {
  PropertyReader reader;
  reader.run(without_padding(packet));
  XmpRights rights{reader.take(PropertyReader::k_artist), reader.take(PropertyReader::k_copyright), {}};
  for (std::size_t i = PropertyReader::k_first_licence; i < PropertyReader::k_note && rights.licence.empty(); ++i)
    rights.licence = reader.take(i);
  return rights;
}

std::string extended_xmp_name(std::span<const std::byte> packet) {
  PropertyReader reader;
  reader.run(without_padding(packet));
  return reader.take(PropertyReader::k_note);
}

}  // namespace thumbs::image
